/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stall - finds out that Squid has stopped, and how little keeps it going.
 * Runs in c-icap, in the thread of the request.
 *
 * Squid 5.7 as in Debian 12 (Squid bug 5352, came with the fix for
 * CVE-2024-25111) reads an origin no more, for good, that has bytes when the
 * 65535 between it and us are full (65534, as it never makes room for one byte
 * alone). Some of the answer makes it go on: its headers and a byte.
 *
 * They are full once for sure, as it gives up none of the first 65535 before.
 * Later they are full only when we take a body too slowly: on a machine with
 * much to do. A byte for each MB received keeps it going then, as a rule. Where
 * it has stopped nevertheless, it is silent, and has sent as much as it holds
 * since it was silent last: a slow origin seldom has.
 */
#ifndef ICAP_STALL_H
#define ICAP_STALL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/settings.h"

#define STALL_FROM 65534	/* what Squid holds: where it stops first */
#define STALL_TO 65535
#define STALL_SILENCE_MS 250	/* there, and once the answer has begun */
#define STALL_LATER_MS 3000	/* elsewhere: some origins pause, too */
#define STALL_NUDGES 64		/* bytes of a body beside those by the MB */
#define STALL_DRIP_PER 1000000	/* received bytes for each that goes out */

enum stall_step {
	STALL_HOLD,		/* nothing to do */
	STALL_LISTEN,		/* it may have stopped: stall_silent() tells */
	STALL_LISTEN_LONG,	/* so, if stall_is_likely(), STALL_LATER_MS */
	STALL_LET_GO		/* begin to answer now */
};

struct stall_view {
	enum drip drip;		/* the setting */
	uint64_t received;	/* body bytes so far, preview included */
	uint64_t declared;	/* Content-Length, a hint; 0: not known */
	bool at_end;		/* the last byte is here */
	bool more_here;		/* c-icap has unread bytes of this client */
	bool is_upload;		/* Squid stops there only at first */
	uint64_t silent_at;	/* received when it was silent last */
};

/* While nothing of the answer is out. */
enum stall_step stall_step(const struct stall_view *);

/* Behind the first place: has it sent as much as it holds? */
bool stall_is_likely(const struct stall_view *);

/* True when nothing comes until then (clock_ms()). `due`: bytes (of the line
 * end after the chunk) that may still be under way and do not count. False at
 * once when something comes, the client leaves, or *ending turns true. */
bool stall_silent(int fd, size_t due, int64_t until,
    const atomic_bool *ending);

/* How many body bytes may be out when so many were received. */
uint64_t stall_allowance(uint64_t received);

#endif
