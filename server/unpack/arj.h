/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arj - whether an ARJ archive is all there, and as packers write it: only the
 * engine opens them, and says nothing of what it does not. Worker only.
 */
#ifndef UNPACK_ARJ_H
#define UNPACK_ARJ_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* By the checksum of its first header. */
bool arj_begins(struct slice);

/* From its first byte on, up to its end; notes with "Container..." causes. One
 * behind anything else, too: that is OUTCOME_UNSUPPORTED.
 * Linear, but for headers behind marks, which are spent. */
void arj_check(struct slice, const char *path, const struct sink *);

#endif
