/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/texts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "unpack/base64.h"
#include "unpack/entities.h"
#include "unpack/percent.h"
#include "unpack/strings.h"
#include "unpack/texts_parts.h"
#include "unpack/value.h"
#include "wire/verdict.h"

#define SCRIPT_MAX (16 << 20)	/* more is no script, but a heap of data */
#define SCRIPT_HEAD 512

static bool
has(struct slice s, uint8_t byte)
{
	return s.len > 0 && memchr(s.at, byte, s.len) != NULL;
}

/* Behind one that is left out, a NUL belongs to a wide character. */
static bool
is_before(struct slice s, size_t at)
{
	static const bool blanks[256] = {
		[' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true,
		['\f'] = true,
	};

	return blanks[s.at[at]] ||
	    (s.at[at] == '\0' && (at == 0 || s.at[at - 1] != '\0'));
}

uint8_t
texts_first(struct slice s)
{
	size_t at = slice_starts(s, "\xef\xbb\xbf") ? 3 :
	    entities_wide(s) ? 2 : 0;

	while (at < s.len && is_before(s, at))
		at++;
	return at < s.len ? s.at[at] : '\0';
}

bool
texts_begins_json(struct slice s)
{
	const uint8_t first = texts_first(s);

	return first == '{' || first == '[' || first == '"';
}

bool
texts_fits(struct slice s)
{
	return texts_first(s) == '<' || (s.len <= SCRIPT_MAX &&
	    (entities_wide(s) || !has(s.len < SCRIPT_HEAD ? s :
	    slice_head(s, SCRIPT_HEAD), '\0')));
}

uint8_t *
texts_memory(size_t len, const struct sink *sink)
{
	uint8_t *memory = malloc(len > 0 ? len : 1);

	if (memory == NULL)
		sink->note(sink->ctx, OUTCOME_ENGINE_ERROR, "Worker.NoMemory",
		    "");
	return memory;
}

/* What there is room for. */
static size_t
append(char *out, size_t size, size_t at, const char *text)
{
	const size_t len = strnlen(text, size - 1 - at);

	memcpy(out + at, text, len);
	out[at + len] = '\0';
	return at + len;
}

/* Without snprintf(), which took as long as some of the searches. */
void
texts_path(char *out, size_t size, const char *path, const char *name)
{
	size_t len = append(out, size, 0, path);

	if (*path != '\0')
		len = append(out, size, len, "/");
	(void)append(out, size, len, name);
}

bool
texts_base64(struct slice s, bool forms, const struct sink *sink,
    bool (*each)(void *ctx, struct slice), void *ctx)
{
	AUTO_FREE uint8_t *out = texts_memory(s.len / 4 * 3 + 2, sink);
	struct base64_look look = base64_look(s);
	unsigned readings[BASE64_READINGS_MAX], count, i;
	size_t len;

	if (out == NULL)
		return false;
	count = base64_readings(&look, forms, readings);
	for (i = 0; i < count; i++) {
		len = base64_decode(s, readings[i], out);
		if (!sink->spend(sink->ctx, len) ||
		    !each(ctx, slice_on(out, len)))
			return false;
	}
	return true;
}

typedef bool visitor(void *ctx, const uint8_t *, size_t len, const char *name);

static bool
visit_by(visitor *by, struct texts *t, struct slice s)
{
	char name[32], path[PATH_MAX_LEN + 1];

	if (s.len == 0)
		return true;
	snprintf(name, sizeof name, "value %u", ++t->count);
	texts_path(path, sizeof path, t->path, name);
	return by(t->sink->ctx, s.at, s.len, path);
}

bool
texts_visit(void *ctx, struct slice s)
{
	struct texts *t = ctx;

	return visit_by(t->sink->visit_value, t, s);
}

/* What is packed for the way is read as a form, too, and is none. */
static bool
visit_piece(struct texts *t, struct slice s)
{
	return visit_by(t->sink->visit_piece, t, s);
}

bool
texts_found(struct texts *t, const struct found_value *found)
{
	AUTO_FREE uint8_t *plain = NULL;
	struct slice data = found->data;

	if (found->kind != VALUE_BASE64 && has(data, '%')) {
		plain = texts_memory(data.len, t->sink);
		if (plain == NULL)
			return false;
		data = slice_on(plain, percent_decode(data, false, plain));
	}
	if (found->kind != VALUE_URL)
		return texts_base64(data, t->forms, t->sink,
		    texts_visit, t);
	return t->sink->spend(t->sink->ctx, data.len) &&
	    texts_visit(t, data);
}

/* The text without its escapes; *plain_out is the caller's. */
static bool
undo_escapes(struct texts *t, struct slice *text, uint8_t **plain_out)
{
	if (!strings_encoded(*text))
		return true;
	*plain_out = texts_memory(text->len, t->sink);
	if (*plain_out == NULL)
		return false;
	*text = slice_on(*plain_out, strings_decode(*text, *plain_out));
	return true;
}

bool
texts_values(struct texts *t, struct values v)
{
	struct found_value found;

	while (values_next(&v, &found))
		if (!texts_found(t, &found))
			return false;
	return true;
}

static bool
visit_values(struct texts *t, struct slice text)
{
	AUTO_FREE uint8_t *plain = NULL;

	return undo_escapes(t, &text, &plain) &&
	    texts_values(t, values_on(text));
}

bool
texts_json(struct texts *t, struct slice body)
{
	struct strings j = strings_on(body, VALUE_MIN);
	struct slice text;

	while (strings_next(&j, &text))
		if (!visit_values(t, text))
			return false;
	return true;
}

/* What words are written with. */
static bool
is_prose(struct slice s)
{
	static const char marks[] = " \t\r\n.,-_*'?";
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!isalnum(s.at[i]) &&
		    memchr(marks, s.at[i], sizeof marks - 1) == NULL)
			return false;
	return true;
}

/* A long key or value is a file of its own, and may hold others. Mere words are
 * none, which are scanned with the form. */
static bool
visit_field(struct texts *t, struct slice field, uint8_t *memory)
{
	size_t len = percent_decode(field, true, memory);
	struct slice text = slice_on(memory, len);

	if (len < VALUE_MIN)
		return true;
	return t->sink->spend(t->sink->ctx, len) &&
	    (is_prose(text) || visit_piece(t, text)) && texts_json(t, text);
}

bool
texts_form(struct texts *t, struct slice body)
{
	AUTO_FREE uint8_t *memory = texts_memory(body.len, t->sink);
	struct fields f = fields_on(body);
	struct slice field;
	size_t len;

	if (memory == NULL)
		return false;
	t->forms = true;
	len = percent_decode(body, true, memory);
	if (!t->sink->spend(t->sink->ctx, len))
		return false;
	/* Without an escape it is the body, which was looked at. */
	if ((has(body, '%') || has(body, '+')) &&
	    !visit_piece(t, slice_on(memory, len)))
		return false;
	if (!texts_json(t, slice_on(memory, len)))
		return false;
	while (fields_next(&f, &field))
		if (field.len >= VALUE_MIN && field.len < body.len &&
		    !visit_field(t, field, memory))
			return false;
	return true;
}
