/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/packing.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Blanks before the colon are wrong, and taken by some. */
const char *
packing_value(const char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncasecmp(line, name, len) != 0)
		return NULL;
	line += len;
	while (is_blank(*line))
		line++;
	return *line == ':' ? line + 1 : NULL;
}

static void
add_bytes(struct packed_text *text, const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len && text->len < TOLD_TEXT_MAX; i++)
		text->at[text->len++] = bytes[i] == '\r' || bytes[i] == '\n' ?
		    ' ' : bytes[i];
	if (i < len)
		text->cut = true;
}

static int
add_line(struct packed_text *text, const char *line, const char *name,
    struct err *err)
{
	const char *value = packing_value(line, name);
	size_t len;

	if (value == NULL)
		return 0;
	while (is_blank(*value))
		value++;
	len = strlen(value);
	while (len > 0 && is_blank(value[len - 1]))
		len--;
	if (len == 0)
		return 0;
	if (text->at == NULL && (text->at = malloc(TOLD_TEXT_MAX)) == NULL)
		return err_sys(err, name);
	if (text->len > 0)
		add_bytes(text, ", ", 2);
	add_bytes(text, value, len);
	return 0;
}

int
packing_header(struct packing *packing, const char *line, struct err *err)
{
	if (add_line(&packing->encodings, line, "Content-Encoding", err) == -1)
		return -1;
	return add_line(&packing->type, line, "Content-Type", err);
}

int
packing_asked(struct packing *packing, const char *line, struct err *err)
{
	return add_line(&packing->accepts, line, "Accept-Encoding", err);
}

struct token {
	const char *at;
	size_t len;
};

/* "gzip;q=0.5": the token ends at the semicolon; what "q=0" refuses is not
 * accepted. False: no more. */
static bool
next_token(const struct packed_text *text, size_t *at, struct token *out)
{
	const char *end = text->at + text->len, *from = text->at + *at, *to;

	while (from < end && (is_blank(*from) || *from == ','))
		from++;
	for (to = from; to < end && *to != ','; to++)
		continue;
	*at = (size_t)(to - text->at);
	while (to > from && is_blank(to[-1]))
		to--;
	*out = (struct token){ from, (size_t)(to - from) };
	return out->len > 0;
}

/* Only the plain forms count: any doubt means no. */
static bool
accepts(const struct packed_text *text, const struct token *coding)
{
	struct token token;
	size_t at = 0;

	while (text->len > 0 && next_token(text, &at, &token)) {
		const char *mark = memchr(token.at, ';', token.len);
		size_t len = mark == NULL ? token.len :
		    (size_t)(mark - token.at);

		if (len == coding->len &&
		    strncasecmp(token.at, coding->at, len) == 0)
			return mark == NULL || memmem(mark, token.len - len,
			    "=0", 2) == NULL || memmem(mark, token.len - len,
			    "=0.", 3) != NULL;
	}
	return false;
}

static bool
all_accepted(const struct packing *packing)
{
	struct token coding;
	size_t at = 0;

	while (next_token(&packing->encodings, &at, &coding))
		if (!accepts(&packing->accepts, &coding))
			return false;
	return true;
}

static struct told_text
told_text(const struct packed_text *text)
{
	return (struct told_text){ text->at, (uint16_t)text->len };
}

struct told
packing_told(const struct packing *packing, bool is_upload)
{
	struct told told = {
		.encodings = told_text(&packing->encodings),
		.type = told_text(&packing->type),
	};

	if (packing->encodings.cut)
		told.flags |= TOLD_ENCODINGS_CUT;
	if (packing->type.cut)
		told.flags |= TOLD_TYPE_CUT;
	if (packing->encodings.len > 0 &&
	    (is_upload || !all_accepted(packing)))
		told.flags |= TOLD_RAW_TOO;
	return told;
}

void
packing_free(struct packing *packing)
{
	free(packing->encodings.at);
	free(packing->type.at);
	free(packing->accepts.at);
	memset(packing, 0, sizeof *packing);
}
