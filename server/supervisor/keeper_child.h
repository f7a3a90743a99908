/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * keeper_child - the supervisor's side of one keeper: its start, its messages,
 * its end. Each start is a new generation. What follows from them is decided in
 * generations.c, which has two of these.
 */
#ifndef SUPERVISOR_KEEPER_CHILD_H
#define SUPERVISOR_KEEPER_CHILD_H

#include <stdint.h>

#include "supervisor/house.h"
#include "supervisor/ward.h"

struct keeper_child;

/* Told to the owner; `ctx` is its own. loaded: info and istag are set, and it
 * says whether that may serve: then up, else refused. */
struct keeper_events {
	void (*started)(void *ctx, struct keeper_child *);
	bool (*loaded)(void *ctx, const struct keeper_child *,
	    struct err *why);
	void (*up)(void *ctx, struct keeper_child *);
	void (*refused)(void *ctx, struct keeper_child *, const char *reason);
	void (*stats)(void *ctx, struct keeper_child *,
	    const struct keeper_stats *);
	void (*renew)(void *ctx, struct keeper_child *);
	void (*down)(void *ctx, struct keeper_child *, bool worked);
	void (*ended)(void *ctx, struct keeper_child *);
};

struct keeper_child {
	struct house *house;
	struct ward ward;
	const struct keeper_events *events;
	void *ctx;
	const struct settings *settings;	/* that it is started with */
	uint32_t settings_n;
	uint32_t set;			/* of signatures; 0: the folders */
	bool beside;			/* start it while another one serves */
	uint32_t generation;		/* of the one that runs, or ran last */
	int control;			/* our end; -1: none */
	unsigned phase;			/* which messages may come */
	bool was_ready;			/* one of them was, once */
	struct signature_info info;	/* as its READY said */
	struct cage_info cage;		/* as its CAGE said */
	char istag[ISTAG_LEN + 1];
	struct keeper_stats stats;	/* its last ones */
	int silence;			/* timer */
	bool late;			/* it ran out once */
};

void keeper_child_init(struct keeper_child *, struct house *,
    const struct keeper_events *, void *ctx);

/* keeper_count.c: adds what it counted since the last time. */
int keeper_child_count(struct keeper_child *, const struct keeper_stats *,
    struct err *);

/* A worker of it said what is no verdict. */
void keeper_child_breach(struct keeper_child *, enum lane);

/* It serves what waits, then leaves; killed after so many seconds. */
void keeper_child_leave(struct keeper_child *, int seconds);

#endif
