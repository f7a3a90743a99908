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

#include "supervisor/brake.h"
#include "supervisor/keeper_child.h"
#include "supervisor/prove.h"
#include "supervisor/sets.h"

/* What is asked of a reload. All zero but `why`: settings and signatures. */
struct reload_ask {
	const char *why;
	bool only_changed;		/* nothing to do if nothing changed */
	bool accept_fewer;		/* signatures than those that serve */
	bool plain;			/* a person wants what is new */
	bool renewal;			/* nothing new but the addresses */
	uint32_t use;			/* this set, and stay so; 0: none */
};

/* How that ended, for all who asked for this run, or, if `use` is not 0, only
 * for those who asked for that set. */
struct reload_end {
	uint32_t run, use;
	bool good;
	const char *text;
};

/* What a refusal was of, and so what mends it. */
enum refused {
	REFUSED_SETTINGS,
	REFUSED_SIGNATURES,		/* in the folders */
	REFUSED_RENEWAL,
	REFUSED_STAY,			/* so many stand in the status */
	REFUSED_USE = REFUSED_STAY	/* of a set: the asker knows */
};

struct generations {
	struct house *house;
	struct keeper_child child[2];
	unsigned main;			/* index into it */
	enum second_state second;	/* what the other one is */
	enum second_state first;	/* what is done before the first one */
	bool again;			/* asked for while under way */
	bool redo;			/* the same ask, from its begin */
	bool turned;			/* what is copied is not wanted */
	bool looked;			/* at the folders, for `ask` */
	struct err refused[REFUSED_STAY];	/* "": nothing, or mended */
	struct reload_ask ask, next_ask;
	uint32_t run;			/* the last one */
	uint32_t ask_run;		/* that of `ask`; 0: nobody asked */
	struct sets sets;
	uint64_t good;			/* signatures of the last that served */
	unsigned failures;		/* of the main one's loads, in a row */
	bool is_hopeless;		/* it said itself that it cannot */
	bool copied_anew;		/* since one served: the folders */
	bool closing;			/* no start any more */
	unsigned ending;		/* children that must still end */
	struct settings next;		/* of the successor */
	uint32_t next_n;		/* their snapshot */
	uint64_t engine;		/* bytes of the last one that served */
	int retry;			/* timer: a look for memory */
	int load;			/* timer: its longest load */
	struct brake brake;		/* of renewals */
	int renewal;			/* timer: one that was put off */
	uint32_t renewal_of;		/* this generation */
	bool is_put_off;		/* this was told */
	struct proof proof;

	/* A reload that was asked for is over; NULL: nobody wants to know. */
	void (*over)(void *ctx, const struct reload_end *);
	void *over_ctx;
};

void generations_init(struct generations *, struct house *);
void generations_start(struct generations *);
uint32_t generations_serving(const struct generations *);

/* Settings and signatures anew. Returns at once; over() follows, perhaps at
 * once. Asked for again while it is under way, it is done again after it, once
 * for all who ask meanwhile; a set that somebody asked for stays asked for. */
void generations_reload(struct generations *, const struct reload_ask *);

/* Whoever asks now is told of the end of this run. */
uint32_t generations_next_run(const struct generations *);

/* Stay with the set that serves, or no more; false: none is kept. A reload that
 * is under way brings no other set then, and no set that was asked for. */
bool generations_pin(struct generations *, bool on);

/* No start any more; then the end of all, told as NEWS_KEEPER_ENDED. */
void generations_hold(struct generations *);
void generations_stop(struct generations *);
bool generations_reap(struct generations *, pid_t);

#endif
