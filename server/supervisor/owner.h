/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * owner - the owner's list (policy/lists.h): kept in the state folder, shown to
 * c-icap in the runtime folder, changed by `glassgate allow`, `block` and
 * `remove` at once. Supervisor, the only writer.
 */
#ifndef SUPERVISOR_OWNER_H
#define SUPERVISOR_OWNER_H

#include "policy/lists.h"
#include "supervisor/house.h"
#include "wire/control.h"

struct owner {
	struct house *house;
	struct lists lists;
	uint32_t holding;		/* entries, at the last look */
	int timer;
};

/* Reads what was kept. -1: it cannot be read; what is blocked there must not
 * pass, so nothing starts. */
int owner_init(struct owner *, struct house *, struct err *);

void owner_ask(struct owner *, const struct control_ask *,
    struct control_answer *answer_out);

#endif
