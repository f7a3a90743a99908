/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * behind - sees that a child of c-icap does not use the settings in use: it
 * tells the number of its own in the segment, and looks for newer ones each
 * second. Supervisor. What it cannot take it tries again; until then it blocks
 * every body (modules/icap/live.h), and status, log and a gauge say so.
 *
 * It is not killed: another child would meet the same.
 */
#ifndef SUPERVISOR_BEHIND_H
#define SUPERVISOR_BEHIND_H

#include "supervisor/house.h"

struct behind {
	struct house *house;
	unsigned seconds[ICAP_CHILDREN_MAX];	/* for which each was behind */
	unsigned told;				/* how many are: of the gauge */
	int timer;
};

void behind_watch(struct behind *, struct house *);

#endif
