/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * brake - how soon a keeper may be renewed again. Supervisor; pure.
 *
 * Bodies that kill workers and differ by a byte would have an engine loaded
 * without end, each time with the memory of two. So the second renewal in a row
 * comes a minute after the first, then two, four ... sixty; two hours without
 * one are a new begin.
 */
#ifndef SUPERVISOR_BRAKE_H
#define SUPERVISOR_BRAKE_H

#include <stdint.h>

struct brake {
	unsigned in_a_row;
	int64_t last, next;		/* clock_ms() */
};

/* 0: now, and it is noted; else so many milliseconds from now. */
int64_t brake_take(struct brake *, int64_t now);

#endif
