/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boundary - which boundaries readers may find in a Content-Type. Worker only.
 *
 * Readers differ about quotes, commas, repeated parameters and RFC 2231; PHP
 * takes what follows the word "boundary" wherever it stands. So each
 * "boundary=" of the text counts, in each reading; one that is not in the body
 * costs one search. The body's own first line "--..." counts, too: scripts take
 * it, and it is what is left when the parameter is missing.
 */
#ifndef UNPACK_BOUNDARY_H
#define UNPACK_BOUNDARY_H

#include "base/err.h"
#include "unpack/slice.h"

#define BOUNDARIES_MAX 16

struct boundaries {
	struct slice list[BOUNDARIES_MAX];	/* delimiters: with "--" */
	unsigned count;
	bool more;			/* than we take: not all was seen */
	uint8_t *memory;
	size_t used, longest;
};

/* type: a Content-Type value, or the headers that hold it. No two are equal. */
int boundaries_find(struct boundaries *boundaries_out, struct slice type,
    struct slice body, struct err *);
void boundaries_free(struct boundaries *);

#endif
