/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * place_images - disk images behind other bytes, by their marks: 7z looks for
 * them there. Those at the first byte of a body the engine is asked about
 * (magics.h), and readers by their own checks. Worker only; pure functions.
 */
#ifndef UNPACK_PLACE_IMAGES_H
#define UNPACK_PLACE_IMAGES_H

#include "unpack/slice.h"

struct image;		/* a kind of them */

/* The bytes of each mark, at least two. False: there are no more. */
bool image_mark(size_t number, struct slice *bytes_out);

/* Is a mark at this byte, and all else as readers want it? NULL: no. */
const struct image *image_at(struct slice body, size_t at, size_t *from_out);

/* From its first byte on: how much of this is it? 0: nobody here opens it. */
size_t image_length(const struct image *, struct slice);

#endif
