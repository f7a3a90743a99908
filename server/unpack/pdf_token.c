/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf_token.h"

#include <string.h>

enum { SPACE = 1, DELIMITER = 2 };

static const uint8_t kinds[256] = {
	['\0'] = SPACE, ['\t'] = SPACE, ['\n'] = SPACE, ['\f'] = SPACE,
	['\r'] = SPACE, [' '] = SPACE,
	['('] = DELIMITER, [')'] = DELIMITER, ['<'] = DELIMITER,
	['>'] = DELIMITER, ['['] = DELIMITER, [']'] = DELIMITER,
	['{'] = DELIMITER, ['}'] = DELIMITER, ['/'] = DELIMITER,
	['%'] = DELIMITER,
};

bool
pdf_is_space(uint8_t c)
{
	return kinds[c] == SPACE;
}

bool
pdf_is_delimiter(uint8_t c)
{
	return kinds[c] == DELIMITER;
}

size_t
pdf_skip(struct slice s, size_t at)
{
	bool remark = false;

	for (; at < s.len; at++) {
		if (is_line_end(s.at[at]))
			remark = false;
		else if (s.at[at] == '%')
			remark = true;
		else if (!remark && !pdf_is_space(s.at[at]))
			break;
	}
	return at;
}

size_t
pdf_word_end(struct slice s, size_t at)
{
	do
		at++;
	while (at < s.len && kinds[s.at[at]] == 0);
	return at < s.len ? at : s.len;
}

/* Behind a text in brackets, which may have some in it. */
static size_t
string_end(struct slice s, size_t at)
{
	size_t depth = 0;

	for (; at < s.len; at++) {
		if (s.at[at] == '\\')
			at++;
		else if (s.at[at] == '(')
			depth++;
		else if (s.at[at] == ')' && --depth == 0)
			return at + 1;
	}
	return s.len;
}

static size_t
hex_end(struct slice s, size_t at)
{
	const uint8_t *end = memchr(s.at + at, '>', s.len - at);

	return end != NULL ? (size_t)(end - s.at) + 1 : s.len;
}

static bool
is_twice(struct slice s, size_t at)
{
	return at + 1 < s.len && s.at[at] == s.at[at + 1];
}

/* One token; *depth_out: what it opens or closes. */
static size_t
token_end(struct slice s, size_t at, int *depth_out)
{
	const uint8_t c = s.at[at];

	*depth_out = 0;
	if (c == '(')
		return string_end(s, at);
	if (c == '[' || c == ']')
		*depth_out = c == '[' ? 1 : -1;
	if ((c == '<' || c == '>') && is_twice(s, at)) {
		*depth_out = c == '<' ? 1 : -1;
		return at + 2;
	}
	if (c == '<')
		return hex_end(s, at);
	return c != '/' && pdf_is_delimiter(c) ? at + 1 : pdf_word_end(s, at);
}

bool
pdf_number(struct slice s, uint32_t *number_out)
{
	uint64_t number = 0;
	size_t i = s.len > 0 && s.at[0] == '+';

	if (i == s.len)
		return false;
	for (; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9' || number > UINT32_MAX)
			return false;
		number = number * 10 + (s.at[i] - '0');
	}
	*number_out = (uint32_t)number;
	return number <= UINT32_MAX;
}

static bool
take_word(struct slice *s, struct slice *word_out)
{
	const size_t at = pdf_skip(*s, 0);
	const size_t end = at < s->len && !pdf_is_delimiter(s->at[at]) ?
	    pdf_word_end(*s, at) : at;

	*word_out = slice_part(*s, at, end - at);
	*s = slice_tail(*s, end);
	return end > at;
}

bool
pdf_reference(struct slice *s, uint32_t *number_out)
{
	struct slice rest = *s, number, generation, end;
	uint32_t ignored;

	if (s->len > 0 && s->at[0] > '9')
		return false;
	if (!take_word(&rest, &number) || !pdf_number(number, number_out) ||
	    !take_word(&rest, &generation) ||
	    !pdf_number(generation, &ignored) || !take_word(&rest, &end) ||
	    end.len != 1 || end.at[0] != 'R')
		return false;
	*s = rest;
	return true;
}

/* One token, or all that lies in it; 0: the end of what it would be in. */
static size_t
value_end(struct slice s)
{
	size_t at = 0, end;
	int depth = 0, more;

	while (at < s.len) {
		end = token_end(s, at, &more);
		depth += more;
		if (depth < 0)
			return at;
		if (depth == 0)
			return end;
		at = pdf_skip(s, end);
	}
	return s.len;
}

bool
pdf_value(struct slice *s, struct slice *value_out)
{
	struct slice rest;
	uint32_t number;
	size_t len;

	*s = slice_tail(*s, pdf_skip(*s, 0));
	rest = *s;
	len = pdf_reference(&rest, &number) ? s->len - rest.len :
	    value_end(*s);
	*value_out = slice_head(*s, len);
	*s = slice_tail(*s, len);
	return len > 0;
}

static uint8_t
next_byte(struct slice *name)
{
	uint8_t c = name->at[0];
	size_t len = 1;

	if (c == '#' && name->len > 2 && hex_value(name->at[1]) >= 0 &&
	    hex_value(name->at[2]) >= 0) {
		c = (uint8_t)(hex_value(name->at[1]) << 4 |
		    hex_value(name->at[2]));
		len = 3;
	}
	*name = slice_tail(*name, len);
	return c;
}

bool
pdf_name_is(struct slice name, const char *word)
{
	if (name.len == 0 || name.at[0] != '/')
		return false;
	name = slice_tail(name, 1);
	while (name.len > 0 && *word != '\0' &&
	    next_byte(&name) == (uint8_t)*word)
		word++;
	return name.len == 0 && *word == '\0';
}
