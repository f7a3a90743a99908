/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labels - what stands in the heads of a container: names, remarks, records,
 * links. libarchive passes over them; a reader that refuses the container for
 * them looks for others in there. Worker only.
 */
#ifndef UNPACK_LABELS_H
#define UNPACK_LABELS_H

#include "unpack/contents.h"
#include "unpack/slice.h"

#define LABELS_MAX 1024		/* honest ones have next to none */

/* Where in a body another container may begin in one, in ascending order. Made
 * of zeros. */
struct labels {
	size_t count;
	size_t at[LABELS_MAX];
};

/* Adds those of a container that was read whole, from `from` up to `end`. Time
 * linear in its heads; of gzip in all of it. False: there are too many. */
bool labels_add(struct labels *, enum contents_kind, struct slice body,
    size_t from, size_t end);

bool labels_have(const struct labels *, size_t at);

#endif
