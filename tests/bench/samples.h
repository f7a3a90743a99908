/* SPDX-License-Identifier: GPL-2.0-only */
/* samples - every latency of a run is kept, so that percentiles are exact. */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
	int64_t *ns;
	size_t count, room;
};

void	samples_add(struct samples *, int64_t ns);

/* The nearest rank: the smallest one that so many percent of all are not above.
 * 0 without any. Sorts them. */
int64_t	samples_percentile(struct samples *, double percent);

void	samples_free(struct samples *);

#endif
