/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mbr - the partitions of a disk image, by its first sector. Worker only.
 *
 * The engine finds them, too, but not where that sector begins like a page or
 * another file, which no machine minds. Those of a GPT are left to it.
 */
#ifndef UNPACK_MBR_H
#define UNPACK_MBR_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool mbr_likely(struct slice);	/* has a table with a partition in it */

/* Visits each partition that begins in the body, as a piece, also those within
 * an extended one, 128 at most. False: the sink wants no more. */
bool mbr_walk(struct slice, const char *path, const struct sink *);

#endif
