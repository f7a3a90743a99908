/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * worker - scans one body at a time, in its cage. A fork of the keeper; knows
 * neither URL nor client, and gets no connection but those handed to it.
 */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"
#include "engines/engine.h"
#include "wire/keeper_msg.h"
#include "wire/layers.h"

struct worker_spec {
	const struct engine_ops *ops;
	struct engine *engine;
	enum lane lane;
	uint32_t generation;
	pid_t keeper;
	int channel;			/* to the keeper */
	const char *scratch;
	uint32_t time_limit_ms;		/* of the lane */
	uint64_t scan_max;		/* bytes unpacked, in all */
	uint32_t recursion, files;	/* of one body; a job may say less */
	uint64_t memory;		/* bytes: the keeper kills beyond it */
	struct cage_info cage;
	enum log_level log_level;
};

/* Bytes: the largest file that a worker may write in its scratch. */
uint64_t worker_scratch_max(uint64_t scan_max);

/* In the keeper, before the first fork: what workers could not do any more. */
int worker_prepare(struct err *);

/* Of the fork, right after it. Says DONE 0 when it is caged and has found the
 * test files from in there; then serves until the channel ends. */
_Noreturn void worker_run(const struct worker_spec *);

#endif
