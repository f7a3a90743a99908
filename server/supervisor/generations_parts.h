/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * generations_parts - what the files generations*.c share, and nobody else.
 */
#ifndef SUPERVISOR_GENERATIONS_PARTS_H
#define SUPERVISOR_GENERATIONS_PARTS_H

#include "supervisor/generations.h"

/* generations_ask.c */
void generations_tell(struct generations *, uint32_t run, uint32_t use,
    bool good, const char *text);
void generations_keep_waiting(struct generations *);	/* ask into next_ask */

/* generations_main.c. fits: what it has loaded may serve, else `why` not.
 * failed: it died before it served. is_failing: and waits for its next start */
bool generations_fits(const struct generations *, const struct keeper_child *,
    struct err *why);
void generations_main_good(struct generations *);
void generations_main_failed(struct generations *);
bool generations_main_is_failing(const struct generations *);

/* generations_start.c: what sets_copy() or sets_use() of `first` came to. */
void generations_first_over(struct generations *, bool good,
    const char *reason);

/* generations_reload.c */
void generations_reload_init(struct generations *);
void generations_begin(struct generations *, const struct reload_ask *,
    uint32_t run);
void generations_begin_again(struct generations *);
void generations_start_successor(struct generations *);
int generations_leave_seconds(const struct settings *);
void generations_renew(struct generations *);	/* as it is, but fresh */
void generations_prove(struct generations *);	/* the successor is up */
void generations_drop(struct generations *, const char *reason);

/* generations_show.c: what was remembered by the signatures of before. */
void generations_forget(const struct generations *);

/* generations_refusal.c. mended: what this run looked at was good. */
void generations_refuse(struct generations *, const char *reason);
void generations_mended(struct generations *, bool swapped);

/* generations_room.c. note_engine: the main one has loaded all. True: the
 * successor can start. Else it is seen to, and `why` says what was missing. */
void generations_note_engine(struct generations *);
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
is_more(const struct generations *g)
{
	return g->again || g->redo;
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
