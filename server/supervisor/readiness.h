/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * readiness - when our own requests are sent, and what is said of them. The
 * requests themselves: selfcheck.h. Supervisor.
 */
#ifndef SUPERVISOR_READINESS_H
#define SUPERVISOR_READINESS_H

#include "supervisor/errand.h"
#include "supervisor/house.h"
#include "supervisor/selfcheck.h"

#define CHECK_SOON_MS 200	/* until it came back right */
#define CHECK_AGAIN_MS 2000	/* while it does not, later on */
#define CHECK_LATER_MS 60000	/* while all is well */

struct readiness {
	struct house *house;
	struct selfcheck selfcheck;
	struct errand errand;
	int timer;
	struct err reason;	/* of the last NEWS_CHECK_WRONG */
};

void readiness_init(struct readiness *, struct house *);
void readiness_in(struct readiness *, int ms);
void readiness_stop(struct readiness *);

/* Something changed: a check that is on its way says nothing any more, and
 * comes back wrong. */
void readiness_void(struct readiness *);

/* SIGCHLD: `pid` is a zombie. False: it is not the one of a check. */
bool readiness_reap(struct readiness *, pid_t pid);

#endif
