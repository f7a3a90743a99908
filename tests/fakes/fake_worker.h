/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_worker - stands in for keeper and workers on RUNTIME/gen-1/small and
 * big: a thread that answers each job as a script says.
 */
#ifndef FAKES_FAKE_WORKER_H
#define FAKES_FAKE_WORKER_H

#include <stdint.h>

#include "wire/told.h"

enum fake_act {
	FAKE_CLEAN,
	FAKE_INFECTED,	/* "Fake.Test-1" */
	FAKE_DIES,	/* so its keeper says, then closes */
	FAKE_HANGS_UP,	/* closes without a verdict, lives on */
	FAKE_SAYS_OVERDUE,	/* itself, in the place of its keeper */
	FAKE_DIES_UNREAD,	/* closes before it reads the job */
	FAKE_DIES_WITH_KEEPER,	/* closes, and so do both lanes */
	FAKE_OVERDUE,	/* killed by its keeper, which says so */
	FAKE_GARBAGE,	/* a verdict that breaks protocol */
	FAKE_SILENT,	/* never answers */
	FAKE_SLOW,	/* clean, after a third of a second */
	FAKE_BY_BODY,	/* infected when the body holds FAKE_MARK */
	FAKE_SLOW_BY_BODY	/* the same, after a third of a second */
};

#define FAKE_MARK "glassgate-fake-infection"
#define FAKE_NAME "Fake.Test-1"

struct fake_worker;

/* acts[]: one per connection, the last one for all that follow. */
struct fake_worker *fake_worker_start(const char *runtime,
    const enum fake_act *acts, int count);
void fake_worker_stop(struct fake_worker **);

int fake_worker_jobs(const struct fake_worker *);	/* seen so far */
uint64_t fake_worker_bytes(const struct fake_worker *);	/* of the last body */
const struct told_limits *fake_worker_limits(const struct fake_worker *);
uint32_t fake_worker_time_ms(const struct fake_worker *);
int fake_worker_was_big(const struct fake_worker *);	/* lane of the last */
int fake_worker_hangups(const struct fake_worker *);	/* dropped, silent */

#endif
