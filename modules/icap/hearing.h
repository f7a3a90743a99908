/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hearing - one body on its way to a verdict, and how that is waited for. Runs
 * in c-icap, in the thread of the request; for judge.c and cached.c alone.
 */
#ifndef ICAP_HEARING_H
#define ICAP_HEARING_H

#include "icap/body.h"
#include "icap/cached.h"
#include "icap/module.h"
#include "icap/suspect.h"
#include "wire/job.h"

struct hearing {
	const struct module *module;
	struct body *body;
	int client_fd;
	const atomic_bool *left;	/* by whoever asked; or NULL */
	enum lane lane;
	struct job job;
	struct suspect suspect;
	struct cache_ask cache;
	int64_t deadline, stop_at;	/* stop_at 0: not ending */
	uint32_t generation;		/* of this attempt */
	bool is_retry;			/* because a worker died */
	bool is_heard;			/* somebody who lives has answered */
	struct verdict *verdict;
	struct err *reason;
};

/* For fd (-1: just waits) until then, in slices; looks after the client and the
 * stop flag meanwhile. */
enum waited hearing_wait(struct hearing *, int fd, int64_t until);

struct metrics *hearing_metrics(const struct hearing *);

#endif
