/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/value.h"

#include <string.h>

#define SPACE_SHARE 16		/* more blanks than that may be prose ... */
#define CAPITAL_SHARE 5		/* ... but prose has fewer capitals */

static bool
all_hex(struct slice s)
{
	size_t at, upper = 0, lower = 0;

	for (at = 0; at < s.len; at++) {
		if (hex_value(s.at[at]) == -1)
			return false;
		upper += s.at[at] >= 'A' && s.at[at] <= 'F';
		lower += s.at[at] >= 'a';
	}
	return upper == 0 || lower == 0;
}

/* There are thousands in honest JSON, and no file of 96 bytes is made of these
 * digits. */
bool
value_is_digest(struct slice s)
{
	if (slice_starts(s, "sha256-") || slice_starts(s, "sha384-") ||
	    slice_starts(s, "sha512-"))
		return s.len == 7 + 44 || s.len == 7 + 64 || s.len == 7 + 88;
	return (s.len == 64 || s.len == 96 || s.len == 128) && all_hex(s);
}

bool
value_is_base64(struct slice text, struct base64_look *look_out)
{
	*look_out = base64_look(text);
	if (look_out->digits < VALUE_MIN ||
	    look_out->foreign * VALUE_FOREIGN_SHARE > look_out->digits ||
	    value_is_digest(text))
		return false;
	return look_out->spaces * SPACE_SHARE <= look_out->digits ||
	    look_out->upper * CAPITAL_SHARE >= look_out->digits;
}

struct values
values_on(struct slice text)
{
	return (struct values){ .text = text };
}

struct values
values_urls(struct slice text)
{
	return (struct values){ .text = text, .begun = true };
}

/* Behind the comma of ";base64,", where blanks may be between; 0: there is
 * none. */
static size_t
behind_mark(struct slice s, size_t mark)
{
	size_t at = mark + strlen("base64");

	while (mark > 0 && is_blank(s.at[mark - 1]))
		mark--;
	if (mark == 0 || s.at[mark - 1] != ';')
		return 0;
	while (at < s.len && is_blank(s.at[at]))
		at++;
	return at < s.len && s.at[at] == ',' ? at + 1 : 0;
}

/* A URL in a text ends where HTML, CSS or Markdown end it. */
static size_t
url_end(struct slice s, size_t at)
{
	while (at < s.len && (s.at[at] == '\0' ||
	    strchr("\"'()<>{}[]|", s.at[at]) == NULL))
		at++;
	return at;
}

/* The text itself: base64, or a data: URL without. */
static bool
whole(struct slice text, struct found_value *found)
{
	struct base64_look look;
	struct slice head, rest = slice_trim(text);

	/* Blanks around base64 may be digits (BASE64_BLANK). */
	if (!slice_starts(rest, "data:")) {
		*found = (struct found_value){ VALUE_BASE64, text };
		return value_is_base64(text, &look);
	}
	head = slice_cut(&rest, ',');
	*found = (struct found_value){ VALUE_URL, rest };
	return slice_find(head, ";base64") == head.len &&
	    rest.len >= VALUE_MIN;
}

static bool
next_url(struct values *v, struct found_value *found)
{
	size_t start, end;
	struct slice rest;

	while (v->at < v->text.len) {
		rest = slice_tail(v->text, v->at);
		v->at += slice_find(rest, "base64");
		if (v->at == v->text.len)
			break;
		start = behind_mark(v->text, v->at);
		v->at += strlen("base64");
		if (start == 0)
			continue;
		end = url_end(v->text, start);
		v->at = end;
		*found = (struct found_value){ VALUE_URL_BASE64,
			slice_head(slice_tail(v->text, start), end - start) };
		if (end - start >= VALUE_MIN)
			return true;
	}
	return false;
}

bool
values_next(struct values *v, struct found_value *found_out)
{
	if (!v->begun) {
		v->begun = true;
		if (whole(v->text, found_out))
			return true;
	}
	return next_url(v, found_out);
}
