/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store - sets of signatures, each a copy with a manifest, so that what serves
 * cannot change under it, and can come back. Supervisor; the tool reads.
 *
 *	<state>/set-<n>/0, 1 ...	the files, one folder for each origin
 *	<state>/set-<n>/manifest
 *	<state>/current			"<n> <signatures>", the last that served
 *	<state>/pinned			"<n>"
 *
 * One gateway holds a lock on the folder: two would drop each other's sets.
 */
#ifndef SIGNATURES_STORE_H
#define SIGNATURES_STORE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/account.h"
#include "base/err.h"
#include "config/settings.h"
#include "signatures/manifest.h"

#define STORE_SETS_MAX 256

struct store {
	char folder[SETTING_TEXT];	/* "": nothing is kept */
	const struct account *reader;	/* of the copies; NULL: only we */
	int lock;			/* the folder, held; -1: not */
};

/* Makes the folder if it is not there. Refuses one that others may write, and
 * (STORE_TAKEN) one that another gateway uses. reader is borrowed. */
#define STORE_TAKEN (-2)
int store_open(struct store *, const char *folder, const struct account *reader,
    struct err *);
void store_close(struct store *);

/* "<state>/set-<n>"; "-" for 0 or without a store. */
const char *store_path(const struct store *, uint32_t n, char out[PATH_MAX]);

uint32_t store_current(const struct store *);	/* 0: none */
uint32_t store_pinned(const struct store *);	/* 0: none */
uint64_t store_good(const struct store *, uint32_t n);	/* how many signatures
				 * it served with; 0: it never did */
/* So many the last one served with, whatever became of it. 0: not known. */
uint64_t store_last_good(const struct store *);
uint32_t store_next(const struct store *);	/* a number that is free */
bool store_has(const struct store *, uint32_t n);

/* The sets there are, ascending; how many. */
size_t store_list(const struct store *, uint32_t out[STORE_SETS_MAX]);
/* Half ones, too: their numbers are not free. */
size_t store_list_all(const struct store *, uint32_t out[STORE_SETS_MAX]);

/* Copies the folders into the new set n. Takes its time: in an errand. */
int store_take(const struct store *, uint32_t n, const struct text_list *,
    struct err *);

/* Set n has proved itself and serves: the others but the newest `keep` go. */
int store_accept(const struct store *, uint32_t n,
    const struct signature_info *, uint64_t keep, struct err *);

/* Are the files of its manifest there, with their sizes? At once. Set 0 is. */
int store_whole(const struct store *, uint32_t n, struct err *);

/* Are its files still those of its manifest? Takes its time, too. */
int store_verify(const struct store *, uint32_t n, struct err *);

int store_pin(const struct store *, uint32_t n, struct err *);	/* 0: no more */
void store_drop(const struct store *, uint32_t n);

int store_manifest(const struct store *, uint32_t n, struct manifest *,
    struct err *);
/* One digest of all that is in the set; "" for none. */
void store_digest(const struct store *, uint32_t n,
    char out[SET_DIGEST_LEN + 1]);
bool store_same(const struct store *, uint32_t a, uint32_t b);

#endif
