/* SPDX-License-Identifier: GPL-2.0-only */
/* One entry of the owner's list, from text. */
#include "policy/lists.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE_SIGNS                                                        \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
#define SIGNATURE_MOST 128
#define DIGITS_MOST 12			/* of seconds: years of four digits */

/* The next word, with its NUL, into out; 0 if there is none or no room. */
static size_t
word(char *out, size_t size, const char *text)
{
	size_t len = strcspn(text, " ");

	if (len == 0 || len >= size || text[len] == '\0')
		return 0;
	memcpy(out, text, len);
	out[len] = '\0';
	return len + 1;
}

static int
check_sha256(char *value, struct err *err)
{
	size_t i;

	for (i = 0; isxdigit((unsigned char)value[i]); i++)
		value[i] = (char)tolower((unsigned char)value[i]);
	if (i != 64 || value[i] != '\0')
		return err_set(err, "is no SHA-256");
	return 0;
}

static int
check_host(char *value, struct err *err)
{
	return match_find("hosts")->check(value, err);
}

static int
check_signature(char *value, struct err *err)
{
	if (strlen(value) > SIGNATURE_MOST ||
	    value[strspn(value, SIGNATURE_SIGNS)] != '\0')
		return err_set(err, "is no name of a finding");
	return 0;
}

int
list_value_check(enum list_by by, char *value, struct err *err)
{
	static int (*const checks[BY_COUNT])(char *, struct err *) = {
		[BY_SHA256] = check_sha256, [BY_HOST] = check_host,
		[BY_SIGNATURE] = check_signature,
	};

	return checks[by](value, err);
}

const char *
list_value_allowed(enum list_by by)
{
	static const char *const allowed[BY_COUNT] = {
		[BY_SHA256] = "64 hexadecimal digits",
		[BY_SIGNATURE] = "the name as it stands in the log",
	};

	return by == BY_HOST ? match_find("hosts")->allowed : allowed[by];
}

int
list_reason_check(const char *text, struct err *err)
{
	const char *at;

	if (text[strspn(text, " ")] == '\0')
		return err_set(err, "no reason; remedy: --reason TEXT");
	if (strlen(text) >= LISTS_REASON)
		return err_set(err, "the reason has more than %d characters",
		    LISTS_REASON - 1);
	for (at = text; *at != '\0'; at++)
		if (*at < ' ' || *at > '~' || *at == '"')
			return err_set(err, "the reason has a letter with an "
			    "accent, a double quote or another character "
			    "beyond ASCII; remedy: write it without, ue for "
			    "u with two dots");
	return 0;
}

static int
take_value(struct list_entry *entry, const char *kind, struct err *err)
{
	struct err why;

	if (list_by_find(kind, &entry->by) == -1)
		return err_set(err, "by what? allowed: sha256, host, "
		    "signature");
	if (list_value_check(entry->by, entry->value, &why) == -1)
		return err_set(err, "%s: %s; allowed: %s", kind, why.text,
		    list_value_allowed(entry->by));
	return 0;
}

static int
take_line(struct list_entry *entry, const char *line, struct err *err)
{
	char action[8], kind[16], until[DIGITS_MOST + 1];
	size_t n;

	if ((n = word(action, sizeof action, line)) == 0)
		return err_set(err, "no action");
	line += n;
	entry->block = strcmp(action, "block") == 0;
	if (!entry->block && strcmp(action, "allow") != 0)
		return err_set(err, "neither allow nor block");
	if ((n = word(kind, sizeof kind, line)) == 0)
		return err_set(err, "no kind");
	line += n;
	if ((n = word(entry->value, sizeof entry->value, line)) == 0)
		return err_set(err, "no value, or too long a one");
	line += n;
	if (take_value(entry, kind, err) == -1)
		return -1;
	n = word(until, sizeof until, line);
	if (n == 0 || until[strspn(until, "0123456789")] != '\0')
		return err_set(err, "no end in Unix seconds, or too late a "
		    "one");
	entry->until = strtoll(until, NULL, 10);
	line += n;
	if (list_reason_check(line, err) == -1)
		return -1;
	memcpy(entry->reason, line, strlen(line) + 1);
	return 0;
}

int
list_entry_read(struct list_entry *entry_out, const char *line, size_t len,
    struct err *err)
{
	struct list_entry entry = { 0 };
	char copy[512];

	if (len > 0 && line[len - 1] == '\n')
		len--;
	if (len >= sizeof copy)
		return err_set(err, "the entry has more than %zu characters",
		    sizeof copy - 1);
	if (memchr(line, '\0', len) != NULL)
		return err_set(err, "the entry has a NUL in it");
	memcpy(copy, line, len);
	copy[len] = '\0';
	if (take_line(&entry, copy, err) == -1)
		return -1;
	*entry_out = entry;
	return 0;
}
