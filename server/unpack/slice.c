/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/slice.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "unpack/wide.h"

struct slice
slice_on(const void *bytes, size_t len)
{
	return (struct slice){ bytes, len };
}

struct slice
slice_text(const char *text)
{
	return slice_on(text, strlen(text));
}

struct slice
slice_head(struct slice s, size_t len)
{
	return (struct slice){ s.at, len };
}

struct slice
slice_tail(struct slice s, size_t len)
{
	return (struct slice){ len > 0 ? s.at + len : s.at, s.len - len };
}

struct slice
slice_part(struct slice s, uint64_t at, uint64_t len)
{
	s = slice_tail(s, at < s.len ? (size_t)at : s.len);
	return slice_head(s, len < s.len ? (size_t)len : s.len);
}

struct slice
slice_cut(struct slice *rest, uint8_t stop)
{
	const uint8_t *at = rest->len > 0 ?
	    memchr(rest->at, stop, rest->len) : NULL;
	size_t len = at != NULL ? (size_t)(at - rest->at) : rest->len;
	struct slice piece = slice_head(*rest, len);

	*rest = slice_tail(*rest, at != NULL ? len + 1 : len);
	return piece;
}

struct slice
slice_trim(struct slice s)
{
	while (s.len > 0 && (is_blank(s.at[0]) || is_line_end(s.at[0])))
		s = slice_tail(s, 1);
	while (s.len > 0 &&
	    (is_blank(s.at[s.len - 1]) || is_line_end(s.at[s.len - 1])))
		s.len--;
	return s;
}

size_t
slice_find(struct slice s, const char *word)
{
	const uint8_t lower = (uint8_t)tolower((uint8_t)*word);
	const uint8_t upper = (uint8_t)toupper((uint8_t)*word);
	size_t len = strlen(word), at;

	for (at = 0; at + len <= s.len; at++)
		if ((s.at[at] == lower || s.at[at] == upper) &&
		    strncasecmp((const char *)s.at + at, word, len) == 0)
			return at;
	return s.len;
}

#define BLOCK 256
#define SMALL_BLOCK 32

/* In one go, without a branch: the compiler makes vectors of it where it knows
 * the length. */
static IN_EACH bool
has_pair(const uint8_t *at, size_t len, uint8_t first, uint8_t second)
{
	uint8_t any = 0;
	size_t i;

	for (i = 0; i < len; i++)
		any |= (at[i] == first) & (at[i + 1] == second);
	return any != 0;
}

/* To the block that has it. */
static IN_EACH size_t
skip(struct slice s, size_t from, uint8_t first, uint8_t second)
{
	while (from + BLOCK < s.len &&
	    !has_pair(s.at + from, BLOCK, first, second))
		from += BLOCK;
	return from;
}

static size_t
skip_narrow(struct slice s, size_t from, uint8_t first, uint8_t second)
{
	from = skip(s, from, first, second);
	while (from + SMALL_BLOCK < s.len &&
	    !has_pair(s.at + from, SMALL_BLOCK, first, second))
		from += SMALL_BLOCK;
	return from;
}

/* To the pair, or so near to the end that less is left. */
WIDE static size_t
skip_wide(struct slice s, size_t from, uint8_t first, uint8_t second)
{
	uint32_t pairs;

	from = skip(s, from, first, second);
	for (; from + WIDE_BYTES < s.len; from += WIDE_BYTES) {
		pairs = wide_equal(s.at + from, first) &
		    wide_equal(s.at + from + 1, second);
		if (pairs != 0)
			return from + (size_t)__builtin_ctz(pairs);
	}
	return from;
}

size_t
slice_find_pair(struct slice s, size_t from, uint8_t first, uint8_t second)
{
	from = WIDE_HERE ? skip_wide(s, from, first, second) :
	    skip_narrow(s, from, first, second);
	for (; from + 1 < s.len; from++)
		if (s.at[from] == first && s.at[from + 1] == second)
			return from;
	return s.len;
}

/* To the place, or so near to the end that less is left. */
WIDE static size_t
skip_lines(struct slice s, size_t from, uint8_t one, uint8_t other)
{
	uint32_t places;

	for (; from + WIDE_BYTES < s.len; from += WIDE_BYTES) {
		places = wide_equal(s.at + from, '\n') &
		    (wide_equal(s.at + from + 1, one) |
		    wide_equal(s.at + from + 1, other));
		if (places != 0)
			return from + (size_t)__builtin_ctz(places);
	}
	return from;
}

size_t
slice_find_line(struct slice s, size_t from, uint8_t one, uint8_t other)
{
	const uint8_t *end;

	if (WIDE_HERE)
		from = skip_lines(s, from, one, other);
	for (; from + 1 < s.len; from++) {
		end = memchr(s.at + from, '\n', s.len - from - 1);
		if (end == NULL)
			break;
		from = (size_t)(end - s.at);
		if (end[1] == one || end[1] == other)
			return from;
	}
	return s.len;
}

bool
slice_starts(struct slice s, const char *word)
{
	size_t len = strlen(word);

	return s.len >= len &&
	    strncasecmp((const char *)s.at, word, len) == 0;
}

bool
slice_is(struct slice s, const char *word)
{
	return s.len == strlen(word) && slice_starts(s, word);
}

bool
slice_same(struct slice a, struct slice b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

uint64_t
bytes_uint(const uint8_t *at, unsigned len)
{
	uint64_t value = 0;

	while (len-- > 0)
		value = value << 8 | at[len];
	return value;
}

uint64_t
slice_uint(struct slice s, uint64_t at, unsigned len)
{
	return at > s.len || len > s.len - at ? 0 :
	    bytes_uint(s.at + at, len);
}

bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

bool
is_line_end(uint8_t c)
{
	return c == '\r' || c == '\n';
}

int
hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint64_t
slice_big(struct slice s, size_t at, unsigned len)
{
	uint64_t value = 0;

	if (at > s.len || len > s.len - at)
		return 0;
	while (len-- > 0)
		value = value << 8 | s.at[at++];
	return value;
}
