/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * budget - what one body may still cost, all that is in it included. One for
 * each body; every reader takes from the same one. Worker only.
 */
#ifndef UNPACK_BUDGET_H
#define UNPACK_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct budget {
	uint64_t bytes;		/* that may still come out */
	uint32_t members;	/* that may still be visited */
	uint32_t values;	/* ... of texts */
	uint32_t depth;		/* containers in containers, still */
	int64_t deadline;	/* clock_ms() */
};

/* What became of one attempt to unpack. What came out is right in each case,
 * as far as it goes. */
enum unpacked {
	UNPACKED_WHOLE,
	UNPACKED_BROKEN,
	UNPACKED_TOO_MUCH,	/* the bytes of the budget are used up */
	UNPACKED_LATE
};

bool budget_late(const struct budget *);

/* False, and nothing is taken, when so much is not left. */
bool budget_take(struct budget *, uint64_t bytes);

#endif
