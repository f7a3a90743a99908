/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/percent.h"

#include <string.h>

static int
escaped(struct slice s, size_t at)
{
	int high, low;

	if (s.at[at] != '%' || s.len - at < 3)
		return -1;
	high = hex_value(s.at[at + 1]);
	low = hex_value(s.at[at + 2]);
	return high == -1 || low == -1 ? -1 : high << 4 | low;
}

size_t
percent_decode(struct slice s, bool plus, uint8_t *out)
{
	size_t at, len = 0;
	int byte;

	for (at = 0; at < s.len; at++) {
		byte = escaped(s, at);
		if (byte != -1) {
			out[len++] = (uint8_t)byte;
			at += 2;
		} else {
			out[len++] = plus && s.at[at] == '+' ? ' ' : s.at[at];
		}
	}
	return len;
}

struct fields
fields_on(struct slice body)
{
	return (struct fields){ .rest = body };
}

/* The key comes now, the value, if there is one, at the next call. */
static void
split(struct fields *f, struct slice field, struct slice *key_out)
{
	size_t len = field.len;

	*key_out = slice_cut(&field, '=');
	f->has_value = key_out->len < len;
	f->value = field;
}

bool
fields_next(struct fields *f, struct slice *text_out)
{
	struct slice field;

	if (f->has_value) {
		f->has_value = false;
		*text_out = f->value;
		return true;
	}
	if (f->pieces.len > 0) {
		split(f, slice_cut(&f->pieces, ';'), text_out);
		return true;
	}
	if (f->rest.len == 0)
		return false;
	field = slice_cut(&f->rest, '&');
	if (field.len > 0 && memchr(field.at, ';', field.len) != NULL)
		f->pieces = field;
	split(f, field, text_out);
	return true;
}
