/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/encodings.h"

#include <string.h>
#include <strings.h>

#define NO_CODING (-1)
#define UNKNOWN_CODING (-2)

/* Names that change nothing: "identity", and mistakes of servers that name a
 * character set or a transfer encoding, for which each client does nothing. */
static const struct word {
	const char *name;
	int coding;
} words[] = {
	{ "gzip", CODING_GZIP },
	{ "x-gzip", CODING_GZIP },
	{ "deflate", CODING_DEFLATE },
	{ "x-deflate", CODING_DEFLATE },
	{ "br", CODING_BR },
	{ "zstd", CODING_ZSTD },
	{ "identity", NO_CODING },
	{ "none", NO_CODING },
	{ "7bit", NO_CODING },
	{ "8bit", NO_CODING },
	{ "binary", NO_CODING },
	{ "utf-8", NO_CODING },
	{ "utf8", NO_CODING },
	{ "us-ascii", NO_CODING },
	{ "iso-8859-1", NO_CODING },
};

/* Commas are what should be there; each control byte counts as a blank. */
static bool
is_between(char c)
{
	return c == ',' || c == ';' || c == '"' || c == '\'' ||
	    (unsigned char)c <= ' ' || c == 0x7f;
}

static int
coding_of(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].name) == len &&
		    strncasecmp(words[i].name, word, len) == 0)
			return words[i].coding;
	return UNKNOWN_CODING;
}

static void
add(struct encodings *list, int coding)
{
	if (coding == NO_CODING)
		return;
	if (coding == UNKNOWN_CODING)
		list->unknown = true;
	else if (list->count == ENCODINGS_MAX)
		list->more = true;
	else
		list->list[list->count++] = (enum coding)coding;
}

struct encodings
encodings_parse(const struct told_text *text)
{
	struct encodings list = { .count = 0 };
	size_t at = 0, begin;

	while (at < text->len) {
		begin = at;
		while (at < text->len && !is_between(text->at[at]))
			at++;
		if (at > begin)
			add(&list, coding_of(text->at + begin, at - begin));
		else
			at++;
	}
	return list;
}
