/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lines - what may begin at any line of a body: uu (uu.h) and mails (mail.h),
 * looked for in one go, as most bodies have neither. Worker only.
 */
#ifndef UNPACK_LINES_H
#define UNPACK_LINES_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool lines_likely(struct slice);

/* False: the sink wants no more. */
bool lines_walk(struct slice, const char *path, const struct sink *);

#endif
