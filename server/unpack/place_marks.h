/* SPDX-License-Identifier: GPL-2.0-only */
/* place_marks - where containers may begin, by their marks. Worker only; pure
 * functions. */
#ifndef UNPACK_PLACE_MARKS_H
#define UNPACK_PLACE_MARKS_H

#include "unpack/contents.h"
#include "unpack/place_images.h"
#include "unpack/slice.h"

struct place {
	size_t at;			/* its first byte */
	enum contents_kind kind;
	const struct image *image;	/* NULL: a container of a kind or, of no
					 * kind, a member of a zip */
};

bool place_is_member(const struct place *);

/* The bytes of each mark, at least two. False: there are no more. */
bool place_mark(size_t number, struct slice *bytes_out);

/* Is a mark at this byte? Of equal marks there is one. */
bool place_at(struct slice body, size_t at, struct place *place_out);

/* By its own header: how long it is; 0: that says nothing. */
size_t place_length(struct slice, enum contents_kind);

/* A cpio whose first name would be longer than all there is, and than any:
 * libarchive takes as much memory before it looks, other readers get nothing
 * out. */
bool place_absurd(struct slice);

/* A binary cpio, by its two bytes, with a first name that ends where it says: a
 * body that begins with these bytes by chance has none. */
bool place_is_old_cpio(struct slice);

/* By the checksum of its header: it is a file of lzop, which nobody opens. */
bool place_is_lzop(struct slice);

/* An ar without the line end that others than busybox want. */
bool place_is_odd_ar(struct slice);

/* Where a PDF begins behind something else, further in than browsers look for
 * it; s.len: nowhere. Not in a form: the engine knows nothing that begins so,
 * and looks for a PDF itself. */
size_t place_of_pdf(struct slice);

/* Begins so that some readers of lzma go on with it, as one file with what
 * came before; also behind zeros. */
bool place_joins_lzma(struct slice);

/* A frame of zstd and lz4 that their readers pass over: its content, and what
 * follows it. False: there is none. */
bool place_skippable(struct slice *rest, struct slice *content_out);

#endif
