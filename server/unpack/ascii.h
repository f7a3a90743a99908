/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ascii - bodies that are, as a whole, a file written with letters: base64 and
 * Intel's HEX. Worker only.
 */
#ifndef UNPACK_ASCII_H
#define UNPACK_ASCII_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool ascii_is_base64(struct slice);	/* with nothing else in it */
bool ascii_is_hex(struct slice);	/* by its first line */

/* Visit what they are the letters of, each piece that has no gap. False: the
 * sink wants no more. */
bool ascii_read_base64(struct slice, const char *path, const struct sink *);
bool ascii_read_hex(struct slice, const char *path, const struct sink *);

#endif
