/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * slot - the place of one worker in the keeper: its process, its job, its life.
 * A lane has one more than serve: the spare one, forked ahead.
 *
 *	slots.c		start and death
 *	staff.c		who serves, who is spare, who is replaced and when
 *	jobs.c		one connection each: accept, hand over, done, overdue
 *	memory.c	what each worker takes of it
 *	hear.c		what it says to the log; said.h: its lines
 */
#ifndef KEEPER_SLOT_H
#define KEEPER_SLOT_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "keeper/said.h"
#include "wire/keeper_msg.h"
#include "wire/verdict.h"

struct keeper;

struct slot {
	struct keeper *keeper;
	enum lane lane;
	enum worker_state state;
	pid_t pid;			/* 0: none */
	int channel;			/* to the worker; -1 */
	int connection;			/* a duplicate, to see a hang-up; -1 */
	int voice;			/* what it says comes from here; -1 */
	bool unheard;			/* not listened to for a moment */
	struct said said;		/* by all that were here */
	uint64_t job;			/* 0: none */
	uint32_t jobs, scans;		/* handed to, done by this process */
	bool in_memory;			/* its scratch: on this device */
	dev_t device;
	uint64_t memory;		/* bytes when ready; 0: unknown */
	bool killed;
	bool told;			/* the client of its job, why */
	enum death why;			/* when killed */
	bool due, late;			/* to be replaced; without a spare */
	enum replaced due_why;
	bool retired;			/* killed, in good health */
	int deadline, patience, restart, age;	/* timers */
	int64_t gone_since;
	unsigned early_deaths;		/* in a row, before a first job */
	char scratch[PATH_MAX];
};

/* cage.c. -1: what was mounted for its scratch is no longer there. */
int cage_check(const struct slot *, struct err *);

/* slots.c */
void slots_plan(struct keeper *);	/* before anything is loaded */
void slot_start(struct slot *);
void slots_reap(struct keeper *);
void slots_end(struct keeper *);
void slot_kill(struct slot *, enum death);
uint32_t lane_limit_ms(const struct keeper *, enum lane);

/* staff.c */
void staff_started(struct slot *);		/* it is in its cage */
bool staff_suffices(const struct keeper *);	/* to be ready */
void staff_worked(struct slot *);		/* it is done with a job */
void staff_breach(struct keeper *, enum lane);	/* by one of them */
void staff_update(struct keeper *, enum lane);	/* after every change */
void staff_update_all(struct keeper *);

/* renew.c */
void renew_note_death(struct keeper *);

/* jobs.c */
void lane_update(struct keeper *, enum lane);	/* accepts, or does not */
void job_end(struct slot *);			/* its connection is dropped */
void slot_messages(struct slot *);		/* all that wait */
void slot_on_message(void *slot, int fd, short revents);

void job_refuse(struct slot *, enum refusal);	/* tells its client, once */
void job_lost(struct slot *);			/* it died: so it does */

/* memory.c: can what a worker takes be seen?; at its first DONE; when one gets
 * a job */
int memory_try(struct err *);
void memory_begin(struct slot *);
void memory_watch(struct keeper *);

/* hear.c: once it has a pid; and before it has none */
void hear_begin(struct slot *, int *voice);	/* takes it */
void hear_end(struct slot *);		/* all that is left */

#endif
