/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What compress writes (.Z): codes of a growing number of bits, eight to a
 * group, each for a string and the next byte. There is no end but the file's,
 * and no check. No library does this; libarchive forgets what it had before a
 * fault.
 */
#include "unpack/codec.h"

#include <stdlib.h>
#include <string.h>

#define BITS_MIN 9
#define BITS_MAX 16
#define CLEAR 256		/* a code: forget all strings */
#define BLOCKS 0x80U		/* flag: that is one */
#define HEAD 3

struct lzw {
	unsigned head;			/* bytes of it that were read */
	unsigned most, bits, flags;	/* bits: of a code, now */
	uint32_t next, limit;		/* the next new code; too many */
	int32_t before;			/* the code before; -1: none */
	uint8_t first;			/* byte of its string */
	uint32_t held;			/* bits that were read */
	unsigned held_bits;
	unsigned group;			/* bytes that follow in this group */
	unsigned skip;			/* of them belong to nothing */
	uint16_t prefix[1 << BITS_MAX];
	uint8_t suffix[1 << BITS_MAX];
	size_t waiting;			/* bytes, the last one is the first */
	uint8_t stack[(1 << BITS_MAX) + 1];
};

static void
widen(struct lzw *z, unsigned bits)
{
	z->bits = bits;
	z->limit = bits == z->most ? 1U << bits : (1U << bits) - 1;
	z->skip = z->group;
	z->group = 0;
	z->held = z->held_bits = 0;
}

static void
begin(void *state)
{
	struct lzw *z = state;

	memset(z, 0, sizeof *z);
	z->before = -1;
}

static void *
start(void)
{
	struct lzw *z = malloc(sizeof *z);

	if (z != NULL)
		begin(z);
	return z;
}

/* False: there is none. */
static bool
read_byte(struct flow *flow, uint8_t *byte_out)
{
	if (flow->in_len == 0)
		return false;
	*byte_out = *flow->in++;
	flow->in_len--;
	return true;
}

static bool
read_head(struct lzw *z, struct flow *flow)
{
	uint8_t byte;

	while (z->head < HEAD && read_byte(flow, &byte)) {
		z->flags = byte;
		z->head++;
	}
	if (z->head < HEAD)
		return false;
	if (z->bits == 0) {
		z->most = z->flags & 31;
		z->next = z->flags & BLOCKS ? CLEAR + 1 : CLEAR;
		widen(z, BITS_MIN);
	}
	return true;
}

static bool
read_code(struct lzw *z, struct flow *flow, uint32_t *code_out)
{
	uint8_t byte;

	while (z->held_bits < z->bits) {
		if (!read_byte(flow, &byte))
			return false;
		if (z->skip > 0) {
			z->skip--;
			continue;
		}
		z->group = (z->group > 0 ? z->group : z->bits) - 1;
		z->held |= (uint32_t)byte << z->held_bits;
		z->held_bits += 8;
	}
	*code_out = z->held & ((1U << z->bits) - 1);
	z->held >>= z->bits;
	z->held_bits -= z->bits;
	return true;
}

/* Its string onto the stack. Each prefix is a smaller code: it ends. */
static void
push(struct lzw *z, uint32_t code)
{
	for (; code >= CLEAR; code = z->prefix[code])
		z->stack[z->waiting++] = z->suffix[code];
	z->first = (uint8_t)code;
	z->stack[z->waiting++] = z->first;
}

static void
learn(struct lzw *z)
{
	if (z->next >= 1U << z->most)
		return;
	z->prefix[z->next] = (uint16_t)z->before;
	z->suffix[z->next] = z->first;
	z->next++;
}

/* False: no such code can be. One that is only made by itself repeats the first
 * byte of the string before. */
static bool
take(struct lzw *z, uint32_t code)
{
	if (z->before == -1 ? code >= CLEAR : code > z->next)
		return false;
	if (code == CLEAR && z->flags & BLOCKS) {
		z->next = CLEAR;
		widen(z, BITS_MIN);
		return true;
	}
	if (z->before != -1 && code == z->next) {
		z->stack[z->waiting++] = z->first;
		push(z, (uint32_t)z->before);
	} else
		push(z, code);
	if (z->before != -1)
		learn(z);
	z->before = (int32_t)code;
	return true;
}

static bool
give(struct lzw *z, struct flow *flow)
{
	while (z->waiting > 0 && flow->out_len > 0) {
		*flow->out++ = z->stack[--z->waiting];
		flow->out_len--;
	}
	return z->waiting == 0;
}

static bool
fits(const struct lzw *z)
{
	return z->most >= BITS_MIN && z->most <= BITS_MAX;
}

static enum step
step(void *state, struct flow *flow)
{
	struct lzw *z = state;
	uint32_t code;

	if (!read_head(z, flow))
		return STEP_MORE;
	if (!fits(z))
		return STEP_BAD;
	while (give(z, flow)) {
		if (z->next > z->limit)
			widen(z, z->bits + 1);
		if (!read_code(z, flow, &code))
			return STEP_MORE;
		if (!take(z, code))
			return STEP_BAD;
	}
	return STEP_MORE;
}

static bool
begins(const uint8_t *in, size_t len)
{
	return len > HEAD && in[0] == 0x1f && in[1] == 0x9d &&
	    (in[2] & 31) >= BITS_MIN && (in[2] & 31) <= BITS_MAX;
}

const struct codec codec_compress = {
	.name = "compress",
	.begins = begins,
	.start = start,
	.step = step,
	.stop = free,
};
