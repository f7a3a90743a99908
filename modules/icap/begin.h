/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * begin - shall an answer begin before all of its body is here? Runs in c-icap,
 * in the thread of the request, when something has come.
 */
#ifndef ICAP_BEGIN_H
#define ICAP_BEGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "icap/request.h"

/* What c-icap knows of the input. */
struct begin_view {
	int fd;			/* the client's */
	size_t due;		/* bytes of this chunk, line end included, that
				 * are still under way */
	bool more_here;		/* it has unread bytes of this client */
	bool at_end;		/* the last byte is here */
	bool is_writing;	/* it has bytes that are not written yet */
};

/* Of an undecided request. Waits a little where c-icap would wait too long;
 * what it said once it says again. */
bool begin_is_due(struct request *, const struct begin_view *);

/* Of one whose answer has begun, when there is nothing to give: if Squid has
 * stopped again (stall.h), one byte more may be given now. */
void begin_nudge(struct request *, const struct begin_view *);

#endif
