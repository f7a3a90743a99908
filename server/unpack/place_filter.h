/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * place_filter - where one of many marks may begin: at each place of a body a
 * look at the first bytes of all marks together. Worker only.
 *
 * By Hyperscan's "Teddy": marks are in groups, a bit for each. A table for each
 * half of each byte says for which groups it may be that; machines look up 32
 * of them at a time. Which place fits a group is looked at once more, by its
 * first two bytes. Elsewhere that is all that is looked at.
 */
#ifndef UNPACK_PLACE_FILTER_H
#define UNPACK_PLACE_FILTER_H

#include "unpack/slice.h"

#define FILTER_WIDTH 3		/* bytes of a mark that are looked at */

/* Bits: the groups that may have this half of that byte. */
struct filter_halves {
	uint8_t low[FILTER_WIDTH][16], high[FILTER_WIDTH][16];
};

struct place_filter {
	bool is_wide;
	struct filter_halves halves;
	uint8_t begins[65536];		/* by the first two bytes */
};

/* For a filter of zeros, with marks or none yet. The mark: of two bytes and
 * more. */
void place_filter_add(struct place_filter *, struct slice mark);

/* The next place at or behind `from` where one may begin: no such place is
 * passed over. s.len: there is none. */
size_t place_filter_next(const struct place_filter *, struct slice,
    size_t from);

#endif
