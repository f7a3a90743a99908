/* SPDX-License-Identifier: GPL-2.0-only */
/* dmg_runs - what one table of a disk image of Apple's makes of its runs of
 * sectors. Worker only; for dmg.c. */
#ifndef UNPACK_DMG_RUNS_H
#define UNPACK_DMG_RUNS_H

#include "unpack/pile.h"
#include "unpack/sink.h"
#include "unpack/slice.h"

struct runs {
	struct slice data;	/* what is packed, and whatever is behind it */
	const struct sink *sink;
	const char *path;
	size_t *free;		/* bytes that may be unpacked for nothing */
	struct pile out;
	bool ended;		/* by the sink */
};

/* Puts them out one behind the other; spends it. Notes what is wrong. */
void runs_read(struct runs *, struct slice table, uint64_t count);

#endif
