/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * decide - the one place where a request is decided, counted and logged: once.
 * Runs in c-icap, in the thread of the request.
 */
#ifndef ICAP_DECIDE_H
#define ICAP_DECIDE_H

#include "icap/request.h"

/* reason: why it is not a worker's verdict, or NULL. */
void decide(struct request *, const struct verdict *, enum action,
    const struct err *reason);

/* The action that its policy has for the outcome, or for `forbidden` where that
 * is noted and graver. What an entry of a list lets pass passes; in watch mode
 * all but `none` does, and what would have been blocked is counted. */
void decide_by_policy(struct request *, const struct verdict *,
    const struct err *reason);

/* Nothing to scan always passes, unless a list forbids it: no setting can break
 * tunnels and HEAD. */
void decide_nothing_to_scan(struct request *);

/* Blocks, and nothing lets it pass. */
bool decide_blocks(const struct request *, const struct verdict *);

/* Body bytes that were not told yet. */
void decide_count_body(struct request *);

#endif
