/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * place_search - the marks of containers (place_marks.h) in a body, one after
 * another, as fast as may be: it is done with each byte of each body. Worker
 * only.
 */
#ifndef UNPACK_PLACE_SEARCH_H
#define UNPACK_PLACE_SEARCH_H

#include "unpack/place_marks.h"

/* On its way through a body. */
struct place_search {
	struct slice body;
	size_t from;			/* marks before it were told */
};

/* Before the first fork: does now what would be done lazily. */
void places_prepare(void);

struct place_search places_in(struct slice body);

/* The next one, in the order of the marks: each that place_at() knows. False:
 * none. */
bool place_next(struct place_search *, struct place *place_out);

/* The same, with its mark before `end`. */
bool place_next_before(struct place_search *, size_t end,
    struct place *place_out);

/* Of a WARC: has the head that begins at `at` its end within so much? Who reads
 * it looks no further. Marks may be many in front of one end, or of none: *end,
 * at first 0, is the last that was found, so that time is linear in all. */
#define PLACE_HEAD (64 << 10)
bool place_has_head(struct slice body, size_t at, size_t *end);

#endif
