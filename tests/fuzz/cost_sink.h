/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cost_sink - the sink of the fuzzers of containers: it reads all that comes,
 * wants no more after a while, and aborts at what no reader may do.
 */
#ifndef FUZZ_COST_SINK_H
#define FUZZ_COST_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unpack/sink.h"

struct cost {
	size_t spent;
	unsigned looks;
	bool ended;
	volatile uint8_t sum;
};

/* Forgets what was before. Of the program: there is one. */
struct sink cost_sink(struct cost *);

/* The reader said whether it came to its end: false, and only then, when the
 * sink wanted no more. */
void cost_sink_end(const struct cost *, bool on);

#endif
