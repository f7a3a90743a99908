/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mail - does a body begin as a mail with parts, or as one that is to be
 * decoded? What the engine takes for a mail begins with one of some headers;
 * readers of mail take any. Worker only.
 */
#ifndef UNPACK_MAIL_H
#define UNPACK_MAIL_H

#include "unpack/slice.h"

/* By a look at its beginning: costs next to nothing for what is no header. */
bool mail_likely(struct slice);

/* The mail; of an mbox the first. */
struct slice mail_first(struct slice);

#endif
