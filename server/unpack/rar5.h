/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rar5 - what libarchive passes over in a RAR archive from version 5 on:
 * services that hold a file, as the streams of NTFS that lie beside one. Worker
 * only.
 */
#ifndef UNPACK_RAR5_H
#define UNPACK_RAR5_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* From its mark on. Visits those that are stored; of others notes
 * "Container.Unsupported" or "Container.Encrypted". Linear in the heads of its
 * blocks, which are spent. False: the sink wants no more. */
bool rar5_walk(struct slice, const char *path, const struct sink *);

#endif
