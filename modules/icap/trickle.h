/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trickle - how much of a body may be out before its verdict, and from when on.
 * Runs in c-icap, in the thread of the request.
 *
 * One mechanism for both reasons: the browser shall not wait in the dark
 * (`trickle.` of the settings), and Squid must not stall (stall.h).
 */
#ifndef ICAP_TRICKLE_H
#define ICAP_TRICKLE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/settings.h"
#include "icap/request.h"

#define TRICKLE_TICK_MS 250	/* so often more may go out */

struct trickle_view {
	bool may;		/* trickle_may() */
	bool is_letting;	/* the answer has begun, or Squid had stalled */
	bool at_end;		/* the last byte is here */
	uint64_t received;	/* body bytes so far */
	uint64_t declared;	/* Content-Length, a hint; 0: not known */
	int64_t age_ms;		/* of the request */
};

struct trickle_view trickle_view(const struct request *, int64_t now_ms);

/* Whenever it is due: is it long enough? A declared length counts until the end
 * is here, so that the head of an answer can go out ahead, with one byte. */
bool trickle_can(const struct settings *, const struct trickle_view *);

/* Until it is due by its time; 0: it is. */
int64_t trickle_wait_ms(const struct settings *, const struct trickle_view *);

/* How many body bytes may be out; never less than a while ago. Of what trickles
 * at most its share and not the last ones that have come; by its rate, and
 * beyond that, as of what drips, what keeps Squid going. */
uint64_t trickle_allowance(const struct settings *,
    const struct trickle_view *);

/* By what is known before the body: a download of one of the kinds, which all
 * that is said of it agrees with; and nothing is to be marked or to be answered
 * otherwise, as its head is out too early for that. */
bool trickle_may(const struct request *);

/* It can and is due, so that the answer begins: notes and counts that, once. */
bool trickle_begins(struct request *, int64_t now_ms);

/* How many more of its body bytes may be out now, while it is undecided. */
uint64_t trickle_left(const struct request *);

#endif
