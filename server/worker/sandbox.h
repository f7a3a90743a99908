/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sandbox - the cage of a worker: closed after the fork, before the first body.
 *
 *	sandbox.c		no new privileges, no inherited descriptor,
 *				empty environment but for TZ, own scratch,
 *				first to go when memory is short
 *	sandbox_limits.c	rlimits, no core dump, not dumpable
 *	sandbox_landlock.c	no file but those in its scratch
 *	sandbox_seccomp.c	no system call but those it needs
 *
 * Namespaces and the scratch in memory are the keeper's (keeper/cage.c).
 */
#ifndef WORKER_SANDBOX_H
#define WORKER_SANDBOX_H

#include <sys/types.h>

#include "base/err.h"
#include "wire/layers.h"

struct seccomp_call;

struct cage {
	pid_t parent;			/* its death is ours */
	const char *scratch;		/* the only folder to write in */
	const int *fds;			/* all that stay open, ascending */
	unsigned fd_count;
	unsigned long long scratch_max;	/* bytes: largest file it may write */
	unsigned long long memory_max;	/* bytes: what it may map on top */
	struct cage_info info;		/* the layers to put on: all of them */
};

/* For good. -1: do not serve; the caller exits. */
int sandbox_enter(const struct cage *, struct err *);

/* The part of it that a sanitizer could not live with: sandbox_limits.c, or
 * sandbox_sanitized.c in such builds. */
int sandbox_limits(const struct cage *, struct err *);

/* The layers that `info` may lack. */
int sandbox_landlock(const struct cage *, struct err *);
int sandbox_seccomp(const struct cage *, struct err *);

/* What a worker may call, but for the signal to itself: filters stack, so the
 * keeper's must not refuse any of it that is allowed. */
const struct seccomp_call *sandbox_calls(size_t *count_out);

#endif
