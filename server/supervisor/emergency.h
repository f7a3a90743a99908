/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * emergency - `glassgate pass-all`: begins it, tells it every minute, ends it.
 * Supervisor. It does not outlive this process: a restart scans again.
 */
#ifndef SUPERVISOR_EMERGENCY_H
#define SUPERVISOR_EMERGENCY_H

#include "supervisor/house.h"
#include "wire/control.h"

struct emergency {
	struct house *house;
	int timer;
	int64_t until;			/* clock_ms(); 0: off */
	uint64_t passed_before;		/* the counter at its begin */
	char reason[CONTROL_TEXT];
};

void emergency_init(struct emergency *, struct house *);

/* ask->number: for so many seconds, or 0 to end it. The answer says what was
 * done, or why not. */
void emergency_ask(struct emergency *, const struct control_ask *,
    struct control_answer *answer_out);

/* why: one word for the log. Off already: nothing. */
void emergency_end(struct emergency *, const char *why);

#endif
