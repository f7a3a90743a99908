/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/digits.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "unpack/ascii.h"
#include "unpack/texts.h"
#include "unpack/value.h"
#include "wire/verdict.h"

#define BASE_85 85
#define GROUP_85 5		/* digits for 4 bytes */
#define BLANKS " \t\r\n\v\f"
#define ENDS "\r\n"		/* of lines: with blanks it is prose */
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"

#define FIRST 8
#define RARE 4			/* a share of the digits, at most, is used */

/* In the order of their values, those with fewer first: what can be written
 * with those is not read with more. In base 85 a letter may stand for a group;
 * the highest digit fills up the last one. */
static const struct base {
	const char *name, *digits;
	unsigned bits;		/* 0: base 85 */
	const char *groups, *others;	/* what is passed over, ends a text */
	uint32_t group_values[2];
} bases[] = {
	{ "base16", "0123456789ABCDEF", 4, "", BLANKS, { 0, 0 } },
	{ "base32", UPPER "234567", 5, "", ENDS "=", { 0, 0 } },
	{ "base32hex", "0123456789ABCDEFGHIJKLMNOPQRSTUV", 5, "", ENDS "=",
	    { 0, 0 } },
	{ NULL, UPPER LOWER "0123456789+/-_", 6, "", BLANKS "=",
	    { 0, 0 } },		/* ascii.h */
	{ "base85", "0123456789" UPPER LOWER "!#$%&()*+-;<=>?@^_`{|}~", 0,
	    "", ENDS, { 0, 0 } },
	{ "ascii85", "!\"#$%&'()*+,-./0123456789:;<=>?@" UPPER
	    "[\\]^_`abcdefghijklmnopqrstu", 0, "zy", BLANKS,
	    { 0, 0x20202020 } },
};

#define BASES (sizeof bases / sizeof *bases)
#define NONE UINT8_MAX
#define PAD (UINT8_MAX - 1)

struct digit_values {
	uint8_t of[256];
};

/* Small letters are as good as capitals where those alone are digits. */
static void
make_values(const struct base *b, struct digit_values *v)
{
	const char *at;

	memset(v->of, NONE, sizeof v->of);
	for (at = b->others; *at != '\0'; at++)
		v->of[(uint8_t)*at] = PAD;
	for (at = b->digits; *at != '\0'; at++) {
		v->of[(uint8_t)*at] = (uint8_t)(at - b->digits);
		if (b->bits > 0)
			v->of[tolower((uint8_t)*at)] =
			    (uint8_t)(at - b->digits);
	}
	for (at = b->groups; *at != '\0'; at++)
		v->of[(uint8_t)*at] = (uint8_t)(BASE_85 + (at - b->groups));
}

/* By its first bytes, as tables cost more than most bodies are worth. */
static bool
may_be_in(struct slice s, const struct base *b)
{
	size_t at;
	int c;

	for (at = 0; at < s.len && at < FIRST; at++) {
		c = s.at[at];
		if (c == '\0' || (strchr(b->digits, c) == NULL &&
		    strchr(b->others, c) == NULL &&
		    strchr(b->groups, c) == NULL &&
		    (b->bits == 0 || strchr(b->digits, toupper(c)) == NULL)))
			return false;
	}
	return true;
}

/* Read as digits it would begin as no file does. */
static bool
is_page(struct slice s)
{
	return slice_starts(s, "<!DOCTYPE") || slice_starts(s, "<html");
}

/* Numbers alone, and the letters of genes, are digits of more than one base, of
 * which they have but a few. */
static bool
is_in(struct slice s, const struct base *b, struct digit_values *v)
{
	bool seen[256] = { false };
	unsigned used = 0;
	size_t at;

	if (!may_be_in(s, b))
		return false;
	make_values(b, v);
	for (at = 0; at < s.len && v->of[s.at[at]] != NONE; at++)
		seen[v->of[s.at[at]]] = true;
	if (at < s.len)
		return false;
	for (at = 0; at < BASE_85; at++)
		used += seen[at];
	return used > strlen(b->digits) / RARE;
}

/* The first of the fewest digits; BASES: none. */
static size_t
first_base(struct slice s, struct digit_values *v)
{
	size_t i = 0;

	if (s.len < VALUE_MIN || is_page(s) || ascii_is_hex(s))
		return BASES;
	while (i < BASES && !is_in(s, &bases[i], v))
		i++;
	return i < BASES && bases[i].name == NULL ? BASES : i;
}

/* Adobe puts a mark around it. */
static struct slice
content(struct slice s)
{
	s = slice_trim(s);
	if (s.len >= 4 && memcmp(s.at, "<~", 2) == 0 &&
	    memcmp(s.at + s.len - 2, "~>", 2) == 0)
		s = slice_part(s, 2, s.len - 4);
	return s;
}

bool
digits_likely(struct slice s)
{
	struct digit_values v;

	return first_base(content(s), &v) < BASES;
}

/* What stands behind padding is another text. */
static size_t
decode_bits(struct slice s, const struct digit_values *v, unsigned bits,
    uint8_t *out)
{
	unsigned held = 0, value = 0;
	size_t at, len = 0;

	for (at = 0; at < s.len; at++) {
		if (s.at[at] == '=')
			held = 0;
		if (v->of[s.at[at]] == PAD)
			continue;
		value = (value << bits | v->of[s.at[at]]) & 0xffff;
		held += bits;
		if (held >= 8) {
			held -= 8;
			out[len++] = (uint8_t)(value >> held);
		}
	}
	return len;
}

static size_t
put(uint64_t value, unsigned bytes, uint8_t *out)
{
	unsigned i;

	for (i = 0; i < bytes; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
	return bytes;
}

/* 0: a group is too large a number, or stands in another one. */
static size_t
decode_85(struct slice s, const struct base *b, const struct digit_values *v,
    uint8_t *out)
{
	uint64_t value = 0;
	unsigned held = 0, digit, missing;
	size_t at, len = 0;

	for (at = 0; at < s.len; at++) {
		digit = v->of[s.at[at]];
		if (digit == PAD)
			continue;
		if (digit >= BASE_85 && held > 0)
			return 0;
		value = digit >= BASE_85 ? b->group_values[digit - BASE_85] :
		    value * BASE_85 + digit;
		held += digit >= BASE_85 ? GROUP_85 : 1;
		if (held < GROUP_85)
			continue;
		if (value > UINT32_MAX)
			return 0;
		len += put(value, 4, out + len);
		held = 0;
		value = 0;
	}
	for (missing = held > 0 ? GROUP_85 - held : 0; missing > 0; missing--)
		value = value * BASE_85 + BASE_85 - 1;
	return held > 1 && value <= UINT32_MAX ?
	    len + put(value, held - 1, out + len) : len;
}

/* Bytes that can come out. */
static size_t
most_of(struct slice s, const struct base *b)
{
	size_t at, groups = 0;

	if (b->bits > 0)
		return s.len;
	for (at = 0; at < s.len && *b->groups != '\0'; at++)
		groups += s.at[at] == 'z' || s.at[at] == 'y';
	return (s.len / GROUP_85 + 1 + groups) * 4;
}

static bool
read_in(struct slice s, const struct base *b, const struct digit_values *v,
    const char *path, const struct sink *sink)
{
	const size_t most = most_of(s, b);
	const size_t more = most > s.len ? most - s.len : 0;
	AUTO_FREE uint8_t *out = NULL;
	char name[PATH_MAX_LEN + 1];
	size_t len;

	if (!sink->spend(sink->ctx, more) ||
	    (out = texts_memory(most, sink)) == NULL)
		return false;
	texts_path(name, sizeof name, path, b->name);
	len = b->bits > 0 ? decode_bits(s, v, b->bits, out) :
	    decode_85(s, b, v, out);
	return len == 0 || (sink->spend(sink->ctx, len) &&
	    sink->visit_piece(sink->ctx, out, len, name));
}

bool
digits_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct digit_values v;
	size_t i = first_base(s = content(s), &v);
	const struct base *b = &bases[i];

	if (i == BASES)
		return true;
	if (!read_in(s, b, &v, path, sink))
		return false;
	/* Two have as many digits. */
	return i + 1 == BASES || bases[i + 1].bits != b->bits ||
	    !is_in(s, b + 1, &v) || read_in(s, b + 1, &v, path, sink);
}
