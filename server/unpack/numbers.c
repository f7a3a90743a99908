/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/numbers.h"

#include "unpack/runs.h"
#include "unpack/value.h"

#define LEAST (2 * VALUE_MIN - 1)	/* letters of a list */
#define NONE 256

static const bool letters[256] = {
	['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
	['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
	['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true,
	['f'] = true, ['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true,
	['E'] = true, ['F'] = true, ['x'] = true, ['X'] = true, [','] = true,
	[' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true,
};

struct numbers
numbers_on(struct slice text)
{
	return (struct numbers){ .text = text };
}

static void
skip_blanks(struct numbers *n)
{
	while (n->at < n->text.len && (is_blank(n->text.at[n->at]) ||
	    is_line_end(n->text.at[n->at])))
		n->at++;
}

static bool
is_next(const struct numbers *n, uint8_t byte)
{
	return n->at < n->text.len && (n->text.at[n->at] | 0x20) == byte;
}

/* NONE: there is none, or it is no byte. */
static unsigned
take_number(struct numbers *n)
{
	const size_t start = n->at;
	unsigned base = 10, value = 0;
	int digit;

	if (is_next(n, '0') && n->text.len - n->at > 2 &&
	    (n->text.at[n->at + 1] | 0x20) == 'x') {
		base = 16;
		n->at += 2;
	}
	for (; n->at < n->text.len; n->at++) {
		digit = hex_value(n->text.at[n->at]);
		if (digit == -1 || (unsigned)digit >= base)
			break;
		if (value < NONE)
			value = value * base + (unsigned)digit;
	}
	return n->at == start || value > NONE ? NONE : value;
}

/* With the comma behind it. */
static size_t
take_list(struct numbers *n, uint8_t *out)
{
	unsigned value;
	size_t len = 0;

	for (;;) {
		skip_blanks(n);
		value = take_number(n);
		if (value == NONE)
			return len;
		if (out != NULL)
			out[len] = (uint8_t)value;
		len++;
		skip_blanks(n);
		if (!is_next(n, ','))
			return len;
		n->at++;
	}
}

/* To where one may begin. */
static bool
find(struct numbers *n)
{
	if (n->at < n->known)
		return true;
	n->at = runs_find(n->text, n->at, letters, LEAST);
	n->known = n->at + LEAST;
	return n->at < n->text.len;
}

size_t
numbers_next(struct numbers *n, uint8_t *out)
{
	size_t len;

	while (find(n)) {
		len = take_list(n, out);
		/* What ended it is no part of the next. */
		n->at += n->at < n->text.len;
		if (len >= VALUE_MIN)
			return len;
	}
	return 0;
}
