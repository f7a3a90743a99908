/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rar - what libarchive passes over in a RAR archive up to version 4: a member
 * with the name of the one before. Worker only.
 */
#ifndef UNPACK_RAR_H
#define UNPACK_RAR_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* From its mark on; notes "Rar.Names". Linear in the number of its blocks, each
 * of which is spent. False: the sink wants no more. */
bool rar_check(struct slice, const char *path, const struct sink *);

#endif
