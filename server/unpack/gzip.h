/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gzip - checks what libarchive does not: header, checksum and length of each
 * member of a gzip file. What only lenient readers take out is visited, as is
 * the one file that members with zeros between them make. Worker only.
 */
#ifndef UNPACK_GZIP_H
#define UNPACK_GZIP_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* Time linear in the bytes and in what comes out, which is not spent where
 * libarchive gets it, too. Notes with "Gzip..." causes. False: the sink wants
 * no more. */
bool gzip_walk(struct slice, const char *path, const struct sink *);

/* Bytes of the header of a member; 0: it is none. All of them, where its texts
 * are longer than any. */
size_t gzip_head(struct slice);

#endif
