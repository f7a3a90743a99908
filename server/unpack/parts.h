/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parts - what programs and films are made of, and 7z takes out as files: by
 * tables of where each part begins and how long it is. Worker only.
 *
 * The engine scans a part with the whole; only one that begins as a file of a
 * known kind, or as text, is scanned once more, as a file of its own.
 */
#ifndef UNPACK_PARTS_H
#define UNPACK_PARTS_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* Where in a row a number is, and of how many bytes. */
struct part_field {
	unsigned at, len;
};

struct part_table {
	struct slice body;		/* from which offsets count */
	uint64_t at, count;		/* of its rows */
	uint64_t step;			/* from each to the next */
	uint64_t cut;			/* off the file, but not off offsets */
	struct part_field offset, size;
	struct part_field kind;		/* .len 0: there are none */
	uint64_t empty;			/* the kind of which nothing is there */
	bool big;			/* the highest byte first */
};

/* A number of the table's file, or of one of its rows. */
uint64_t part_number(const struct part_table *, uint64_t at,
    struct part_field);

/* Behind the last of its rows, and of what they name in the file, be it there
 * or not; 0: it has none. */
uint64_t parts_end(const struct part_table *);

/* Visits it if it begins as a file. Both: false if the sink wants no more. */
bool part_visit(struct slice, const char *path, const struct sink *);
bool parts_visit(const struct part_table *, const char *path,
    const struct sink *);

#endif
