/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lzma - .lzma files that libarchive does not take for one, and other readers
 * open: with any properties and dictionary, whatever length they tell, behind
 * an empty one of zeros, and .lzma86, which has a byte before it. Worker only.
 *
 * The header is no proof: what cannot be read was none, but where it is as
 * packers write it.
 */
#ifndef UNPACK_LZMA_H
#define UNPACK_LZMA_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool lzma_likely(struct slice);

/* Visits what comes out. What x86 code is made of it, nobody here undoes: that
 * is `unsupported`. False: the sink wants no more. */
bool lzma_walk(struct slice, const char *path, const struct sink *);

#endif
