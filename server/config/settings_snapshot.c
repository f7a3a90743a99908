/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The snapshot: settings that were checked once, for all other processes.
 *
 *	glassgate-settings 1 0.1.0
 *	log.level=info
 *	...every key of the table, in its order...
 *	policies.name=office
 *	policies.match.clients=10.0.0.0/8
 *	...what each policy says, one after another...
 *	sha256=<hex, over all lines before>
 */
#include "config/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "config/settings_rows.h"

#define HEAD "glassgate-settings 1 " PACKAGE_VERSION "\n"
#define DIGEST_LEN 64
#define TAIL_LEN (sizeof "sha256=\n" - 1 + DIGEST_LEN)
#define SNAPSHOT_MAX (256 * 1024)

/* "sha256=<hex>\n" over the text */
static int
make_tail(char tail[static TAIL_LEN + 1], const char *text, size_t len,
    struct err *err)
{
	uint8_t digest[DIGEST_LEN / 2];
	char *at = tail;
	size_t i;

	if (EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL) != 1)
		return err_set(err, "libcrypto has no SHA-256");
	at += sprintf(at, "sha256=");
	for (i = 0; i < sizeof digest; i++)
		at += sprintf(at, "%02x", digest[i]);
	strcpy(at, "\n");
	return 0;
}

static int
snapshot_text(const struct settings *settings, char **text_out,
    struct err *err)
{
	AUTO_FREE char *body = NULL;
	AUTO_FREE char *text = NULL;
	size_t len;

	if (settings_text(settings, &body, err) == -1)
		return -1;
	len = strlen(HEAD) + strlen(body);
	text = malloc(len + TAIL_LEN + 1);
	if (text == NULL)
		return err_sys(err, "malloc");
	snprintf(text, len + 1, "%s%s", HEAD, body);
	if (make_tail(text + len, text, len, err) == -1)
		return -1;
	*text_out = steal_ptr(&text);
	return 0;
}

static int
snapshot_path(char out[static PATH_MAX], const char *runtime, uint32_t n,
    struct err *err)
{
	int len = snprintf(out, PATH_MAX, "%s/settings-%" PRIu32, runtime, n);

	if (len < 0 || len >= PATH_MAX)
		return err_set(err, "the runtime path is too long");
	return 0;
}

int
settings_save(const struct settings *settings, const char *runtime, uint32_t n,
    struct err *err)
{
	AUTO_FREE char *text = NULL;
	char path[PATH_MAX];

	if (snapshot_path(path, runtime, n, err) == -1 ||
	    snapshot_text(settings, &text, err) == -1)
		return -1;
	return file_replace(path, text, strlen(text), 0644, err);
}

void
settings_remove(const char *runtime, uint32_t n)
{
	char path[PATH_MAX];
	struct err err;

	if (snapshot_path(path, runtime, n, &err) == 0)
		unlink(path);
}

/* One "key=value" line of that row; *at moves behind it. */
static int
parse_line(struct settings *settings, const struct setting *row,
    const char **at, const char *end, struct err *err)
{
	const char *line = *at;
	const char *stop = memchr(line, '\n', (size_t)(end - line));
	size_t key_len = strlen(row->key), len;
	AUTO_FREE char *value = NULL;

	if (stop == NULL)
		return err_set(err, "%s is missing", row->key);
	len = (size_t)(stop - line);
	if (len <= key_len || memcmp(line, row->key, key_len) != 0 ||
	    line[key_len] != '=')
		return err_set(err, "%s is not in its place", row->key);
	value = strndup(line + key_len + 1, len - key_len - 1);
	if (value == NULL)
		return err_sys(err, "strndup");
	*at = stop + 1;
	return settings_set(settings, row->key, value, err);
}

/* A "policies.KEY=VALUE" line. */
static int
parse_policy_line(struct rules *rules, const char **at, const char *end,
    struct err *err)
{
	const size_t lead = sizeof POLICIES_LEAD - 1;
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	AUTO_FREE char *line = NULL;
	char *value;

	if (stop == NULL)
		return err_set(err, "its last line has no end");
	line = strndup(*at, (size_t)(stop - *at));
	if (line == NULL)
		return err_sys(err, "strndup");
	value = strchr(line, '=');
	if (value == NULL || strncmp(line, POLICIES_LEAD, lead) != 0)
		return err_set(err, "has more lines than settings");
	*value++ = '\0';
	*at = stop + 1;
	if (rules_set(rules, line + lead, value, err) == -1)
		return err_wrap(err, POLICIES);
	return 0;
}

static int
check_tail(const char *text, size_t len, struct err *err)
{
	char want[TAIL_LEN + 1];

	if (len < strlen(HEAD) + TAIL_LEN)
		return err_set(err, "is cut");
	if (memcmp(text, HEAD, strlen(HEAD)) != 0)
		return err_set(err, "is no snapshot of version "
		    PACKAGE_VERSION);
	if (make_tail(want, text, len - TAIL_LEN, err) == -1)
		return -1;
	if (memcmp(want, text + len - TAIL_LEN, TAIL_LEN) != 0)
		return err_set(err, "was changed or cut");
	return 0;
}

int
snapshot_parse(struct settings *settings_out, const char *text, size_t len,
    struct err *err)
{
	const char *at, *end;
	AUTO_FREE struct settings *settings = NULL;
	size_t i;

	if (check_tail(text, len, err) == -1)
		return -1;
	settings = malloc(sizeof *settings);
	if (settings == NULL)
		return err_sys(err, "malloc");
	settings_defaults(settings);
	at = text + strlen(HEAD);
	end = text + len - TAIL_LEN;
	for (i = 0; i < setting_count(); i++)
		if (parse_line(settings, setting_row(i), &at, end, err) == -1)
			return -1;
	while (at != end)
		if (parse_policy_line(&settings->rules, &at, end, err) == -1)
			return -1;
	*settings_out = *settings;
	return 0;
}

static int
read_snapshot(const char *path, char text[static SNAPSHOT_MAX],
    size_t *len_out, struct err *err)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;
	size_t used = 0;
	ssize_t n;

	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(err, path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, "%s is no file", path);
	do {
		n = read(fd, text + used, SNAPSHOT_MAX - used);
		if (n == -1)
			return err_sys(err, path);
		used += (size_t)n;
	} while (n > 0 && used < SNAPSHOT_MAX);
	*len_out = used;
	return 0;
}

int
settings_load(struct settings *settings_out, const char *runtime, uint32_t n,
    struct err *err)
{
	AUTO_FREE char *text = malloc(SNAPSHOT_MAX);
	char path[PATH_MAX];
	size_t len = 0;

	if (text == NULL)
		return err_sys(err, "malloc");
	if (snapshot_path(path, runtime, n, err) == -1 ||
	    read_snapshot(path, text, &len, err) == -1)
		return -1;
	if (snapshot_parse(settings_out, text, len, err) == -1)
		return err_wrap(err, "%s", path);
	return 0;
}
