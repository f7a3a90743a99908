/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * keeper - holds the signatures, forks the workers, hands connections to idle
 * ones and keeps the clock. One loop, one thread; never reads a job.
 *
 *	cage.c		what of the workers' cage is made once
 *	own_cage.c	what it gives up itself, after the load
 *	keeper.c	life: load, serve, end; the supervisor's channel
 *	slots.c		one worker each: start, death, replacement
 *	jobs.c		one connection each: accept, hand over, done, overdue
 *	memory.c	what each worker takes of it
 *	leave.c		its end, once a successor serves
 *	report.c	what the supervisor is told
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
#include "wire/keeper_msg.h"
#include "wire/layers.h"
#include "wire/verdict.h"

struct keeper;

struct slot {
	struct keeper *keeper;
	enum lane lane;
	enum worker_state state;
	pid_t pid;			/* 0: none */
	int channel;			/* to the worker; -1 */
	int connection;			/* a duplicate, to see a hang-up; -1 */
	uint64_t job;			/* 0: none */
	uint32_t jobs, scans;		/* handed to, done by this process */
	bool in_memory;			/* its scratch: on this device */
	dev_t device;
	uint64_t memory;		/* bytes when ready; 0: unknown */
	bool leaving, killed;
	enum death why;			/* when killed */
	int deadline, patience, restart;	/* timers */
	unsigned early_deaths;		/* in a row, before a first job */
	char scratch[PATH_MAX];
};

struct keeper {
	const char *runtime;
	uint32_t generation;
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
	bool ready, failed;
	int leaving;			/* timer; 0: it stays */
	int look;			/* timer: at the workers' memory */
	int64_t look_due;
	bool blind;			/* and cannot see it */
	int report;			/* timer */
	int64_t reported;
};

/* keeper.c: returns the exit status. */
int keeper_run(struct keeper *);
void keeper_fail(struct keeper *, const char *reason);

/* cage.c: before the load */
int keeper_cage(struct keeper *, struct err *);

/* -1: what was mounted for its scratch is no longer there. */
int cage_check(const struct slot *, struct err *);

/* own_cage.c: after the load, before the first worker */
int keeper_confine(const struct keeper *, struct err *);

/* leave.c: the queues and the jobs under way are served, then it ends */
void keeper_leave(struct keeper *);

/* slots.c */
void slots_plan(struct keeper *);
void slots_start(struct keeper *);
void slots_reap(struct keeper *);
void slots_end(struct keeper *);
void slot_kill(struct slot *, enum death);
uint32_t lane_limit_ms(const struct keeper *, enum lane);

/* jobs.c */
void lane_update(struct keeper *, enum lane);	/* accepts, or does not */
void job_end(struct slot *);			/* its connection is dropped */
void slot_messages(struct slot *);		/* all that wait */
void slot_on_message(void *slot, int fd, short revents);

void job_refuse(const struct slot *, enum refusal);	/* tells its client */

/* memory.c: at a worker's first DONE; when one gets a job */
void memory_begin(struct slot *);
void memory_watch(struct keeper *);

/* report.c */
void report_changed(struct keeper *);
void report_cage(struct keeper *);
int report_ready(struct keeper *, struct err *);
void report_failed(struct keeper *, const char *reason);

#endif
