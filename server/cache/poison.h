/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * poison - bodies that cost workers their lives: after two of them a body is
 * refused by its digest, without a third. In the shared segment, written by
 * all c-icap children; forgotten with each reload, but not when a fresh keeper
 * is loaded because of such bodies.
 *
 * Fixed size, no lock: an entry carries a checksum and is copied, then checked;
 * a torn one counts as empty. So the worst that a race does is one death that
 * is not counted; a body is refused only by its whole digest and length.
 */
#ifndef CACHE_POISON_H
#define CACHE_POISON_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POISON_MAX 128
#define POISON_DEATHS 2		/* so many workers, and never again */
#define POISON_WORDS 8		/* digest (4), length, deaths, time, check */

struct poison_list {
	_Atomic uint32_t epoch;		/* entries of another one are past */
	_Atomic uint32_t any;		/* epoch + 1 of the newest entry */
	_Atomic uint64_t entry[POISON_MAX][POISON_WORDS];
};

struct poison_key {
	uint64_t digest[4];		/* SHA-256 */
	uint64_t len;
};

/* Is there an entry of this length? Only then a digest is worth its time. */
bool poison_may_know(const struct poison_list *, uint64_t len);

#define POISON_DIGEST 32

struct poison_key poison_key(const uint8_t digest[static POISON_DIGEST],
    uint64_t len);

/* Workers that this body has cost. */
unsigned poison_deaths(const struct poison_list *, const struct poison_key *);

/* One more; returns how many that makes. The least harmful entry makes room. */
unsigned poison_add(struct poison_list *, const struct poison_key *,
    int64_t now_ms);

/* A worker lived through it: a single death was not its fault. What is refused
 * stays so. */
void poison_forgive(struct poison_list *, const struct poison_key *);

/* Supervisor: all is forgotten. */
void poison_next(struct poison_list *);

#endif
