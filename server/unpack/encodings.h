/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * encodings - undoes Content-Encoding, in each way that a client may, and
 * visits what comes out. Worker only. What is decided about bodies that are not
 * as their header says stands in server/README.md.
 */
#ifndef UNPACK_ENCODINGS_H
#define UNPACK_ENCODINGS_H

#include "unpack/budget.h"
#include "unpack/sink.h"
#include "wire/told.h"

#define ENCODINGS_MAX 16

enum coding { CODING_GZIP, CODING_DEFLATE, CODING_BR, CODING_ZSTD };

struct encodings {
	enum coding list[ENCODINGS_MAX];	/* as they were applied */
	unsigned count;
	const char *unknown;	/* there is one that we cannot undo: its name
				 * if we know that; "" if not; NULL: none */
	bool more;		/* than we take */
};

/* Any text. Takes no time that is not linear in it. */
struct encodings encodings_parse(const struct told_text *);

/* The raw body is visited, too, unless it can be nothing but what came out. */
void encodings_read(const struct told *, const uint8_t *body, size_t len,
    struct budget *, const struct sink *);

#endif
