/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock - milliseconds that never go back, and the date for people.
 * Any process, any thread.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);		/* CLOCK_MONOTONIC, for every deadline */
int64_t clock_unix(void);	/* seconds since 1970, for people only */

/* Milliseconds from now until `deadline`, 0 when it is past, at most INT_MAX:
 * what poll(2) wants. */
int clock_left(int64_t deadline_ms);

#endif
