/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * corpus - the bodies of a bench: templates that corpus.py made, each with
 * places for a number. Number n written into them makes a body that nobody saw
 * before and that is still valid: checksums are put right. Lines of the index:
 *
 *	kind weight expected length places file Content-Type
 *
 * where places are "at" or "at,FIXED+after,..." by ";", FIXED is l, b (CRC-32,
 * little and big endian) or a (Adler-32) and where that checksum stands, and
 * after how many bytes it covers behind the number.
 */
#ifndef BENCH_CORPUS_H
#define BENCH_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORPUS_NUMBER 16	/* hex digits */
#define CORPUS_FIXES 4
#define CORPUS_PLACES 8

struct corpus_fix {
	char kind;
	size_t at, after;
};

struct corpus_place {
	size_t at, fixes;
	struct corpus_fix fix[CORPUS_FIXES];
};

struct template {
	char kind[24], type[96], file[64];
	bool infected;
	unsigned weight;
	char *bytes;		/* NULL: not fetched */
	size_t len, places;
	struct corpus_place place[CORPUS_PLACES];
};

struct corpus {
	const char *folder;
	struct template *templates;	/* in the order of the index */
	size_t count;
};

/* Reads the index of a folder, which is to stay. 0, or -1 and a line on
 * stderr. */
int	corpus_open(struct corpus *, const char *folder);

/* Reads the bytes of a template, or of all of a kind, which are not there yet.
 * As above. */
int	corpus_fetch(const struct corpus *, struct template *);
int	corpus_fetch_kind(const struct corpus *, const char *kind);

/* Makes `body`, which holds a copy of the template with any number in it, the
 * body of that number. */
void	corpus_number(const struct template *, char *body, uint64_t number);

void	corpus_close(struct corpus *);

#endif
