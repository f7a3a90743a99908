/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What `gzip -d` opens besides its own kind. Two bytes are no proof of either,
 * so the first code tables are read: other bytes are none that come out even.
 */
#include "engines/magic_checks.h"

#include <stdbool.h>

#define PACK_LEVELS_MAX 25
#define LENGTH_MAX 16		/* bits of a code */
#define CODES_MAX 511
#define KINDS 19		/* of lengths, of LZH */
#define SKIP_AT 3		/* behind the third one some may be left out */

struct bits {
	const uint8_t *bytes;
	size_t len, at;		/* at: in bits */
	bool bad;		/* there were no more, or none that fit */
};

struct codes {
	uint8_t lengths[CODES_MAX];
	unsigned count, only;	/* count 0: no bits, it is always that one */
};

/* How many leaves each level of the tree has, of as many as there is room for;
 * then the bytes that they stand for. The last one has two that are not said:
 * one more and the end. */
int
is_pack(const uint8_t *bytes, size_t len)
{
	const unsigned levels = len > 6 ? bytes[6] : 0;
	unsigned nodes = 2, leaves = 0, i;

	if (levels == 0 || levels > PACK_LEVELS_MAX || len < 7 + levels)
		return 0;
	for (i = 1; i <= levels; i++) {
		if (bytes[6 + i] + (i < levels ? 1U : 2U) > nodes)
			return 0;
		leaves += bytes[6 + i];
		nodes = 2 * (nodes - bytes[6 + i]);
	}
	return leaves < 256 && len > 7 + levels + leaves + 1;
}

static unsigned
take(struct bits *b, unsigned count)
{
	unsigned value = 0;

	if (b->len * 8 - b->at < count)
		b->bad = true;
	for (; !b->bad && count > 0; count--, b->at++)
		value = value << 1 |
		    (b->bytes[b->at / 8] >> (7 - b->at % 8) & 1);
	return value;
}

static void
put(struct codes *c, struct bits *b, unsigned length)
{
	if (c->count == CODES_MAX || length > LENGTH_MAX)
		b->bad = true;
	else
		c->lengths[c->count++] = (uint8_t)length;
}

/* Of three bits; the longest ones go on with a bit for each more. */
static unsigned
short_length(struct bits *b)
{
	unsigned length = take(b, 3);

	if (length == 7)
		while (!b->bad && take(b, 1) == 1)
			length++;
	return length;
}

/* All bits there are mean a code, and one alone. */
static void
must_be_even(struct bits *b, const struct codes *c)
{
	unsigned sum = 0, i;

	for (i = 0; i < c->count; i++)
		if (c->lengths[i] > 0)
			sum += 1U << (LENGTH_MAX - c->lengths[i]);
	if (c->count > 0 && sum != 1U << LENGTH_MAX)
		b->bad = true;
}

static void
take_kinds(struct bits *b, struct codes *kinds)
{
	const unsigned count = take(b, 5);
	unsigned skip;

	if (count == 0)
		kinds->only = take(b, 5);
	while (!b->bad && kinds->count < count) {
		put(kinds, b, short_length(b));
		if (kinds->count == SKIP_AT)
			for (skip = take(b, 2); skip > 0; skip--)
				put(kinds, b, 0);
	}
	must_be_even(b, kinds);
	if (kinds->count > KINDS || kinds->only >= KINDS)
		b->bad = true;
}

/* The codes of each length are one behind the other, from the shortest on. */
static unsigned
take_kind(struct bits *b, const struct codes *kinds)
{
	unsigned code = 0, first = 0, length, i;

	if (kinds->count == 0)
		return kinds->only;
	for (length = 1; !b->bad && length <= LENGTH_MAX; length++) {
		code = code << 1 | take(b, 1);
		first <<= 1;
		for (i = 0; i < kinds->count; i++)
			if (kinds->lengths[i] == length && first++ == code)
				return i;
	}
	b->bad = true;
	return 0;
}

/* Kinds 0 to 2 leave out one, 3 to 18, and 20 or more. */
static void
take_lengths(struct bits *b, const struct codes *kinds, struct codes *c)
{
	static const struct { unsigned least, more; } skips[] = {
		{ 1, 0 }, { 3, 4 }, { 20, 9 },
	};
	const unsigned count = take(b, 9);
	unsigned kind, skip;

	if (count == 0)
		c->only = take(b, 9);
	while (!b->bad && c->count < count) {
		kind = take_kind(b, kinds);
		if (kind > 2) {
			put(c, b, kind - 2);
			continue;
		}
		skip = skips[kind].least + take(b, skips[kind].more);
		for (; skip > 0; skip--)
			put(c, b, 0);
	}
	must_be_even(b, c);
}

/* Its first block: of how many codes, and both tables. */
int
is_lzh(const uint8_t *bytes, size_t len)
{
	struct bits b = { bytes, len, 16, false };
	struct codes kinds = { .count = 0 }, codes = { .count = 0 };

	if (len < 2 || take(&b, 16) == 0)
		return 0;
	take_kinds(&b, &kinds);
	take_lengths(&b, &kinds, &codes);
	return !b.bad;
}
