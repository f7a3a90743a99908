/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * generations - which keeper serves, and how another takes its place. Runs in
 * the supervisor.
 *
 * There are at most two keepers: the main one, which serves or is to serve and
 * is started again when it dies, and for a time a second one: the successor,
 * until it has proved itself, or the predecessor, until it has left. Whatever
 * happens to a successor, the main one serves on.
 */
#ifndef SUPERVISOR_GENERATIONS_H
#define SUPERVISOR_GENERATIONS_H

#include "supervisor/keeper_child.h"
#include "supervisor/prove.h"
#include "supervisor/sets.h"

/* What is asked of a reload. All zero but `why`: settings and signatures. */
struct reload_ask {
	const char *why;
	bool only_changed;		/* nothing to do if nothing changed */
	bool accept_fewer;		/* signatures than those that serve */
	uint32_t use;			/* this set, and stay so; 0: none */
};

struct generations {
	struct house *house;
	struct keeper_child child[2];
	unsigned main;			/* index into it */
	enum second_state second;	/* what the other one is */
	bool again;			/* asked for while under way */
	struct reload_ask ask, next_ask;
	struct sets sets;
	bool closing;			/* no start any more */
	unsigned ending;		/* children that must still end */
	struct settings next;		/* of the successor */
	uint32_t next_n;		/* their snapshot */
	int retry;			/* timer: a look for memory */
	int load;			/* timer: its longest load */
	bool is_put_off;		/* this was told */
	struct proof proof;

	/* A reload that was asked for is over; NULL: nobody wants to know. */
	void (*over)(void *ctx, bool good, const char *text);
	void *over_ctx;
};

void generations_init(struct generations *, struct house *);
void generations_start(struct generations *);
uint32_t generations_serving(const struct generations *);

/* Settings and signatures anew. Returns at once; over() follows, perhaps at
 * once. Asked for again while it is under way, it is done again after it. */
void generations_reload(struct generations *, const struct reload_ask *);

/* Stay with the set that serves, or no more; false: none is kept. */
bool generations_pin(struct generations *, bool on);

/* No start any more; then the end of all, told as NEWS_KEEPER_ENDED. */
void generations_hold(struct generations *);
void generations_stop(struct generations *);
bool generations_reap(struct generations *, pid_t);

/* generations_reload.c */
void generations_reload_init(struct generations *);
void generations_begin_again(struct generations *);
void generations_start_successor(struct generations *);
int generations_leave_seconds(const struct settings *);
void generations_renew(struct generations *);	/* as it is, but fresh */
void generations_prove(struct generations *);	/* the successor is up */
void generations_drop(struct generations *, const char *reason);
void generations_refuse(struct generations *, const char *reason);

/* generations_room.c. True: the successor can start. Else it is seen to, and
 * `why` says what was missing. */
bool generations_make_room(struct generations *, struct err *why);

static inline struct keeper_child *
main_of(struct generations *g)
{
	return &g->child[g->main];
}

static inline struct keeper_child *
second_of(struct generations *g)
{
	return &g->child[1 - g->main];
}

static inline bool
is_main(const struct generations *g, const struct keeper_child *keeper)
{
	return keeper == &g->child[g->main];
}

/* generations_show.c: what stands in the segment. */
void generations_set_second(struct generations *, enum second_state);
void generations_show(const struct generations *);
void generations_show_stats(const struct generations *,
    const struct keeper_stats *);
void generations_show_refusal(const struct generations *, const char *reason);
void generations_show_main(const struct generations *);
void generations_log_swap(const struct generations *, uint32_t set_before);

#endif
