/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * errand_cage - what one errand of the supervisor may do: described by a row,
 * closed in its child. An errand never mounts, so that, other than the
 * supervisor, it can be under Landlock. All of them: cages_errands.c.
 */
#ifndef SUPERVISOR_ERRAND_CAGE_H
#define SUPERVISOR_ERRAND_CAGE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cage/landlock.h"
#include "cage/seccomp.h"
#include "config/settings.h"

/* What Landlock leaves open. */
struct errand_doors {
	struct landlock_rule rule[2 * LIST_MAX];
	size_t count;
	struct landlock_port port[2];
	size_t port_count;
	char text[PATH_MAX];		/* for a path that must be made */
};

struct errand_cage {
	uint64_t capabilities;		/* kept by an errand that is root */
	bool is_program;		/* it execs one: refused are only: */
	const struct seccomp_call *calls;
	size_t call_count;
	void (*open)(const void *ctx, struct errand_doors *);
};

/* For good. Settings: sandbox, and what a test takes away. */
int errand_cage_close(const struct errand_cage *, const struct settings *,
    const void *ctx, struct err *);

/* A file or all in a folder; one that is not there is no harm: the errand will
 * say so. The path is borrowed. */
void errand_doors_add(struct errand_doors *, const char *path, unsigned rights);

/* The ctx of each is that of its errand. */
extern const struct errand_cage
    cage_of_copy,		/* struct sets */
    cage_of_verify,		/* struct sets */
    cage_of_templates,		/* the folder's path */
    cage_of_proof,		/* struct proof */
    cage_of_selfcheck,		/* struct selfcheck */
    cage_of_address,		/* struct house */
    cage_of_locks,		/* any */
    cage_of_version;		/* the program's path */

#endif
