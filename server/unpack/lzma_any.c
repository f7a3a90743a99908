/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/lzma_any.h"

#include <stdlib.h>

#define HEADER 13		/* properties, dictionary, length */
#define FIRST 5			/* bytes of the coding, of which one is lost */
#define CHANCE_BITS 11
#define HALF 1024
#define SPEED 5
#define RANGE_MIN (1U << 24)
#define COPY_MIN 2
#define COPY_MAX 273
#define STATES 12
#define STATE_COPY 7		/* and above: no literal was last */
#define PLACES 16		/* by the lowest bits of a position */
#define SLOT_BITS 6
#define SLOTS_SHORT 4		/* are distances */
#define SLOTS_MODEL 14		/* of distances whose bits all have chances */
#define ALIGN_BITS 4

/* Where the chances of each kind lie. */
enum chances {
	IS_COPY = 0,
	IS_AGAIN = IS_COPY + STATES * PLACES,
	IS_OLDER = IS_AGAIN + STATES,		/* than the last */
	IS_OLDER_2 = IS_OLDER + STATES,
	IS_OLDER_3 = IS_OLDER_2 + STATES,
	IS_LONG = IS_OLDER_3 + STATES,		/* more than a byte */
	SLOT = IS_LONG + STATES * PLACES,
	DISTANCE = SLOT + 4 * (1 << SLOT_BITS),
	ALIGN = DISTANCE + 128,
	LENGTH = ALIGN + (1 << ALIGN_BITS),
	LENGTH_SHORT = 2, LENGTH_MIDDLE = LENGTH_SHORT + PLACES * 8,
	LENGTH_LONG = LENGTH_MIDDLE + PLACES * 8,
	LENGTH_ALL = LENGTH_LONG + 256,
	LENGTH_AGAIN = LENGTH + LENGTH_ALL,
	LITERAL = LENGTH_AGAIN + LENGTH_ALL,
	LITERAL_ALL = 0x300
};

/* What is all zeros costs no time where it is not used: a chance is kept as
 * what it differs from one half. */
void
lzma_any_start(struct lzma_any *d, struct slice s)
{
	const unsigned lc = s.at[0] % 9, lp = s.at[0] / 9 % 5;
	const size_t count = LITERAL + ((size_t)LITERAL_ALL << (lc + lp));

	*d = (struct lzma_any){
		.in = slice_tail(s, HEADER + FIRST), .range = UINT32_MAX,
		.code = (uint32_t)slice_big(s, HEADER + 1, FIRST - 1),
		.lc = lc, .lp_mask = (1U << lp) - 1,
		.pb_mask = (1U << s.at[0] / 45) - 1,
		.left = slice_uint(s, 5, 8),
		.chances = calloc(count, sizeof *d->chances),
	};
}

void
lzma_any_stop(struct lzma_any *d)
{
	free(d->chances);
	d->chances = NULL;
}

static void
fill(struct lzma_any *d)
{
	if (d->range >= RANGE_MIN)
		return;
	if (d->in.len == 0) {
		d->cut = true;
		return;
	}
	d->range <<= 8;
	d->code = d->code << 8 | *d->in.at;
	d->in = slice_tail(d->in, 1);
}

static unsigned
bit(struct lzma_any *d, size_t at)
{
	unsigned chance = d->chances[at] ^ HALF;
	uint32_t bound;
	bool is_one;

	fill(d);
	bound = (d->range >> CHANCE_BITS) * chance;
	is_one = d->code >= bound;
	if (is_one) {
		d->range -= bound;
		d->code -= bound;
		chance -= chance >> SPEED;
	} else {
		d->range = bound;
		chance += ((1U << CHANCE_BITS) - chance) >> SPEED;
	}
	d->chances[at] = (uint16_t)(chance ^ HALF);
	return is_one;
}

/* The highest bit first. */
static unsigned
tree(struct lzma_any *d, size_t at, unsigned bits)
{
	unsigned i, node = 1;

	for (i = 0; i < bits; i++)
		node = node << 1 | bit(d, at + node);
	return node - (1U << bits);
}

/* The lowest first. */
static unsigned
tree_back(struct lzma_any *d, size_t at, unsigned bits)
{
	unsigned i, node = 1, value = 0, one;

	for (i = 0; i < bits; i++) {
		one = bit(d, at + node);
		node = node << 1 | one;
		value |= one << i;
	}
	return value;
}

static uint32_t
even_bits(struct lzma_any *d, unsigned bits)
{
	uint32_t value = 0;

	for (; bits > 0; bits--) {
		fill(d);
		d->range >>= 1;
		value <<= 1;
		if (d->code >= d->range) {
			d->code -= d->range;
			value |= 1;
		}
	}
	return value;
}

static void
put(struct lzma_any *d, struct pile *out, uint8_t byte)
{
	if (d->cut || d->left == 0)
		return;
	out->bytes[out->len++] = byte;
	if (d->left != UINT64_MAX)
		d->left--;
}

/* Behind a copy the byte that would have come next tells, too, up to the first
 * bit that is another one. */
static void
literal(struct lzma_any *d, struct pile *out)
{
	const uint8_t last = out->len > 0 ? out->bytes[out->len - 1] : 0;
	const size_t at = LITERAL + LITERAL_ALL * (size_t)(
	    ((out->len & d->lp_mask) << d->lc) + (last >> (8 - d->lc)));
	unsigned node = 1, like, one, match;

	if (d->state >= STATE_COPY) {
		match = out->bytes[out->len - d->back[0] - 1];
		do {
			like = match >> 7 & 1;
			match <<= 1;
			one = bit(d, at + ((size_t)(1 + like) << 8) + node);
			node = node << 1 | one;
		} while (node < 256 && one == like);
	}
	while (node < 256)
		node = node << 1 | bit(d, at + node);
	d->state = d->state < 4 ? 0 : d->state - (d->state < 10 ? 3 : 6);
	put(d, out, (uint8_t)node);
}

static unsigned
length(struct lzma_any *d, size_t at, size_t place)
{
	if (bit(d, at) == 0)
		return tree(d, at + LENGTH_SHORT + place * 8, 3);
	if (bit(d, at + 1) == 0)
		return 8 + tree(d, at + LENGTH_MIDDLE + place * 8, 3);
	return 16 + tree(d, at + LENGTH_LONG, 8);
}

static uint32_t
distance(struct lzma_any *d, unsigned len)
{
	const unsigned kind = len < 3 ? len : 3;
	const unsigned slot = tree(d, SLOT + kind * (1U << SLOT_BITS),
	    SLOT_BITS);
	const unsigned bits = slot / 2 - 1;
	uint32_t far;

	if (slot < SLOTS_SHORT)
		return slot;
	far = (2 | (slot & 1)) << bits;
	if (slot < SLOTS_MODEL)
		return far + tree_back(d, DISTANCE + far - slot, bits);
	far += even_bits(d, bits - ALIGN_BITS) << ALIGN_BITS;
	return far + tree_back(d, ALIGN, ALIGN_BITS);
}

static void
copy(struct lzma_any *d, struct pile *out, unsigned len)
{
	const size_t far = d->back[0];

	d->bad = far >= out->len && !d->cut;
	for (; len > 0 && !d->bad && !d->cut; len--)
		put(d, out, out->bytes[out->len - far - 1]);
}

/* One of the last four, which comes to the front. */
static void
choose(struct lzma_any *d)
{
	unsigned which = 1;
	uint32_t far;

	if (bit(d, IS_OLDER_2 + d->state) == 1)
		which = 2 + bit(d, IS_OLDER_3 + d->state);
	far = d->back[which];
	for (; which > 0; which--)
		d->back[which] = d->back[which - 1];
	d->back[0] = far;
}

static void
copy_again(struct lzma_any *d, struct pile *out, size_t place)
{
	unsigned len;

	if (bit(d, IS_OLDER + d->state) == 1) {
		choose(d);
	} else if (bit(d, IS_LONG + d->state * PLACES + place) == 0) {
		d->state = d->state < STATE_COPY ? 9 : 11;
		copy(d, out, 1);
		return;
	}
	len = length(d, LENGTH_AGAIN, place);
	d->state = d->state < STATE_COPY ? 8 : 11;
	copy(d, out, len + COPY_MIN);
}

static void
copy_new(struct lzma_any *d, struct pile *out, size_t place)
{
	const unsigned len = length(d, LENGTH, place);
	unsigned i;

	for (i = 3; i > 0; i--)
		d->back[i] = d->back[i - 1];
	d->back[0] = distance(d, len);
	d->state = d->state < STATE_COPY ? 7 : 10;
	if (d->back[0] == UINT32_MAX)
		d->ended = true;
	else
		copy(d, out, len + COPY_MIN);
}

static void
next(struct lzma_any *d, struct pile *out)
{
	const size_t place = out->len & d->pb_mask;

	if (bit(d, IS_COPY + d->state * PLACES + place) == 0)
		literal(d, out);
	else if (bit(d, IS_AGAIN + d->state) == 1)
		copy_again(d, out, place);
	else
		copy_new(d, out, place);
}

bool
lzma_any_step(struct lzma_any *d, struct pile *out, size_t most)
{
	const size_t end = out->len + most;

	if (pile_room(out, most + COPY_MAX) == NULL)
		return false;
	while (out->len < end && !d->ended && !d->cut && !d->bad) {
		next(d, out);
		d->ended |= d->left == 0;
	}
	return true;
}
