/* SPDX-License-Identifier: GPL-2.0-only */
/* LZW as TIFF has it: the highest bit comes first. */
#include "unpack/pdf_filter.h"

#define CLEAR 256
#define END 257
#define CODES 4096

struct lzw {
	struct slice in;
	size_t at;
	uint32_t bits;			/* read, and not used yet */
	unsigned count, width;
	unsigned next, last;		/* next: the code to be made; last:
					 * CLEAR at the start */
	uint16_t before[CODES];		/* the code that it goes on from */
	uint8_t byte[CODES];
	uint8_t text[CODES];		/* of one code, from its end */
};

/* END where there are no more. */
static unsigned
take(struct lzw *z)
{
	while (z->count < z->width) {
		if (z->at == z->in.len)
			return END;
		z->bits = z->bits << 8 | z->in.at[z->at++];
		z->count += 8;
	}
	z->count -= z->width;
	return z->bits >> z->count & ((1U << z->width) - 1);
}

static void
clear(struct lzw *z)
{
	z->width = 9;
	z->next = END + 1;
	z->last = CLEAR;
}

/* Its first byte is the last one of the text. */
static size_t
spell(struct lzw *z, unsigned code)
{
	size_t len = 0;

	for (; code > END && len < CODES - 1; code = z->before[code])
		z->text[len++] = z->byte[code];
	z->text[len++] = (uint8_t)code;
	return len;
}

static void
learn(struct lzw *z, uint8_t byte, bool late)
{
	if (z->last != CLEAR && z->next < CODES) {
		z->before[z->next] = (uint16_t)z->last;
		z->byte[z->next++] = byte;
	}
	while (z->width < 12 && z->next + !late >= 1U << z->width)
		z->width++;
}

/* False: there is no such code yet. */
static bool
give(struct lzw *z, unsigned code, bool late, struct pdf_out *out)
{
	const bool is_new = code >= z->next;
	size_t len;

	if (is_new && (z->last == CLEAR || code > z->next || code >= CODES))
		return false;
	len = spell(z, is_new ? z->last : code);
	learn(z, z->text[len - 1], late);
	if (is_new)
		len = spell(z, code);
	while (len > 0)
		pdf_out_byte(out, z->text[--len]);
	z->last = code;
	return true;
}

void
pdf_lzw(struct slice s, const struct pdf_parms *parms, struct pdf_out *out)
{
	struct lzw z = { .in = s };
	unsigned code;

	clear(&z);
	while (!out->stopped && (code = take(&z)) != END) {
		if (code == CLEAR)
			clear(&z);
		else if (!give(&z, code, parms->late, out))
			return;
	}
}
