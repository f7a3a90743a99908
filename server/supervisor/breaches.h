/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * breaches - a worker that says to its client what is no verdict is replaced,
 * with all of its lane, within a tenth of a second. Supervisor: c-icap's
 * children count in the segment, and cannot reach a keeper.
 */
#ifndef SUPERVISOR_BREACHES_H
#define SUPERVISOR_BREACHES_H

#include "supervisor/generations.h"

struct breaches {
	struct generations *generations;
	uint32_t seen[LANE_COUNT];
	int timer;
};

void breaches_watch(struct breaches *, struct generations *);

#endif
