/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/runs.h"

#include "unpack/value.h"
#include "unpack/wide.h"

#define CAPITAL_SHARE 5		/* one of so many, at least */

#define TEN(a, b, c, d, e, f, g, h, i, j)                                      \
	[a] = true, [b] = true, [c] = true, [d] = true, [e] = true,            \
	[f] = true, [g] = true, [h] = true, [i] = true, [j] = true

static const bool letters[256] = {
	TEN('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
	TEN('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'),
	TEN('K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T'),
	TEN('U', 'V', 'W', 'X', 'Y', 'Z', 'a', 'b', 'c', 'd'),
	TEN('e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n'),
	TEN('o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x'),
	['y'] = true, ['z'] = true, ['+'] = true, ['/'] = true, ['-'] = true,
	['_'] = true, ['='] = true, ['\r'] = true, ['\n'] = true,
};

struct runs
runs_on(struct slice text)
{
	return (struct runs){ .text = text };
}

/* The set of ASCII that these are; rows in the order they come. */
static struct wide_set
set_of(const bool wanted[256])
{
	struct wide_set set = { .low = { 0 } };
	unsigned row, column, next = 0;
	bool any;

	for (row = 0; row < 8; row++) {
		any = false;
		for (column = 0; column < 16; column++) {
			if (!wanted[row << 4 | column])
				continue;
			set.low[column] |= (uint8_t)(1 << next);
			any = true;
		}
		if (any)
			set.high[row] = (uint8_t)(1 << next++);
	}
	return set;
}

/* To the first 32 that are all of them, or as near to the end. */
WIDE static size_t
skip_wide(struct slice s, size_t from, const struct wide_set *set)
{
	while (from + WIDE_BYTES <= s.len &&
	    wide_in(s.at + from, set) != UINT32_MAX)
		from += WIDE_BYTES;
	return from;
}

/* Each look begins at the end of where one could be, so that most bytes are
 * never looked at. */
static size_t
find(struct slice s, size_t from, const bool wanted[256], size_t least)
{
	size_t back;

	while (s.len - from >= least) {
		back = from + least;
		while (back > from && wanted[s.at[back - 1]])
			back--;
		if (back == from)
			return from;
		from = back;
	}
	return s.len;
}

/* What is long has 32 of them together, wherever those are looked for. */
static size_t
find_wide(struct slice s, size_t from, const bool wanted[256], size_t least)
{
	const struct wide_set set = set_of(wanted);
	size_t start, end;

	while (s.len - from >= least) {
		start = end = skip_wide(s, from, &set);
		while (start > from && wanted[s.at[start - 1]])
			start--;
		while (end < s.len && end - start < least &&
		    wanted[s.at[end]])
			end++;
		if (end - start == least)
			return start;
		from = end < s.len ? end + 1 : end;
	}
	return s.len;
}

size_t
runs_find(struct slice s, size_t from, const bool wanted[256], size_t least)
{
	return WIDE_HERE ? find_wide(s, from, wanted, least) :
	    find(s, from, wanted, least);
}

/* Behind a line end the next may be indented. */
static size_t
end_of(struct slice s, size_t at)
{
	size_t next;

	for (;;) {
		while (at < s.len && letters[s.at[at]])
			at++;
		next = at;
		if (is_line_end(s.at[at - 1]))
			while (next < s.len && is_blank(s.at[next]))
				next++;
		if (next == at || next == s.len || !letters[s.at[next]])
			return at;
		at = next;
	}
}

/* A first line that is shorter than the next is none of it. */
static struct slice
without_title(struct slice run)
{
	struct slice rest = run, line = slice_cut(&rest, '\n'), next = rest;

	if (line.len >= VALUE_MIN || slice_trim(line).len >=
	    slice_trim(slice_cut(&next, '\n')).len)
		return run;
	return slice_trim(rest);
}

bool
runs_next(struct runs *r, struct slice *run_out)
{
	size_t from, to;

	while ((from = runs_find(r->text, r->at, letters,
	    VALUE_MIN)) < r->text.len) {
		to = end_of(r->text, from + VALUE_MIN);
		r->at = to;
		*run_out = without_title(slice_trim(slice_head(slice_tail(
		    r->text, from), to - from)));
		if (run_out->len >= VALUE_MIN)
			return true;
	}
	r->at = r->text.len;
	return false;
}

struct counts {
	size_t capitals, small, numerals, hex;
};

static struct counts
count(struct slice s)
{
	struct counts c = { .hex = 0 };
	size_t at;
	uint8_t byte;

	for (at = 0; at < s.len; at++) {
		byte = s.at[at];
		c.capitals += byte >= 'A' && byte <= 'Z';
		c.small += byte >= 'a' && byte <= 'z';
		c.numerals += byte >= '0' && byte <= '9';
		c.hex += hex_value(byte) != -1;
	}
	return c;
}

enum run_kind
run_kind(struct slice s)
{
	const struct counts c = count(s);

	if (c.capitals + c.small == 0 || value_is_digest(s))
		return RUN_NONE;
	if (c.hex == s.len && s.len % 2 == 0 && c.numerals > 0)
		return RUN_HEX;
	return (c.capitals + c.numerals) * CAPITAL_SHARE >= s.len ?
	    RUN_BASE64 : RUN_NONE;
}

size_t
run_from_hex(struct slice s, uint8_t *out)
{
	size_t at, len = 0;

	for (at = 0; at + 1 < s.len; at += 2)
		out[len++] = (uint8_t)(hex_value(s.at[at]) << 4 |
		    hex_value(s.at[at + 1]));
	return len;
}

/* Those that escapes are written with are not foreign here. */
bool
run_hopeless(struct slice s)
{
	static const bool more[256] = {
		['\\'] = true, ['{'] = true, ['}'] = true, [' '] = true,
		['\t'] = true, ['\0'] = true,
	};
	size_t at, foreign = 0;

	for (at = 0; at < s.len; at++) {
		if (letters[s.at[at]] || more[s.at[at]])
			continue;
		if (++foreign * VALUE_FOREIGN_SHARE > s.len)
			return true;
	}
	return false;
}
