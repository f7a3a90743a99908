/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/conf_scan.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_SIGNS                                                             \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-*"

static const char *
skip_text(const char *at)
{
	for (at++; *at != '\0' && *at != '"'; at++)
		if (*at == '\\' && at[1] != '\0')
			at++;
	return *at == '"' ? at + 1 : at;
}

static const char *
skip_block(const char *at)
{
	const char *end = strstr(at + 2, "*/");

	return end == NULL ? at + strlen(at) : end + 2;
}

static int
fits(const char *number)
{
	int base = strncasecmp(number, "0x", 2) == 0 ? 16 : 10;
	char *end;
	unsigned long long value = strtoull(number, &end, base);

	return *end == 'L' || value <= INT32_MAX;
}

/* Behind the piece that begins here: a text, a comment, a word, one sign. */
static const char *
skip_piece(const char *at)
{
	if (*at == '"')
		return skip_text(at);
	if (strncmp(at, "/*", 2) == 0)
		return skip_block(at);
	if (*at == '#' || strncmp(at, "//", 2) == 0)
		return at + strcspn(at, "\n");
	if (isalnum((unsigned char)*at) || *at == '*')
		return at + strspn(at, NAME_SIGNS);
	return at + 1;
}

static int
check_piece(const char *at, struct err *err)
{
	if (strncmp(at, "@include", 8) == 0)
		return err_set(err, "@include: is not supported; allowed: all "
		    "settings in one file");
	if (isdigit((unsigned char)*at) && !fits(at))
		return err_set(err, "a number is too large; allowed: up to %d",
		    INT32_MAX);
	return 0;
}

int
conf_scan(const char *file, const char *text, struct err *err)
{
	const char *end;
	int line = 1;

	while (*text != '\0') {
		if (check_piece(text, err) == -1)
			return err_wrap(err, "%s:%d", file, line);
		for (end = skip_piece(text); text < end; text++)
			line += *text == '\n';
	}
	return 0;
}
