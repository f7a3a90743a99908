/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * granted - the folder of templates that c-icap's cage lets in. Landlock knows
 * a folder by what it is, not by its name: one that takes its place while
 * c-icap runs is kept out. Supervisor.
 */
#ifndef SUPERVISOR_GRANTED_H
#define SUPERVISOR_GRANTED_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/* Held open, so that no other folder gets its number. All zero: none yet. */
struct granted {
	bool is_set;
	int fd;
	dev_t device;
	ino_t inode;
};

/* Of the start of c-icap at hand, in place of the one before. */
int granted_take(struct granted *, const char *path, struct err *);

/* -1: c-icap could not read what this path names by now; the reason has the
 * remedy. None yet, or no Landlock: 0. */
int granted_check(const struct granted *, const char *path, struct err *);

void granted_free(struct granted *);

#endif
