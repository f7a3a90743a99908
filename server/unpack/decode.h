/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * decode - takes one layer of packing off. Worker only. Time is linear in what
 * goes in and comes out, and looked at on the way.
 */
#ifndef UNPACK_DECODE_H
#define UNPACK_DECODE_H

#include "unpack/budget.h"
#include "unpack/codec.h"
#include "unpack/room.h"

struct decoded {
	enum unpacked result;
	struct room room;	/* what came out */
	size_t used;		/* of the input; the rest belongs to nobody */
	unsigned streams;	/* that gave bytes, one after another */
	size_t first;		/* bytes of the first one */
	bool carries;		/* bytes lie in it that do not come out */
};

/* What comes out is taken from the budget. What stood before a fault is all
 * there, to the last byte that a client would get to see. */
int decode(const struct codec *, const uint8_t *in, size_t len,
    struct budget *, struct decoded *decoded_out, struct err *);

#endif
