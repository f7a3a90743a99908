/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * runtime - the runtime folder: made or found, locked against a second
 * supervisor, and emptied of what is ours. Supervisor.
 *
 * The lock is on the folder itself, so there is no lock file to leave behind.
 * Only names of ours are removed: a folder given by mistake keeps its files.
 */
#ifndef SUPERVISOR_RUNTIME_H
#define SUPERVISOR_RUNTIME_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/account.h"
#include "base/err.h"

struct runtime {
	char path[PATH_MAX];	/* absolute, no symbolic link in it */
	int fd;			/* holds the lock; -1: not open */
	bool made;		/* we made it: we remove it */
	bool stale;		/* a predecessor was killed in it */
	uint32_t in_use[2];	/* generations: there are two keepers at most */
	bool left;		/* folders of others are still there */
};

/* The reason says what to do. */
int runtime_open(struct runtime *, const char *path, struct err *);

/* Removes everything of ours, and the folder if we made it. */
void runtime_close(struct runtime *);

/* "<runtime>/gen-<n>" with small, big (listening, backlog deep) and scratch/.
 * Sockets are the caller's. Accounts NULL: all stays ours. Folders that could
 * not be removed in their time (no descriptors left) are now. */
int runtime_make_generation(struct runtime *, uint32_t n,
    const struct account *scan, const struct account *icap, int backlog,
    int *small_out, int *big_out, struct err *);
/* Its sockets lose their names: nobody new comes. */
void runtime_close_generation(const struct runtime *, uint32_t n);
void runtime_remove_generation(struct runtime *, uint32_t n);

/* A fresh "<runtime>/icap" with the FIFO "log"; *log_out reads it and never
 * sees an end. */
int runtime_make_icap(const struct runtime *, const struct account *icap,
    int *log_out, struct err *);

#endif
