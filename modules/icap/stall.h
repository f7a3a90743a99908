/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stall - finds out that Squid has stopped, and how little keeps it going.
 * Runs in c-icap, in the thread of the request.
 *
 * Squid 5.7 as in Debian 12 (Squid bug 5352, came with the fix for
 * CVE-2024-25111) stops for good after 65535 bytes of a body when its origin
 * was faster than our answer; or after 65534, as it never makes room for one
 * byte alone. It goes on when the headers of the answer and one byte per MB
 * received come back. Tried up to 60 MB; headers alone
 * stall again at 3.3 MB.
 */
#ifndef ICAP_STALL_H
#define ICAP_STALL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/settings.h"

#define STALL_FROM 65534	/* the two places where Squid stops */
#define STALL_TO 65535
#define STALL_SILENCE_MS 250
#define STALL_DRIP_PER 1000000	/* received bytes for each that goes out */

enum stall_step {
	STALL_HOLD,		/* nothing to do */
	STALL_LISTEN,		/* it may have stopped: stall_silent() tells */
	STALL_LET_GO		/* begin to answer now */
};

struct stall_view {
	enum drip drip;		/* the setting */
	uint64_t received;	/* body bytes so far, preview included */
	uint64_t declared;	/* Content-Length, a hint; 0: not known */
	bool at_end;		/* the last byte is here */
	bool more_here;		/* c-icap has unread bytes of this client */
};

enum stall_step stall_step(const struct stall_view *);

/* True when nothing comes until then (clock_ms()). `due`: bytes (of the line
 * end after the chunk) that may still be under way and do not count. False at
 * once when something comes, the client leaves, or *ending turns true. */
bool stall_silent(int fd, size_t due, int64_t until,
    const atomic_bool *ending);

/* How many body bytes may be out when so many were received. */
uint64_t stall_allowance(uint64_t received);

#endif
