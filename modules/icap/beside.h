/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * beside - judge() in a thread of its own, so that the thread of the request
 * can hand out bytes meanwhile. Runs in c-icap; at most one for each request.
 *
 * The body must not be added to meanwhile; it may be taken from.
 */
#ifndef ICAP_BESIDE_H
#define ICAP_BESIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "icap/judge.h"

struct beside;

/* Seals the body, and borrows all until beside_end() or beside_free(). -1: no
 * thread, and nothing was begun; judge() can be called instead. */
int beside_new(struct beside **beside_out, const struct module *,
    struct body *, const struct judge_ask *);

/* Until it has ended, or until then (clock_ms()). True: it has. */
bool beside_wait(struct beside *, int64_t until);

/* Waits for the end: what judge() says. */
enum judged beside_end(struct beside **, struct verdict *verdict_out,
    enum cached *cached_out, struct err *reason_out);

/* Whatever it would say: makes it end, as if its client had left. */
void beside_free(struct beside **);

#endif
