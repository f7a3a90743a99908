/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ward - one child program that is kept alive: state x event. Supervisor.
 *
 * Its process group is its own; when its first process dies, the whole group is
 * killed and reaped before anything else happens, so that two of a kind never
 * run at the same time.
 */
#ifndef SUPERVISOR_WARD_H
#define SUPERVISOR_WARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/loop.h"
#include "supervisor/throttle.h"

enum ward_state {
	WARD_DOWN,
	WARD_WAITING,		/* for its next start */
	WARD_STARTING,		/* runs, has not done its first job */
	WARD_UP,
	WARD_ENDING,		/* was asked to go */
	WARD_STATES
};

struct ward {
	const char *name;
	int (*start)(void *ctx, pid_t *pid_out, struct err *);
	void (*last_words)(void *ctx);	/* dead, and perhaps it has said what
					 * nobody has read yet; or NULL */
	void (*died)(void *ctx, bool worked);	/* group reaped; clean up */
	void (*ended)(void *ctx);	/* after ward_stop(): it is gone */
	void *ctx;
	struct loop *loop;
	int stop_seconds;		/* from SIGTERM to SIGKILL */

	enum ward_state state;
	bool held;			/* is not started again */
	pid_t pid;			/* and process group; 0: none */
	int64_t started;		/* clock_ms() */
	struct throttle throttle;
	int timer;
};

void ward_start(struct ward *);
void ward_worked(struct ward *);	/* its first job is done */
void ward_kill(struct ward *);		/* it will be back */
void ward_hold(struct ward *);		/* runs on, but is not started again */
void ward_unhold(struct ward *);	/* is started again from here on */
void ward_leave(struct ward *, int seconds);	/* it goes by itself, or is
					 * killed then; ended() follows */
void ward_stop(struct ward *);		/* for good; ended() may come at once */

/* SIGCHLD: `pid` is a zombie, not yet reaped. False: it is not this one. */
bool ward_reap(struct ward *, pid_t pid);

#endif
