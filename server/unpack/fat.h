/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fat - the files of a FAT file system (12, 16, 32 bits), of which every start
 * disk for EFI has one in it. Worker only.
 *
 * It is read as the lenient do: by each table that is no copy of the first,
 * behind the end of a folder, too, and whatever else the entry of a file says
 * of itself. Deleted files are none.
 */
#ifndef UNPACK_FAT_H
#define UNPACK_FAT_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* Does its first sector describe one? */
bool fat_likely(struct slice);

/* Visits each file; a folder that is in itself once. Notes with "Fat..."
 * causes what is not all there. False: the sink wants no more. */
bool fat_walk(struct slice, const char *path, const struct sink *);

#endif
