/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hfs - files of an HFS+ that are packed by the file system itself. Worker
 * only. The engine reads those that are packed by zlib; at any other it ends,
 * and says nothing of that one and of all that follow.
 */
#ifndef UNPACK_HFS_H
#define UNPACK_HFS_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* Has it one of the others? */
bool hfs_likely(struct slice);

/* Notes "Container.HFS". True. */
bool hfs_walk(struct slice, const char *path, const struct sink *);

#endif
