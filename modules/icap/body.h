/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * body - keeps one HTTP body while it arrives and until it has gone back. Runs
 * in c-icap: one body per request, one thread. Never looks at the bytes.
 *
 * A small body stays in its buffer, a larger one is spilled (spill.h), within
 * the budgets of all bodies together (segment/budget.h). Nobody can write to it
 * any more when a worker sees it. One that only passes gives back what was
 * taken.
 */
#ifndef ICAP_BODY_H
#define ICAP_BODY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "icap/module.h"
#include "wire/job.h"

#define BODY_MEMORY JOB_INLINE_MAX	/* what fits into a job stays here */
#define BODY_PASS (256 * 1024)		/* of one that passes: may wait here */
#define BODY_DIGEST 32			/* SHA-256 */

struct body;

/* More than body.max bytes make it "over"; they are kept all the same. The
 * module outlives it. */
int body_new(struct body **body_out, const struct module *, struct err *);
void body_free(struct body **);

/* Another max, before anything arrives. */
void body_limit(struct body *, uint64_t max);

/* Before anything arrives: its digest is taken along the way; and no more. */
void body_digest_along(struct body *);
void body_digest_stop(struct body *);

/* Copies. -1: no memory; what was added before is still right. */
int body_add(struct body *, const void *data, size_t len, struct err *);

uint64_t body_total(const struct body *);	/* received so far */
uint64_t body_left(const struct body *);	/* received, not yet taken */
bool body_over(const struct body *);

/* The budgets or the disk have no room for it, and why; or NULL. It is whole,
 * in memory that nobody allowed: it is dropped now, or passes. */
const struct err *body_refused(const struct body *);

/* No worker gets it: it only passes from here on, and nobody asks for what was
 * taken. Its digest is not taken along any more. */
void body_pass(struct body *);

/* It passes, and so much waits for being taken that no more should come. */
bool body_is_full(const struct body *);

/* All is there: no body_add() after this. A descriptor can no longer be
 * written, shrunk or grown by anybody. -1: see body_refused(); it is whole all
 * the same. */
int body_seal(struct body *, struct err *);

/* After body_seal(), one of the two: the whole body in memory, or -1 <
 * body_fd(). Both stay the body's. */
const void *body_memory(const struct body *);	/* NULL: see body_fd() */
int body_fd(const struct body *);		/* -1: see body_memory() */

/* All is there. What was not taken along the way is taken now, and seals it;
 * a second time costs nothing. -1: libcrypto failed. */
int body_digest(struct body *, uint8_t digest_out[static BODY_DIGEST],
    struct err *);

/* The next bytes from the front: how many, 0 when none is left for now. */
ssize_t body_take(struct body *, void *out, size_t len, struct err *);

#endif
