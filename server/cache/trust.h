/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trust - whose verdicts are believed. A worker that died, or broke protocol,
 * may have been captured before it did, and what it said of other bodies is not
 * believed any more. In the shared segment, no lock: the supervisor doubts
 * workers, c-icap's children doubt lanes, where a client cannot know who it
 * was.
 *
 * A worker is known by its pid, as the kernel says it; a place is shared by all
 * pids with the same rest, and counts their deaths: who shares it with a dead
 * one, or comes after it, loses no more than what is kept of it.
 */
#ifndef CACHE_TRUST_H
#define CACHE_TRUST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire/keeper_msg.h"

#define TRUST_PLACES 1024

struct trust {
	_Atomic uint32_t doubts;	/* about workers, in all */
	_Atomic uint32_t lane[LANE_COUNT];
	_Atomic uint32_t worker[TRUST_PLACES];
};

/* What was so before a job was handed in. */
struct trust_before {
	uint32_t doubts, of_lane;
	enum lane lane;
};
struct trust_before trust_before(const struct trust *, enum lane);

/* Stands beside what a worker said, for as long as that is kept. */
struct voucher {
	uint32_t worker;		/* its pid */
	uint32_t of_worker, of_lane;	/* doubts when it spoke */
	uint8_t lane;
};

/* -1: it is not known who it was (0), or somebody was doubted meanwhile. */
int trust_vouch(const struct trust *, const struct trust_before *,
    uint32_t worker, struct voucher *voucher_out);

bool trust_holds(const struct trust *, const struct voucher *);

void trust_doubt_worker(struct trust *, uint32_t pid);
void trust_doubt_lane(struct trust *, enum lane);

#endif
