/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * keeper - holds the signatures, forks the workers, hands connections to idle
 * ones and keeps the clock. One loop, one thread; never reads a job.
 *
 *	cage.c		what of the workers' cage is made once
 *	own_cage.c	what it gives up itself, after the load
 *	keeper.c	life: load, serve, end; the supervisor's channel
 *	renew.c		too many deaths by signal
 *	slot.h		one worker each: slots.c, staff.c, jobs.c, memory.c,
 *			hear.c
 *	leave.c		its end, once a successor serves
 *	report.c	what the supervisor is told
 *	doubt.c		who died and may have been captured before
 */
#ifndef KEEPER_KEEPER_H
#define KEEPER_KEEPER_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/log.h"
#include "base/loop.h"
#include "config/settings.h"
#include "engines/engine.h"
#include "keeper/slot.h"
#include "wire/layers.h"

#define DOUBTS_MAX 64			/* that wait for the supervisor */

struct keeper {
	const char *runtime;
	const char *set;		/* NULL: the folders of the settings */
	uint32_t generation;
	bool beside;			/* another one serves meanwhile */
	struct settings settings;
	struct cage_info cage;
	enum log_level log_level;
	const struct engine_ops *ops;
	struct engine *engine;
	struct signature_info signatures;
	struct loop *loop;
	int supervisor;
	int listening[LANE_COUNT];
	struct slot slots[WORKERS_MAX];
	unsigned slot_count;
	uint64_t last_job;
	uint32_t deaths[DEATH_COUNT], bad_messages;
	uint32_t replaced[REPLACED_COUNT], fork_waits;
	int64_t died_at[DEATHS_MOST];	/* by signals, not yet told */
	unsigned signal_deaths;		/* of them */
	int64_t last_handover;
	int quiet;			/* timer */
	int pause;			/* timer: until then nobody is taken */
	int64_t not_accepted;		/* when that was last told */
	bool ready, failed;
	int leaving;			/* timer; 0: it stays */
	bool left;			/* and nobody was hurt */
	int look;			/* timer: at the workers' memory */
	int64_t look_due;
	bool blind;			/* and one was not seen */
	int hear;			/* timer: to what they say */
	int report, beat;		/* timers */
	int64_t reported;
	uint32_t doubted[DOUBTS_MAX];	/* pids, not yet told */
	unsigned doubts;
	int doubt;			/* timer: they are told again */
};

/* keeper.c: returns the exit status. */
int keeper_run(struct keeper *);
void keeper_fail(struct keeper *, const char *reason);

/* cage.c: before the load */
int keeper_cage(struct keeper *, struct err *);

/* own_cage.c: after the load, before the first worker */
int keeper_confine(const struct keeper *, struct err *);

/* gently.c: those who are being served go before a load, the forks and first
 * steps of workers, and the end of all. pid: 0 or a worker, which inherits. */
void gently(pid_t);
void swiftly(pid_t);

/* leave.c: the queues and the jobs under way are served, then it ends */
void keeper_leave(struct keeper *);

/* report.c */
void report_changed(struct keeper *);
void report_cage(struct keeper *);
int report_ready(struct keeper *, struct err *);
void report_failed(struct keeper *, const char *reason);

/* doubt.c: what that worker said is not believed any more */
void doubt_tell(struct keeper *, pid_t);

#endif
