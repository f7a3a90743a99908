/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sandbox - the cage of a worker: closed after the fork, before the first body.
 *
 * Layers of today: no new privileges, no inherited descriptor, empty
 * environment, own scratch folder, no core dump, not dumpable, rlimits. Seccomp,
 * Landlock and namespaces have their place here: one file per technique.
 */
#ifndef WORKER_SANDBOX_H
#define WORKER_SANDBOX_H

#include "base/err.h"

struct cage {
	const char *scratch;	/* the only folder that may be written */
	const int *fds;		/* the only descriptors that stay open */
	unsigned fd_count;
	unsigned long long scratch_max;	/* bytes: largest file it may write */
};

/* For good. -1: do not serve; the caller exits. */
int sandbox_enter(const struct cage *, struct err *);

#endif
