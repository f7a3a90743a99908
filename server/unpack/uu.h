/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uu - files that are written as lines of uu behind a line that begins with
 * "begin", wherever that is in a body, or as base64 behind "begin-base64".
 * Worker only; time linear in the body and in what comes out.
 *
 * What libarchive takes for uu it reads by itself; others take any mode and
 * name, none, or more letters than have a meaning.
 */
#ifndef UNPACK_UU_H
#define UNPACK_UU_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* Something comes out of such lines. */
bool uu_likely(struct slice);

/* Visits what does, as pieces: any text may have such a line. False: the sink
 * wants no more. */
bool uu_walk(struct slice, const char *path, const struct sink *);

#endif
