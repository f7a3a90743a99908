/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/boundary.h"

#include <stdlib.h>
#include <string.h>

#include "unpack/percent.h"

#define WORD "boundary"
#define FIRST_LINE_MAX 65536
#define TEXT_MAX 65536		/* of a Content-Type that is looked at */
#define VALUES_MAX 64		/* so that the time stays linear */

/* A parameter's value as it stands, and how its name ended ("*", "*0*"). */
struct value {
	struct slice text;
	struct slice suffix;
};

/* Room for one more delimiter of at most len bytes after "--". */
static uint8_t *
room(struct boundaries *b)
{
	uint8_t *at = b->memory + b->used;

	memcpy(at, "--", 2);
	return at + 2;
}

/* What stands in room() is len bytes long. */
static void
keep(struct boundaries *b, size_t len)
{
	struct slice delimiter = { b->memory + b->used, len + 2 };
	unsigned i;

	if (len == 0 || memchr(delimiter.at, '\n', delimiter.len) != NULL)
		return;
	for (i = 0; i < b->count; i++)
		if (slice_same(b->list[i], delimiter))
			return;
	if (b->count == BOUNDARIES_MAX) {
		b->more = true;
		return;
	}
	b->list[b->count++] = delimiter;
	b->used += delimiter.len;
}

static void
add(struct boundaries *b, struct slice s)
{
	if (s.len > 0)
		memcpy(room(b), s.at, s.len);
	keep(b, s.len);
}

static struct slice
up_to(struct slice s, const char *stops)
{
	size_t at = 0;

	while (at < s.len && (s.at[at] == '\0' || !strchr(stops, s.at[at])))
		at++;
	return slice_head(s, at);
}

/* "a\"b" is a"b for some and a\ for others. */
static void
add_quoted(struct boundaries *b, struct slice s)
{
	uint8_t *out = room(b);
	size_t at, len = 0;

	add(b, up_to(s, "\""));
	out = room(b);
	for (at = 0; at < s.len && s.at[at] != '"'; at++) {
		if (s.at[at] == '\\' && at + 1 < s.len)
			at++;
		out[len++] = s.at[at];
	}
	keep(b, len);
}

static void
add_plain(struct boundaries *b, struct slice s)
{
	add(b, up_to(s, " \t\r\n;,\""));
	add(b, slice_trim(up_to(s, ";,")));
	add(b, slice_trim(up_to(s, ";\r\n")));
}

/* The value of RFC 2231: its first piece has a character set before it. */
static struct slice
without_charset(struct slice s)
{
	struct slice rest = s;

	(void)slice_cut(&rest, '\'');
	(void)slice_cut(&rest, '\'');
	return rest.len > 0 ? rest : s;
}

static struct slice
bare(struct slice s)
{
	if (s.len > 0 && s.at[0] == '"')
		return up_to(slice_tail(s, 1), "\"");
	return up_to(s, " \t\r\n;,");
}

/* Appends one piece of a boundary in pieces to those in room(). */
static size_t
append(struct boundaries *b, const struct value *v, size_t len)
{
	struct slice s = bare(v->text);
	bool encoded = v->suffix.at[v->suffix.len - 1] == '*';

	if (s.len > b->longest - len) {		/* values in values */
		b->more = true;
		return len;
	}
	if (encoded && len == 0)
		s = without_charset(s);
	if (encoded)
		return len + percent_decode(s, false, room(b) + len);
	if (s.len > 0)
		memcpy(room(b) + len, s.at, s.len);
	return len + s.len;
}

/* The next value of a "boundary..." in the text, which goes behind its "=". */
static bool
next_value(struct slice *text, struct value *v)
{
	size_t at;

	while ((at = slice_find(*text, WORD)) < text->len) {
		*text = slice_tail(*text, at + strlen(WORD));
		for (at = 0; at < text->len && (text->at[at] == '*' ||
		    (text->at[at] >= '0' && text->at[at] <= '9'));)
			at++;
		v->suffix = slice_head(*text, at);
		while (at < text->len && is_blank(text->at[at]))
			at++;
		if (at == text->len || text->at[at] != '=')
			continue;
		while (++at < text->len && is_blank(text->at[at]))
			continue;
		*text = slice_tail(*text, at);
		v->text = *text;
		return true;
	}
	return false;
}

static void
find_declared(struct boundaries *b, struct slice text)
{
	struct slice rest = text;
	unsigned values = 0;
	struct value v;
	size_t len = 0;

	while (!b->more && next_value(&rest, &v)) {
		b->more = ++values > VALUES_MAX;
		if (v.suffix.len > 0)
			continue;
		if (v.text.len > 0 && v.text.at[0] == '"')
			add_quoted(b, slice_tail(v.text, 1));
		else
			add_plain(b, v.text);
	}
	/* boundary*=..., or boundary*0=... and so on, in their order. */
	for (rest = text; !b->more && next_value(&rest, &v);)
		if (v.suffix.len > 0)
			len = append(b, &v, len);
	keep(b, len);
}

/* "--x" and nothing else in the first line that is not empty. */
static struct slice
first_line(struct slice body)
{
	struct slice line;

	while (body.len > 0 && is_line_end(body.at[0]))
		body = slice_tail(body, 1);
	line = up_to(body, "\r\n");
	while (line.len > 0 && is_blank(line.at[line.len - 1]))
		line.len--;
	if (line.len < 3 || line.len > FIRST_LINE_MAX ||
	    memcmp(line.at, "--", 2) != 0)
		return slice_head(line, 0);
	return slice_tail(line, 2);
}

int
boundaries_find(struct boundaries *boundaries_out, struct slice type,
    struct slice body, struct err *err)
{
	struct boundaries b = { .more = type.len > TEXT_MAX };
	struct slice line = first_line(body);

	b.longest = b.more ? TEXT_MAX : type.len;
	type = slice_head(type, b.longest);
	b.memory = malloc((BOUNDARIES_MAX + 1) * (type.len + 2) + line.len + 2);
	if (b.memory == NULL)
		return err_sys(err, "boundaries");
	find_declared(&b, type);
	if (line.len > 0 && b.count < BOUNDARIES_MAX)
		add(&b, line);
	*boundaries_out = b;
	return 0;
}

void
boundaries_free(struct boundaries *b)
{
	free(b->memory);
	*b = (struct boundaries){ .count = 0 };
}
