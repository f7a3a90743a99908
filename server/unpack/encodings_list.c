/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/encodings.h"

#include <string.h>
#include <strings.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define NO_CODING (-1)
#define UNKNOWN_CODING (-2)

/* Registered, and nothing here undoes them. They are named so that an
 * administrator reads which one it was. Browsers no longer decode "compress";
 * dcb and dcz need a dictionary of the client's, aes128gcm a key. */
static const char *const not_undone[] = {
	"compress", "aws-chunked", "dcb", "dcz", "aes128gcm", "exi",
	"pack200-gzip",
};

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

struct token {
	const char *at;
	size_t len;
};

static bool
is_named(const struct token *token, const char *name)
{
	return strlen(name) == token->len &&
	    strncasecmp(name, token->at, token->len) == 0;
}

static int
coding_of(const struct token *token)
{
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if (is_named(token, words[i].name))
			return words[i].coding;
	return UNKNOWN_CODING;
}

static const char *
name_of(const struct token *token)
{
	size_t i;

	for (i = 0; i < COUNT(not_undone); i++)
		if (is_named(token, not_undone[i]))
			return not_undone[i];
	return is_named(token, "x-compress") ? "compress" : "";
}

/* The first unknown one is told. */
static void
add(struct encodings *list, const struct token *token)
{
	int coding = coding_of(token);

	if (coding == NO_CODING)
		return;
	if (coding == UNKNOWN_CODING)
		list->unknown = list->unknown != NULL ? list->unknown :
							name_of(token);
	else if (list->count == ENCODINGS_MAX)
		list->more = true;
	else
		list->list[list->count++] = (enum coding)coding;
}

struct encodings
encodings_parse(const struct told_text *text)
{
	struct encodings list = { .count = 0 };
	struct token token;
	size_t at = 0, begin;

	while (at < text->len) {
		begin = at;
		while (at < text->len && !is_between(text->at[at]))
			at++;
		token = (struct token){ text->at + begin, at - begin };
		if (token.len > 0)
			add(&list, &token);
		else
			at++;
	}
	return list;
}
