/* SPDX-License-Identifier: GPL-2.0-only */
/* place_marks - where containers may begin, by their marks. Worker only; pure
 * functions. */
#ifndef UNPACK_PLACE_MARKS_H
#define UNPACK_PLACE_MARKS_H

#include "unpack/contents.h"
#include "unpack/slice.h"

struct place {
	size_t at;			/* its first byte */
	enum contents_kind kind;
	size_t mark;			/* the mark's first byte */
};

/* The marks by their first two bytes: all that most of a body is looked at. */
struct place_index {
	uint8_t row[256];
	uint8_t pairs[65536 / 8];	/* bits */
};

void place_index(struct place_index *);

/* The next one whose mark is at `from` or later, in the order of the marks; of
 * equal marks there is one. False: none. */
bool place_next(const struct place_index *, struct slice, size_t from,
    struct place *place_out);

/* By its own header: how long it is; 0: that says nothing. */
size_t place_length(struct slice, enum contents_kind);

/* A cpio whose first name would be longer than all there is, and than any:
 * libarchive takes as much memory before it looks, other readers get nothing
 * out. */
bool place_absurd(struct slice);

/* By the checksum of its header: it is a file of lzop, which nobody opens. */
bool place_is_lzop(struct slice);

/* Begins so that some readers of lzma go on with it, as one file with what
 * came before; also behind zeros. */
bool place_joins_lzma(struct slice);

/* A frame of zstd and lz4 that their readers pass over: its content, and what
 * follows it. False: there is none. */
bool place_skippable(struct slice *rest, struct slice *content_out);

#endif
