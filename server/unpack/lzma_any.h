/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lzma_any - undoes LZMA with properties that liblzma refuses (lc + lp over 4),
 * and such that begins with any byte. Worker only; slower than liblzma.
 */
#ifndef UNPACK_LZMA_ANY_H
#define UNPACK_LZMA_ANY_H

#include "unpack/pile.h"
#include "unpack/slice.h"

struct lzma_any {
	struct slice in;
	uint32_t range, code;
	uint16_t *chances;
	unsigned lc, lp_mask, pb_mask;
	unsigned state;
	uint32_t back[4];	/* how far the last copies reached */
	uint64_t left;		/* bytes that the header says will come */
	bool ended, cut;	/* there is no more; of what it needs */
	bool bad;		/* it is none */
};

/* Of a file with its header of 13 bytes and 5 more; NULL chances: no memory. */
void lzma_any_start(struct lzma_any *, struct slice);

/* At least `most` bytes more, unless it ended before. False: no memory. */
bool lzma_any_step(struct lzma_any *, struct pile *out, size_t most);

void lzma_any_stop(struct lzma_any *);

#endif
