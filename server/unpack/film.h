/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * film - the tags of Flash films (SWF) and videos (FLV), as 7z takes them out
 * (see parts.h). Worker only. The engine unpacks a packed SWF.
 */
#ifndef UNPACK_FILM_H
#define UNPACK_FILM_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool swf_likely(struct slice);
bool flv_likely(struct slice);

/* Both: false if the sink wants no more. */
bool swf_walk(struct slice, const char *path, const struct sink *);
bool flv_walk(struct slice, const char *path, const struct sink *);

#endif
