/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sandbox - the cage of a worker: closed after the fork, before the first body.
 *
 * Layers of today: no new privileges, no inherited descriptor, empty
 * environment, own scratch folder, no core dump, not dumpable, rlimits.
 * Seccomp, Landlock and namespaces have their place here: one file each.
 */
#ifndef WORKER_SANDBOX_H
#define WORKER_SANDBOX_H

#include <sys/types.h>

#include "base/err.h"

struct cage {
	pid_t parent;			/* its death is ours */
	const char *scratch;		/* the only folder to write in */
	const int *fds;			/* all that stay open, ascending */
	unsigned fd_count;
	unsigned long long scratch_max;	/* bytes: largest file it may write */
	unsigned long long memory_max;	/* bytes: what it may map on top */
};

/* For good. -1: do not serve; the caller exits. */
int sandbox_enter(const struct cage *, struct err *);

/* The part of it that a sanitizer could not live with: sandbox_limits.c, or
 * sandbox_sanitized.c in such builds. */
int sandbox_limits(const struct cage *, struct err *);

#endif
