/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/entities.h"

#include <ctype.h>
#include <string.h>

#define FOREIGN '?'
#define DIGITS_MAX 16		/* zeros in front, too */
#define ESCAPE 0x1b
#define SHIFT_BYTES 3

/* The ";" behind it may be missing. */
static const struct named {
	const char *name;
	uint8_t byte;
} named[] = {
	{ "#", '#' },		/* a number, see there */
	{ "Tab", '\t' }, { "NewLine", '\n' }, { "quot", '"' },
	{ "apos", '\'' }, { "lpar", '(' }, { "rpar", ')' }, { "plus", '+' },
	{ "comma", ',' }, { "period", '.' }, { "sol", '/' },
	{ "colon", ':' }, { "semi", ';' }, { "equals", '=' },
	{ "percnt", '%' },
};

static int
digit(uint8_t byte, bool hex)
{
	int value = hex_value(byte);

	return hex || value < 10 ? value : -1;
}

/* Behind "&#". How long it is; 0: it is none. */
static size_t
number(struct slice s, uint8_t *byte_out)
{
	const bool hex = s.len > 0 && (s.at[0] | 0x20) == 'x';
	const size_t from = hex;
	size_t at = from;
	unsigned value = 0;

	for (; at < s.len && at < from + DIGITS_MAX &&
	    digit(s.at[at], hex) != -1; at++)
		value = value > 255 ? value :
		    value * (hex ? 16 : 10) + (unsigned)digit(s.at[at], hex);
	*byte_out = value > 255 ? FOREIGN : (uint8_t)value;
	return at > from ? at : 0;
}

/* From the "&" on. How long it is; 0: it is none of ours. */
static size_t
reference(struct slice s, uint8_t *byte_out)
{
	struct slice rest = slice_tail(s, 1);
	size_t i, len = 0;

	for (i = 0; i < sizeof named / sizeof *named && len == 0; i++)
		if (strlen(named[i].name) <= rest.len && memcmp(rest.at,
		    named[i].name, strlen(named[i].name)) == 0) {
			len = strlen(named[i].name);
			*byte_out = named[i].byte;
		}
	if (len == 0)
		return 0;
	rest = slice_tail(rest, len);
	if (*byte_out == '#') {
		i = number(rest, byte_out);
		if (i == 0)
			return 0;
		rest = slice_tail(rest, i);
	}
	if (rest.len > 0 && *rest.at == ';')
		rest = slice_tail(rest, 1);
	return s.len - rest.len;
}

bool
entities_any(struct slice s)
{
	const uint8_t *found;
	uint8_t byte;

	while (s.len > 0 && (found = memchr(s.at, '&', s.len)) != NULL) {
		s = slice_tail(s, (size_t)(found - s.at));
		if (reference(s, &byte) > 0)
			return true;
		s = slice_tail(s, 1);
	}
	return false;
}

static bool
is_telling(uint8_t byte)
{
	return isalnum(byte) || (byte != '\0' &&
	    strchr(":;,\\\t\r\n", byte) != NULL);
}

/* Most are names of others. */
static bool
may_tell(uint8_t first)
{
	return first != '\0' && strchr("#TNcs", first) != NULL;
}

bool
entities_hide(struct slice s)
{
	const uint8_t *found;
	uint8_t byte;

	while (s.len > 1 && (found = memchr(s.at, '&', s.len - 1)) != NULL) {
		s = slice_tail(s, (size_t)(found - s.at));
		if (may_tell(s.at[1]) && reference(s, &byte) > 0 &&
		    is_telling(byte))
			return true;
		s = slice_tail(s, 1);
	}
	return false;
}

size_t
entities_decode(struct slice s, uint8_t *out)
{
	size_t at = 0, len = 0, used;
	uint8_t byte;

	while (at < s.len) {
		used = s.at[at] != '&' ? 0 :
		    reference(slice_tail(s, at), &byte);
		out[len++] = used == 0 ? s.at[at] : byte;
		at += used > 0 ? used : 1;
	}
	return len;
}

bool
entities_wide(struct slice s)
{
	return s.len >= 2 && (memcmp(s.at, "\xff\xfe", 2) == 0 ||
	    memcmp(s.at, "\xfe\xff", 2) == 0);
}

size_t
entities_narrow(struct slice s, uint8_t *out)
{
	const size_t low = s.at[0] == 0xff ? 0 : 1;
	size_t at, len = 0;

	for (at = 2; at + 1 < s.len; at += 2)
		out[len++] = s.at[at + 1 - low] == 0 ? s.at[at + low] :
		    FOREIGN;
	return len;
}

/* From ASCII to others and back, of ISO-2022-JP. */
static bool
is_shift(struct slice s, size_t at)
{
	return s.at[at] == ESCAPE && s.len - at >= SHIFT_BYTES &&
	    (s.at[at + 1] == '(' || s.at[at + 1] == '$');
}

static bool
has_shift(struct slice s)
{
	const uint8_t *found;

	while (s.len > 0 && (found = memchr(s.at, ESCAPE, s.len)) != NULL) {
		s = slice_tail(s, (size_t)(found - s.at));
		if (is_shift(s, 0))
			return true;
		s = slice_tail(s, 1);
	}
	return false;
}

bool
entities_torn(struct slice s)
{
	return (s.len > 0 && memchr(s.at, '\0', s.len) != NULL) ||
	    has_shift(s);
}

size_t
entities_mend(struct slice s, uint8_t *out)
{
	size_t at = 0, len = 0;

	while (at < s.len) {
		if (is_shift(s, at)) {
			at += SHIFT_BYTES;
			continue;
		}
		if (s.at[at] != '\0')
			out[len++] = s.at[at];
		at++;
	}
	return len;
}
