/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * numbers - files that a script has as a list of bytes: "88, 0x35, 79". Worker
 * only; pure functions; time linear in the text.
 */
#ifndef UNPACK_NUMBERS_H
#define UNPACK_NUMBERS_H

#include "unpack/slice.h"

struct numbers {
	struct slice text;
	size_t at;
	size_t known;		/* up to there are letters of a list */
};

struct numbers numbers_on(struct slice text);

/* The next list of at least VALUE_MIN bytes, into `out`, which has room for
 * half of the text and a byte, or is NULL; how many. 0: no more. */
size_t numbers_next(struct numbers *, uint8_t *out);

#endif
