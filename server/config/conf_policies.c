/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/conf_policies.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/conf_value.h"
#include "config/settings_rows.h"

#define KEY_MAX_LEN 128
#define LIMITS_KEY "limits."
#define LISTS_KEY "lists."
#define FORM "allowed: ( { name = \"...\"; match = { ... }; outcomes = "      \
	"{ ... }; }, ... )"

struct load {
	const char *file;
	struct rules *rules;
	struct policy_lines *lines;
};

static int
at_line(const char *file, const config_setting_t *node, struct err *err)
{
	return err_wrap(err, "%s:%u: " POLICIES, file,
	    config_setting_source_line(node));
}

/* The only values that may be numbers. */
static bool
is_limit(const char *key)
{
	return strncmp(key, LIMITS_KEY, strlen(LIMITS_KEY)) == 0;
}

static int
number_of(const config_setting_t *node, char **text_out, struct err *err)
{
	if (asprintf(text_out, "%lld", config_setting_get_int64(node)) != -1)
		return 0;
	*text_out = NULL;
	return err_sys(err, "asprintf");
}

static int
text_of(const config_setting_t *node, char **text_out, struct err *err)
{
	switch (config_setting_type(node)) {
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		if (config_setting_length(node) == 0)
			return err_set(err, "the list is empty; allowed: what "
			    "it shall match, or no such line");
		return conf_join(node, "the list", text_out, err);
	case CONFIG_TYPE_STRING:
		*text_out = strdup(config_setting_get_string(node));
		return *text_out == NULL ? err_sys(err, "strdup") : 0;
	default:
		return err_set(err, "%s is the wrong type; allowed: a text, or "
		    "a list of texts", conf_type_word(node));
	}
}

static bool
is_number(const config_setting_t *node)
{
	return config_setting_type(node) == CONFIG_TYPE_INT ||
	    config_setting_type(node) == CONFIG_TYPE_INT64;
}

static void
note_line(struct load *load, const config_setting_t *node, const char *key)
{
	enum limit limit;

	if (is_limit(key) && limit_find(key + strlen(LIMITS_KEY), &limit) == 0)
		load->lines->limit[load->rules->count - 1][limit] =
		    (int)config_setting_source_line(node);
}

static bool
is_good(const struct rules *so_far, const char *key, const char *item)
{
	AUTO_FREE struct rules *tried = malloc(sizeof *tried);
	struct err why;

	if (item == NULL || tried == NULL || strchr(item, ',') != NULL)
		return tried == NULL;
	*tried = *so_far;
	return rules_set(tried, key, item, &why) == 0;
}

/* Where it is wrong: the item of a list, or all of it. */
static const config_setting_t *
culprit(const struct load *load, const config_setting_t *node,
    const char *key)
{
	int i, type = config_setting_type(node);

	if (type != CONFIG_TYPE_ARRAY && type != CONFIG_TYPE_LIST)
		return node;
	for (i = 0; i < config_setting_length(node); i++)
		if (!is_good(load->rules, key,
		    config_setting_get_string_elem(node, i)))
			return config_setting_get_elem(node, (unsigned)i);
	return node;
}

static int
take_value(struct load *load, const config_setting_t *node, const char *key,
    struct err *err)
{
	AUTO_FREE char *text = NULL;
	int taken = is_limit(key) && is_number(node) ?
	    number_of(node, &text, err) : text_of(node, &text, err);

	if (taken == -1 || rules_set(load->rules, key, text, err) == -1)
		return -1;
	note_line(load, node, key);
	return 0;
}

/* Groups lie one in another once, those of lists twice. */
static bool
may_hold_groups(const char *lead)
{
	return *lead == '\0' || strcmp(lead, LISTS_KEY) == 0;
}

/* `lead` is "", "match." or "lists.allow.". */
static int
take_group(struct load *load, const config_setting_t *group, const char *lead,
    struct err *err)
{
	const struct rules *rules = load->rules;
	char key[KEY_MAX_LEN];
	int i, taken;

	for (i = 0; i < config_setting_length(group); i++) {
		config_setting_t *node = config_setting_get_elem(group,
		    (unsigned)i);

		if (*lead == '\0' && strcmp(config_setting_name(node),
		    "name") == 0)
			continue;
		snprintf(key, sizeof key, "%s%.60s%s", lead,
		    config_setting_name(node),
		    config_setting_is_group(node) ? "." : "");
		if (config_setting_is_group(node) && may_hold_groups(lead)) {
			if (take_group(load, node, key, err) == -1)
				return -1;
			continue;
		}
		taken = take_value(load, node, key, err);
		if (taken == -1) {
			err_wrap(err, "%s: %s", rules->rule[rules->count -
			    1].name, key);
			return at_line(load->file, culprit(load, node, key),
			    err);
		}
	}
	return 0;
}

/* The name first, wherever it stands: it begins the policy. */
static int
take_policy(struct load *load, const config_setting_t *policy,
    struct err *err)
{
	const config_setting_t *name;

	if (!config_setting_is_group(policy)) {
		err_set(err, "%s is the wrong type; " FORM,
		    conf_type_word(policy));
		return at_line(load->file, policy, err);
	}
	name = config_setting_get_member(policy, "name");
	if (name == NULL) {
		err_set(err, "a policy has no name; " FORM);
		return at_line(load->file, policy, err);
	}
	if (take_value(load, name, "name", err) == -1) {
		err_wrap(err, "name");
		return at_line(load->file, name, err);
	}
	return take_group(load, policy, "", err);
}

int
conf_policies(struct rules *rules, struct policy_lines *lines_out,
    const char *file, const config_setting_t *list, struct err *err)
{
	struct load load = { file, rules, lines_out };
	int i;

	if (config_setting_type(list) != CONFIG_TYPE_LIST) {
		err_set(err, "%s is the wrong type; " FORM,
		    conf_type_word(list));
		return at_line(file, list, err);
	}
	for (i = 0; i < config_setting_length(list); i++)
		if (take_policy(&load, config_setting_get_elem(list,
		    (unsigned)i), err) == -1)
			return -1;
	return 0;
}
