/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * others - containers of which libarchive knows nothing, and that are read by
 * small readers of our own: one table. Worker only.
 */
#ifndef UNPACK_OTHERS_H
#define UNPACK_OTHERS_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* By a look: others_read() could find something. */
bool others_likely(struct slice);

/* Visits what is in it. False: the sink wants no more. */
bool others_read(struct slice, const char *path, const struct sink *);

#endif
