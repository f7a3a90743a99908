/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * overtime - counts the seconds of the errands that are on their way, so that
 * none hangs for ever (errand.h). Supervisor.
 */
#ifndef SUPERVISOR_OVERTIME_H
#define SUPERVISOR_OVERTIME_H

#include "supervisor/errand.h"
#include "supervisor/house.h"

#define OVERTIME_MOST 4

struct overtime {
	struct house *house;
	struct errand *errands[OVERTIME_MOST];
	size_t count;
	int timer;
};

/* Zeroed: none. Each is borrowed; the segment counts those that hang. */
void overtime_add(struct overtime *, struct errand *);

void overtime_start(struct overtime *, struct house *);
void overtime_stop(struct overtime *);

#endif
