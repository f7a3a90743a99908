/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * encodings_fixture - reads a body by its Content-Encoding, and keeps all that
 * was visited. For tests of unpack/encodings.h.
 */
#ifndef UNIT_ENCODINGS_FIXTURE_H
#define UNIT_ENCODINGS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packers.h"
#include "unpack/encodings.h"
#include "wire/verdict.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define PLAIN "what the client gets to see, and nothing else"
#define SEEN_MAX 64
#define LIMIT (8 << 20)		/* bytes that may come out */
#define WAYS 7

/* One text a visit. */
extern struct seen {
	struct packed list[SEEN_MAX];
	char names[SEEN_MAX][200];
	size_t count;
	struct verdict best;
} seen;

extern const struct sink seeing;

extern uint32_t depth;			/* containers in containers */

/* Each coding, with all of its names; the last does nothing. */
extern const struct way {
	char how;			/* of packers.h */
	const char *header;
} ways[WAYS];

void forget(void);
void read_told(const struct told *, const void *, size_t len);
void read_as(const char *header, const void *, size_t len);

/* The visit of exactly these bytes, or -1. */
int found(const void *, size_t len);
bool found_text(const char *);

void expect(const char *what, enum outcome, const char *cause);

/* Text of which a bit more is left with each byte. */
struct packed long_text(size_t len);

#endif
