/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/ascii.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "unpack/texts.h"
#include "unpack/value.h"
#include "wire/verdict.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define RECORD_MIN 5		/* length, address, kind and check */

enum record_kind {
	RECORD_DATA = 0, RECORD_SEGMENT = 2, RECORD_LINEAR = 4
};

struct place_in {
	const struct sink *sink;
	char path[PATH_MAX_LEN + 1];
};

/* One line of data: where it is to be, and where its bytes lie. */
struct record {
	uint64_t address;
	const uint8_t *at;
	size_t len;
};

struct records {
	struct record *list;
	size_t count;
	bool in_order;
	uint64_t base;
	uint8_t *out;
};

static struct place_in
inside_of(const char *path, const char *name, const struct sink *sink)
{
	struct place_in p = { .sink = sink };

	texts_path(p.path, sizeof p.path, path, name);
	return p;
}

static bool
visit(void *ctx, struct slice s)
{
	const struct place_in *p = ctx;

	return s.len == 0 ||
	    p->sink->visit(p->sink->ctx, s.at, s.len, p->path);
}

static bool
is_letter(uint8_t byte)
{
	return isalnum(byte) || (byte != '\0' &&
	    strchr("+/=-_ \t\r\n", byte) != NULL);
}

/* Most files have another byte among their first ones. */
bool
ascii_is_base64(struct slice s)
{
	struct base64_look look;
	bool letters[256];
	size_t at;

	for (at = 0; at < s.len && at < COUNT(letters); at++)
		if (!is_letter(s.at[at]))
			return false;
	if (s.len < VALUE_MIN)
		return false;
	for (at = 0; at < COUNT(letters); at++)
		letters[at] = is_letter((uint8_t)at);
	for (at = 0; at < s.len; at++)
		if (!letters[s.at[at]])
			return false;
	return value_is_base64(s, &look);
}

bool
ascii_read_base64(struct slice s, const char *path, const struct sink *sink)
{
	struct place_in p = inside_of(path, "base64", sink);

	return texts_base64(s, false, sink, visit, &p);
}

static struct slice
without_blanks(struct slice s)
{
	while (s.len > 0 && (is_blank(*s.at) || is_line_end(*s.at)))
		s = slice_tail(s, 1);
	return s;
}

/* Takes the next line off the text, as bytes. 0: it is none. */
static size_t
take_line(struct slice *text, uint8_t *out)
{
	struct slice s = without_blanks(*text);
	size_t len = 0;
	int high, low;

	if (s.len == 0 || *s.at != ':')
		return 0;
	for (s = slice_tail(s, 1); s.len >= 2; s = slice_tail(s, 2)) {
		high = hex_value(s.at[0]);
		low = hex_value(s.at[1]);
		if (high == -1 || low == -1)
			break;
		out[len++] = (uint8_t)(high << 4 | low);
	}
	*text = s;
	return len >= RECORD_MIN && len == RECORD_MIN + (size_t)out[0] ?
	    len : 0;
}

static unsigned
big16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

bool
ascii_is_hex(struct slice s)
{
	uint8_t line[RECORD_MIN + 255];
	struct slice start = without_blanks(s);

	/* A longer line is none. */
	if (start.len > 2 * sizeof line)
		start = slice_head(start, 2 * sizeof line);
	return take_line(&start, line) > 0;
}

static void
add(struct records *r, const uint8_t *line)
{
	const struct record *last = &r->list[r->count];
	struct record new = {
		.address = r->base + big16(line + 1), .at = line + 4,
		.len = line[0],
	};

	if (line[3] == RECORD_SEGMENT && line[0] == 2)
		r->base = (uint64_t)big16(line + 4) << 4;
	if (line[3] == RECORD_LINEAR && line[0] == 2)
		r->base = (uint64_t)big16(line + 4) << 16;
	if (line[3] != RECORD_DATA)
		return;
	if (r->count > 0 && new.address < (last - 1)->address)
		r->in_order = false;
	r->list[r->count++] = new;
}

/* In one piece from each gap to the next. */
static bool
visit_records(struct records *r, struct place_in *p)
{
	uint64_t end = 0;
	size_t i, len = 0;

	for (i = 0; i < r->count; i++) {
		const struct record *next = &r->list[i];

		if (next->address != end) {
			if (!visit(p, slice_on(r->out, len)))
				return false;
			len = 0;
		}
		memcpy(r->out + len, next->at, next->len);
		len += next->len;
		end = next->address + next->len;
	}
	return visit(p, slice_on(r->out, len));
}

static int
by_address(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Some readers take the lines as they come, others by their addresses. */
static bool
visit_all(struct records *r, struct place_in *p)
{
	if (!visit_records(r, p))
		return false;
	if (r->in_order)
		return true;
	qsort(r->list, r->count, sizeof *r->list, by_address);
	return visit_records(r, p);
}

bool
ascii_read_hex(struct slice s, const char *path, const struct sink *sink)
{
	const size_t most = s.len / (1 + 2 * RECORD_MIN) + 1;
	AUTO_FREE uint8_t *bytes = texts_memory(s.len, sink);
	AUTO_FREE struct record *list = bytes == NULL ? NULL :
	    (void *)texts_memory(most * sizeof *list, sink);
	AUTO_FREE uint8_t *out = list == NULL ? NULL :
	    texts_memory(s.len, sink);
	struct records r = { .list = list, .out = out, .in_order = true };
	struct place_in p = inside_of(path, "hex", sink);
	size_t at = 0, len;

	if (out == NULL || !sink->spend(sink->ctx, s.len))
		return false;
	for (; (len = take_line(&s, bytes + at)) > 0; at += len)
		add(&r, bytes + at);
	return visit_all(&r, &p);
}
