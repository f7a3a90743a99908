/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/escapes.h"

#include <string.h>

#define FOREIGN '?'
#define NOTHING (-1)		/* stands for no character */

/* What an escape stands for, and how long it is. */
struct escape {
	int32_t code;
	size_t used;
	bool number;		/* it was written as one */
};

static const uint8_t short_ones[256] = {
	['n'] = '\n', ['r'] = '\r', ['t'] = '\t', ['b'] = '\b', ['f'] = '\f',
	['v'] = '\v',
};

/* Digits of a number, at most so many. */
static size_t
digits(struct slice s, int base, size_t most, int32_t *code_out)
{
	size_t at = 0;
	int digit;

	*code_out = 0;
	for (; at < s.len && at < most; at++) {
		digit = hex_value(s.at[at]);
		if (digit == -1 || digit >= base)
			break;
		if (*code_out < 0x110000)
			*code_out = *code_out * base + digit;
	}
	return at;
}

/* A line end behind the backslash, or behind a style's number. */
static size_t
line_end(struct slice s)
{
	if (s.len > 1 && s.at[0] == '\r' && s.at[1] == '\n')
		return 2;
	return s.len > 0 && is_line_end(s.at[0]);
}

/* Behind "\u". */
static size_t
unicode(struct slice s, int32_t *code_out)
{
	size_t len;

	if (s.len == 0 || s.at[0] != '{')
		return digits(s, 16, 4, code_out) == 4 ? 4 : 0;
	len = digits(slice_tail(s, 1), 16, SIZE_MAX, code_out);
	return len > 0 && len + 1 < s.len && s.at[len + 1] == '}' ?
	    len + 2 : 0;
}

static size_t
script_number(struct slice s, int32_t *code_out)
{
	size_t len = 0;

	if (s.at[0] == 'x')
		len = digits(slice_tail(s, 1), 16, 2, code_out) == 2 ? 2 : 0;
	else if (s.at[0] == 'u')
		len = unicode(slice_tail(s, 1), code_out);
	else
		return digits(s, 8, s.at[0] < '4' ? 3 : 2, code_out);
	return len > 0 ? len + 1 : 0;
}

/* s: behind the backslash, not empty. */
static struct escape
of_script(struct slice s)
{
	struct escape e = { NOTHING, 1 + line_end(s), false };
	size_t len;

	if (e.used > 1)
		return e;
	len = script_number(s, &e.code);
	if (len > 0)
		return (struct escape){ e.code, 1 + len, true };
	e.code = short_ones[s.at[0]] != 0 ? short_ones[s.at[0]] : s.at[0];
	e.used = 2;
	return e;
}

static struct escape
of_style(struct slice s)
{
	struct escape e = { NOTHING, 1 + line_end(s), false };
	size_t len;

	if (e.used > 1)
		return e;
	len = digits(s, 16, 6, &e.code);
	if (len == 0)
		return (struct escape){ s.at[0], 2, false };
	e.used += len;
	e.number = true;
	s = slice_tail(s, len);
	if (s.len > 0 && is_blank(s.at[0]))
		e.used++;
	else
		e.used += line_end(s);
	return e;
}

static bool
is_telling(int32_t code)
{
	return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
	    (code > 0 && code < 128 && strchr("64:;,\t\r\n", code) != NULL);
}

/* In a script "\n" and the like are gaps in a URL, but text all over. */
static bool
hides(struct slice s)
{
	const struct escape script = of_script(s), style = of_style(s);

	if (script.code == NOTHING)
		return true;
	if (short_ones[s.at[0]] != 0 && s.len > 1 && s.at[1] == ':')
		return true;
	return (script.number && is_telling(script.code)) ||
	    (style.number && is_telling(style.code) && s.at[0] >= '0' &&
	    s.at[0] <= '9');
}

bool
escapes_hide(struct slice s)
{
	const uint8_t *found;

	while (s.len > 1 &&
	    (found = memchr(s.at, '\\', s.len - 1)) != NULL) {
		s = slice_tail(s, (size_t)(found - s.at) + 1);
		if (hides(s))
			return true;
		s = slice_tail(s, 1);
	}
	return false;
}

static size_t
put(int32_t code, uint8_t *out)
{
	if (code == NOTHING)
		return 0;
	*out = code < 256 ? (uint8_t)code : FOREIGN;
	return 1;
}

static bool
is_kept(int32_t code)
{
	return code > 0 && code < 128 && strchr("\\\"'`", code) != NULL;
}

static size_t
undo(struct slice s, uint8_t *out, struct escape take(struct slice),
    bool keeps(int32_t code))
{
	size_t at = 0, len = 0;
	struct escape e;

	while (at < s.len) {
		e = (struct escape){ s.at[at], 1, false };
		if (s.at[at] == '\\' && at + 1 < s.len)
			e = take(slice_tail(s, at + 1));
		if (e.used > 1 && keeps(e.code)) {
			memmove(out + len, s.at + at, e.used);
			len += e.used;
		} else {
			len += put(e.code, out + len);
		}
		at += e.used;
	}
	return len;
}

static bool
keeps_none(int32_t code)
{
	(void)code;
	return false;
}

size_t
escapes_undo(struct slice s, uint8_t *out)
{
	return undo(s, out, of_script, keeps_none);
}

size_t
escapes_of_script(struct slice s, uint8_t *out)
{
	return undo(s, out, of_script, is_kept);
}

size_t
escapes_of_style(struct slice s, uint8_t *out)
{
	return undo(s, out, of_style, is_kept);
}
