/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings that are lists of names of the web: endings of files, hosts. They
 * are kept in small letters, as icap/ranges.c compares them. */
#include "config/settings_rows.h"

#include <string.h>

#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define ENDING_SIGNS SMALL DIGITS "_+-"
#define HOST_SIGNS SMALL DIGITS "_.:-"

static void
lower(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

static int
one_ending(char *item, struct err *err)
{
	lower(item);
	if (item[strspn(item, ENDING_SIGNS)] != '\0')
		return value_bad(err, item, "is no ending of a file");
	return 0;
}

/* "[" and "]" of an IPv6 address are left out. */
static int
one_host(char *item, struct err *err)
{
	size_t len = strlen(item);

	lower(item);
	if (strcmp(item, "*") == 0)
		return 0;
	if (item[strspn(item, HOST_SIGNS)] != '\0' || *item == '.' ||
	    item[len - 1] == '.')
		return value_bad(err, item, "is no name of a host");
	return 0;
}

static int
set_names(const struct setting *row, void *field, const char *value,
    int (*one)(char *, struct err *), struct err *err)
{
	if (*value != '\0')
		return list_set(field, value, one, err);
	memset(field, 0, row->size);
	return 0;
}

static int
set_endings(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	return set_names(row, field, value, one_ending, err);
}

static int
set_hosts(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	return set_names(row, field, value, one_host, err);
}

static void
print_names(const struct setting *row, const void *field, FILE *out)
{
	(void)row;
	list_print(field, out);
}

static void
allowed_endings(const struct setting *row, FILE *out)
{
	(void)row;
	fprintf(out, "up to %d endings without their dot, such as mp4, of a-z "
	    "0-9 _ + -", LIST_MAX);
}

static void
allowed_hosts(const struct setting *row, FILE *out)
{
	(void)row;
	fprintf(out, "up to %d names of hosts, such as example.org, or *",
	    LIST_MAX);
}

const struct kind kind_endings = { set_endings, print_names, allowed_endings,
	false, true };
const struct kind kind_hosts = { set_hosts, print_names, allowed_hosts, false,
	true };
