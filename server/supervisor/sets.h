/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sets - which set of signatures a keeper is started with: a fresh copy of the
 * folders, or one that was kept. Supervisor; copies in an errand, as the
 * folders may be readable for nobody else.
 */
#ifndef SUPERVISOR_SETS_H
#define SUPERVISOR_SETS_H

#include "supervisor/errand.h"
#include "supervisor/house.h"

struct sets {
	struct house *house;
	uint32_t current;		/* of the main keeper; 0: the folders */
	uint32_t next;			/* of its successor */
	bool is_copy;			/* next is: goes if it is refused */
	uint32_t failed[STORE_SETS_MAX];
	unsigned failed_count;		/* sets that do not load */
	struct text_list from;		/* what is being copied */
	struct errand errand;
	void (*copied)(void *ctx, bool good, const char *reason);
	void *ctx;
};

void sets_init(struct sets *, struct house *,
    void (*copied)(void *ctx, bool good, const char *reason), void *ctx);

/* sets_another.c, for the start: of the pinned set, the one that served last
 * and the newest others that did, the first that has not failed; 0: none. */
uint32_t sets_kept(const struct sets *);
void sets_failed(struct sets *, uint32_t n);

/* next is the first of this start. A pin on one that failed goes along to a
 * kept one, and away for a copy. */
void sets_first(struct sets *, bool is_kept);

/* A copy for a successor: copied() follows. Without a store, or pinned, at
 * once. */
void sets_copy(struct sets *, const struct text_list *);

/* Set n for a successor, if it still is what was copied: copied() follows. */
void sets_use(struct sets *, uint32_t n);

/* Is the copy what serves already? Then it goes, and that is used again. */
bool sets_unchanged(struct sets *);

void sets_same(struct sets *);		/* the one that serves, again */
void sets_refuse(struct sets *);	/* the successor came to nothing */
void sets_swap(struct sets *);		/* it is the main one now */
void sets_good(struct sets *, const struct signature_info *);

/* sets_another.c: instead of the current one, which cannot be loaded, the
 * newest that did serve and has not failed. False: there is none. */
bool sets_another(struct sets *);
void sets_none_failed(struct sets *);

bool sets_pinned(const struct sets *);
void sets_pin(struct sets *, bool on);

void sets_stop(struct sets *);
bool sets_reap(struct sets *, pid_t);

#endif
