/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * budget - what all bodies of all children of c-icap take together, in memory
 * and on disk. Runs in c-icap, any thread; status reads it.
 *
 * A child counts in its own place of the segment, so that what it held is given
 * back when it dies (icap/threads.h). No lock: who asks counts first and looks
 * at the sum then, so two who ask for the last piece may both go without.
 */
#ifndef SEGMENT_BUDGET_H
#define SEGMENT_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "segment/segment.h"

/* Of all children, bytes. */
uint64_t budget_held(const struct segment *, enum budget);

/* As gauges, for `info`: each change would cost more than a look now and then.
 */
void budget_show(struct segment *);

/* False: the budget has no n bytes left, or the child has no place. */
bool budget_take(const struct segment *, struct thread_count *, enum budget,
    uint64_t n);

/* Would budget_take() give them now? */
bool budget_has(const struct segment *, const struct thread_count *,
    enum budget, uint64_t n);

/* Whether there is room or not. No place: not counted. */
void budget_count(struct thread_count *, enum budget, uint64_t n);
void budget_give(struct thread_count *, enum budget, uint64_t n);

#endif
