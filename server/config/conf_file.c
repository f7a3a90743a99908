/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/conf_file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "config/conf_policies.h"
#include "config/conf_scan.h"
#include "config/conf_value.h"
#include "config/settings_rows.h"

#define CONF_MAX (1024 * 1024)
#define KEY_MAX_LEN 128
#define FROM_DEFAULT 0
#define FROM_OVERRIDE (-1)

typedef int settings_check_fn(const struct settings *, const char **key_out,
    struct err *);

/* Where each setting was last set: FROM_DEFAULT, FROM_OVERRIDE, or its line. */
struct load {
	const char *path;
	struct settings *settings;
	int *origins;
	struct policy_lines policies;
};

static int
read_all(int fd, char *text, size_t size, const char *path, struct err *err)
{
	ssize_t used = file_read_all(fd, text, size);

	if (used == -1)
		return err_sys(err, path);
	text[used] = '\0';
	if (memchr(text, '\0', (size_t)used) != NULL)
		return err_set(err, "%s: has a NUL byte; allowed: text", path);
	return 0;
}

/* Read here, not by libconfig 1.5: that one ends the process when it is given a
 * folder. */
static int
read_text(const char *path, char **text_out, struct err *err)
{
	AUTO_FREE char *text = NULL;
	AUTO_CLOSE int fd = -1;
	struct stat st;

	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(err, path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, "%s: is no file; allowed: a settings file",
		    path);
	if (st.st_size > CONF_MAX)
		return err_set(err, "%s: is too large; allowed: %d bytes", path,
		    CONF_MAX);
	text = malloc((size_t)st.st_size + 1);
	if (text == NULL)
		return err_sys(err, "malloc");
	if (read_all(fd, text, (size_t)st.st_size, path, err) == -1)
		return -1;
	*text_out = steal_ptr(&text);
	return 0;
}

static int
wrong_type(const config_setting_t *node, const char *key, struct err *err)
{
	char allowed[sizeof err->text];

	return err_set(err, "%s: %s is the wrong type; %s", key,
	    conf_type_word(node),
	    setting_allowed(key, allowed, sizeof allowed));
}

/* The value as text, if its type can stand for such a setting. */
static int
text_of(const config_setting_t *node, const struct setting *row,
    char **text_out, struct err *err)
{
	int type = config_setting_type(node);

	if (row->kind->list && (type == CONFIG_TYPE_ARRAY ||
	    type == CONFIG_TYPE_LIST))
		return conf_join(node, row->key, text_out, err);
	if (type == CONFIG_TYPE_STRING)
		*text_out = strdup(config_setting_get_string(node));
	else if (row->kind->number && (type == CONFIG_TYPE_INT ||
	    type == CONFIG_TYPE_INT64)) {
		if (asprintf(text_out, "%lld",
		    config_setting_get_int64(node)) == -1)
			*text_out = NULL;
	} else
		return wrong_type(node, row->key, err);
	return *text_out == NULL ? err_sys(err, "malloc") : 0;
}

static size_t
index_of(const struct setting *row)
{
	return (size_t)(row - setting_row(0));
}

static int
take_value(struct load *load, const config_setting_t *node, const char *key,
    struct err *err)
{
	const struct setting *row = setting_find(key);
	AUTO_FREE char *text = NULL;

	if (row == NULL)
		return settings_set(load->settings, key, "", err);
	if (text_of(node, row, &text, err) == -1 ||
	    settings_set(load->settings, key, text, err) == -1)
		return -1;
	load->origins[index_of(row)] = (int)config_setting_source_line(node);
	return 0;
}

static int
at_line(const struct load *load, const config_setting_t *node, struct err *err)
{
	return err_wrap(err, "%s:%u", load->path,
	    config_setting_source_line(node));
}

/* One that is in no group. */
static int
take_single(struct load *load, const config_setting_t *node, const char *key,
    struct err *err)
{
	if (take_value(load, node, key, err) == -1)
		return at_line(load, node, err);
	return 0;
}

static int
take_group(struct load *load, const config_setting_t *group, struct err *err)
{
	const char *name = config_setting_name(group);
	char key[KEY_MAX_LEN];
	int i;

	if (strcmp(name, POLICIES) == 0)
		return conf_policies(&load->settings->rules, &load->policies,
		    load->path, group, err);
	if (setting_find(name) != NULL)
		return take_single(load, group, name, err);
	snprintf(key, sizeof key, "%s", name);
	if (!config_setting_is_group(group)) {
		err_set(err, "%s: %s is the wrong type; allowed: a group, "
		    "%s: { ... };", key, conf_type_word(group), key);
		return at_line(load, group, err);
	}
	for (i = 0; i < config_setting_length(group); i++) {
		config_setting_t *node = config_setting_get_elem(group,
		    (unsigned)i);

		snprintf(key, sizeof key, "%.60s.%.60s", name,
		    config_setting_name(node));
		if (take_value(load, node, key, err) == -1)
			return at_line(load, node, err);
	}
	return 0;
}

static int
take_all(struct load *load, const config_t *config, struct err *err)
{
	const config_setting_t *root = config_root_setting(config);
	int i;

	for (i = 0; i < config_setting_length(root); i++)
		if (take_group(load, config_setting_get_elem(root, (unsigned)i),
		    err) == -1)
			return -1;
	return 0;
}

static int
take_file(struct load *load, struct err *err)
{
	__attribute__((cleanup(config_destroy))) config_t config;
	AUTO_FREE char *text = NULL;

	config_init(&config);
	if (read_text(load->path, &text, err) == -1 ||
	    conf_scan(load->path, text, err) == -1)
		return -1;
	if (config_read_string(&config, text) != CONFIG_TRUE)
		return err_set(err, "%s:%d: %s; allowed: the form of "
		    "libconfig, see glassgate.conf(5)", load->path,
		    config_error_line(&config), config_error_text(&config));
	return take_all(load, &config, err);
}

static int
take_override(struct load *load, const struct override *override,
    struct err *err)
{
	if (settings_set(load->settings, override->key, override->value, err) ==
	    -1)
		return err_wrap(err, "--set");
	load->origins[index_of(setting_find(override->key))] = FROM_OVERRIDE;
	return 0;
}

static int
check_limits(const struct load *load, struct err *err)
{
	enum limit limit;
	uint32_t n;

	if (settings_check_limits(load->settings, &n, &limit, err) == 0)
		return 0;
	return err_wrap(err, "%s:%d: " POLICIES ": %s: limits.%s", load->path,
	    load->policies.limit[n][limit],
	    load->settings->rules.rule[n].name, limit_row(limit)->name);
}

static int
origin_of(const struct load *load, const char *key)
{
	return key == NULL ? FROM_DEFAULT :
	    load->origins[index_of(setting_find(key))];
}

static int
check(const struct load *load, settings_check_fn *check_settings,
    struct err *err)
{
	const char *key, *other;
	int origin;

	if (check_limits(load, err) == -1)
		return -1;
	if (check_settings(load->settings, &key, err) == 0)
		return 0;
	origin = origin_of(load, key);
	other = settings_check_other(key);
	if (origin == FROM_DEFAULT) {
		err_wrap(err, "default: %s", key);
		origin = origin_of(load, other);
		key = other;
	}
	if (origin == FROM_DEFAULT)
		return -1;
	if (origin == FROM_OVERRIDE)
		return err_wrap(err, "--set: %s", key);
	return err_wrap(err, "%s:%d: %s", load->path, origin, key);
}

static int
load_and_check(struct settings *settings_out, const char *path,
    const struct override *overrides, size_t count,
    settings_check_fn *check_settings, struct err *err)
{
	AUTO_FREE struct settings *settings = malloc(sizeof *settings);
	AUTO_FREE int *origins = calloc(setting_count(), sizeof *origins);
	struct load load = { .path = path, .settings = settings,
		.origins = origins };
	size_t i;

	if (settings == NULL || origins == NULL)
		return err_sys(err, "malloc");
	settings_defaults(settings);
	if (path != NULL && take_file(&load, err) == -1)
		return -1;
	for (i = 0; i < count; i++)
		if (take_override(&load, &overrides[i], err) == -1)
			return -1;
	if (check(&load, check_settings, err) == -1)
		return -1;
	*settings_out = *settings;
	return 0;
}

int
conf_file_load(struct settings *settings_out, const char *path,
    const struct override *overrides, size_t count, struct err *err)
{
	return load_and_check(settings_out, path, overrides, count,
	    settings_check, err);
}

int
conf_file_preview(struct settings *settings_out, const char *path,
    struct err *err)
{
	return load_and_check(settings_out, path, NULL, 0,
	    settings_check_values, err);
}
