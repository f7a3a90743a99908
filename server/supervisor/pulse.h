/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pulse - sees that c-icap hangs, and makes an end of what does: its monitor
 * and each of its children count on in the segment, once a second. Supervisor.
 *
 * A child that is still is killed alone; the monitor starts another. One that
 * is stopped may hold the lock under which all of them accept. A monitor that
 * is still goes with all of its children: it would replace none of them. So
 * does a c-icap that neither decides anything nor hears our own checks for
 * longer than one request can take.
 */
#ifndef SUPERVISOR_PULSE_H
#define SUPERVISOR_PULSE_H

#include "supervisor/house.h"
#include "supervisor/ward.h"

struct beat {
	pid_t pid;			/* 0: nobody */
	uint32_t count;
	unsigned still;			/* seconds, as we counted them */
};

struct pulse {
	struct house *house;
	struct ward *ward;		/* of c-icap */
	int timer;
	struct beat monitor, child[ICAP_CHILDREN_MAX];
	bool began;			/* the monitor counted on, once */
	uint64_t work;			/* decided or heard, by all of them */
	unsigned idle;			/* seconds without any, degraded */
};

void pulse_start(struct pulse *, struct house *, struct ward *);
void pulse_stop(struct pulse *);

#endif
