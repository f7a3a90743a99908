/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * keeper_child - the supervisor's side of the keeper: a new generation for each
 * start, its messages, its end.
 */
#ifndef SUPERVISOR_KEEPER_CHILD_H
#define SUPERVISOR_KEEPER_CHILD_H

#include <stdint.h>

#include "supervisor/house.h"
#include "supervisor/ward.h"

struct keeper_child {
	struct house *house;
	struct ward ward;
	uint32_t generation;		/* of the one that runs, or ran last */
	int control;			/* our end; -1: none */
	unsigned phase;			/* which messages may come */
	bool was_ready;			/* one of them was, once */
	/* as its last STATS said */
	uint32_t deaths[DEATH_COUNT], bad_messages;
};

void keeper_child_init(struct keeper_child *, struct house *);

#endif
