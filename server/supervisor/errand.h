/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * errand - a short job in a forked child that has dropped to another user and
 * is in a cage of its own: whatever waits, reads what others wrote, or touches
 * the network does not happen in the supervisor. Of the supervisor's
 * descriptors it has none but standard error.
 *
 * The child says why it failed through a pipe, ends by itself, and is killed by
 * its own alarm when it takes too long. That does not come to one that is
 * stopped: two seconds later the supervisor kills it.
 */
#ifndef SUPERVISOR_ERRAND_H
#define SUPERVISOR_ERRAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/account.h"
#include "base/err.h"
#include "segment/segment.h"
#include "supervisor/errand_cage.h"

typedef int errand_fn(const void *ctx, struct err *);

struct errand {
	const char *name;	/* for its reasons */
	errand_fn *fn;
	const void *ctx;
	const struct account *account;	/* NULL: stays who we are */
	unsigned seconds;
	bool gently;		/* others who want a processor go first */

	const struct errand_cage *cage;
	const struct settings *settings;	/* what closes the cage */
	errand_fn *before;	/* what can only be seen from outside of it;
				 * NULL: nothing. Same ctx */
	struct segment *segment;	/* counts one that hangs, or NULL */

	pid_t pid;		/* 0: not on its way */
	int report;
	unsigned limit, waited;	/* seconds, of this time */
};

int errand_start(struct errand *, struct err *);

/* Once a second: kills one that is well behind its limit. */
void errand_second(struct errand *);

/* What it has to say is not wanted any more; it is still to be reaped. */
void errand_kill(const struct errand *);

/* SIGCHLD: `pid` is a zombie. False: not this one's. *result_out: 0, or -1 and
 * its reason. */
bool errand_reap(struct errand *, pid_t pid, int *result_out, struct err *);

/* Start, wait, end; no longer than its limit and a moment. */
int errand_run(struct errand *, struct err *);

#endif
