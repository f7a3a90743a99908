/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict_set - one set of places of the table of verdicts, and who has to
 * leave it: S3-FIFO in small. A new entry waits in a short queue; if nobody
 * asks for it there it goes, and only its mark is remembered for a while. Who
 * is asked for, or comes back while it is remembered, gets into the long queue.
 * So a stream of bodies that come once passes through the short one.
 *
 * In shared memory, no lock, all relaxed: a race costs an entry at most. Its
 * labels decide who leaves, and nothing else: what an entry is stands in it.
 */
#ifndef CACHE_VERDICT_SET_H
#define CACHE_VERDICT_SET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define SET_WAYS 15
#define SET_SHORT 2			/* of them, the short queue */
#define SET_PAD 17
#define ENTRY_WORDS 32

/* A page. */
struct verdict_set {
	_Atomic uint64_t label[SET_WAYS];
	_Atomic uint32_t gone[SET_WAYS];	/* marks of who left */
	_Atomic uint32_t clock, hand;
	uint32_t pad[SET_PAD];
	_Atomic uint64_t entry[SET_WAYS][ENTRY_WORDS];
};

/* What of a key stands in labels. */
struct set_mark {
	uint16_t tag;
	uint16_t generation;	/* its lower SET_GENERATION_BITS */
	uint32_t gone;		/* never 0 */
};

#define SET_GENERATION_BITS 12

struct set_mark set_mark(const uint64_t digest[static 4], uint32_t generation);

/* The first place from `from` on that may be its; SET_WAYS: none. */
unsigned set_find(const struct verdict_set *, unsigned from,
    const struct set_mark *);

/* Somebody asked for it. */
void set_asked(struct verdict_set *, unsigned way);

enum set_place { PLACE_FREE, PLACE_TAKEN };

/* A place for a new one, and whether another one had to leave for it. */
enum set_place set_place(struct verdict_set *, const struct set_mark *,
    unsigned *way_out);

/* It stands there now. */
void set_entered(struct verdict_set *, const struct set_mark *, unsigned way);

#endif
