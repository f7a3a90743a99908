/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/strings.h"

#include <string.h>

#include "unpack/wide.h"

struct strings
strings_on(struct slice body, size_t least)
{
	return (struct strings){ .rest = body, .least = least,
		.quote = '"' };
}

static bool
is_escaped(struct slice s, size_t quote)
{
	size_t at = quote;

	while (at > 0 && s.at[at - 1] == '\\')
		at--;
	return (quote - at) % 2 == 1;
}

/* Where each block has a quote that nothing can escape, all strings are shorter
 * than two blocks. */
WIDE static void
skip_blocks(struct strings *s)
{
	size_t at = 0, behind = 0;
	uint32_t quotes;

	for (; at + WIDE_BYTES <= s->rest.len; at += WIDE_BYTES) {
		quotes = wide_equal(s->rest.at + at, s->quote);
		if (quotes == 0 || wide_equal(s->rest.at + at, '\\') != 0)
			break;
		behind = at + WIDE_BYTES - (size_t)__builtin_clz(quotes);
	}
	s->rest = slice_tail(s->rest, behind);
}

/* The strings that end in its first bytes are all too short. False: none
 * does. */
static bool
skip_some(struct strings *s)
{
	const uint8_t *quote;
	size_t len = s->least;

	while (s->rest.len > s->least && (quote = memrchr(s->rest.at,
	    s->quote, len)) != NULL) {
		len = (size_t)(quote - s->rest.at);
		if (is_escaped(s->rest, len))
			continue;
		s->rest = slice_tail(s->rest, len + 1);
		return true;
	}
	return false;
}

static void
skip_short(struct strings *s)
{
	do {
		if (WIDE_HERE && s->least >= 2 * WIDE_BYTES)
			skip_blocks(s);
	} while (skip_some(s));
}

/* Up to the next quote that ends a string. */
static struct slice
cut_string(struct strings *s, bool *quotes_out)
{
	struct slice rest, piece;
	size_t at;

	*quotes_out = false;
	skip_short(s);
	rest = s->rest;
	for (;;) {
		piece = slice_cut(&rest, s->quote);
		at = (size_t)(piece.at - s->rest.at) + piece.len;
		if (at == s->rest.len || !is_escaped(piece, piece.len))
			break;
		*quotes_out = true;
	}
	piece = slice_head(s->rest, at);
	s->rest = rest;
	return piece;
}

bool
strings_next(struct strings *s, struct slice *text_out)
{
	struct slice text;
	bool quotes;

	while (s->inner.len > 0 || s->rest.len > 0) {
		if (s->inner.len > 0) {
			text = slice_cut(&s->inner, s->quote);
		} else {
			text = cut_string(s, &quotes);
			if (quotes)
				s->inner = text;
		}
		if (text.len >= s->least) {
			*text_out = text;
			return true;
		}
	}
	return false;
}

static const uint8_t short_escapes[256] = {
	['n'] = '\n', ['r'] = '\r', ['t'] = '\t', ['b'] = '\b', ['f'] = '\f',
	['/'] = '/', ['"'] = '"', ['\\'] = '\\',
};

static int32_t
unicode_escape(struct slice s, size_t at)
{
	int32_t code = 0;
	size_t i;
	int digit;

	if (s.len - at < 6 || s.at[at + 1] != 'u')
		return -1;
	for (i = at + 2; i < at + 6; i++) {
		digit = hex_value(s.at[i]);
		if (digit == -1)
			return -1;
		code = code << 4 | digit;
	}
	return code;
}

/* At most the six bytes of the escape; half of a pair is as good as any other
 * letter that is neither ASCII nor base64. */
static size_t
put_code(uint8_t *out, int32_t code)
{
	if (code < 0x80) {
		out[0] = (uint8_t)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (uint8_t)(0xc0 | code >> 6);
		out[1] = (uint8_t)(0x80 | (code & 0x3f));
		return 2;
	}
	out[0] = (uint8_t)(0xe0 | code >> 12);
	out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
	out[2] = (uint8_t)(0x80 | (code & 0x3f));
	return 3;
}

/* The escape at s.at[at]: bytes written; *used_out: bytes read. */
static size_t
unescape(struct slice s, size_t at, uint8_t *out, size_t *used_out)
{
	int32_t code = unicode_escape(s, at);

	if (code != -1) {
		*used_out = 6;
		return put_code(out, code);
	}
	*out = s.len - at > 1 ? short_escapes[s.at[at + 1]] : 0;
	*used_out = *out != 0 ? 2 : 1;
	if (*out == 0)
		*out = '\\';
	return 1;
}

size_t
strings_decode(struct slice s, uint8_t *out)
{
	size_t at = 0, len = 0, used;

	while (at < s.len) {
		used = 1;
		if (s.at[at] == '\\')
			len += unescape(s, at, out + len, &used);
		else if (s.at[at] != '\0')
			out[len++] = s.at[at];
		at += used;
	}
	return len;
}

bool
strings_encoded(struct slice s)
{
	return s.len > 0 && (memchr(s.at, '\\', s.len) != NULL ||
	    memchr(s.at, '\0', s.len) != NULL);
}
