/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scratch - the folder that one worker may write in. The worker clears it after
 * each body, the keeper before and after each worker.
 */
#ifndef WORKER_SCRATCH_H
#define WORKER_SCRATCH_H

#include "base/err.h"

/* Removes all that is in it, whatever its mode, and follows no link. -1 when
 * something is left, when it is gone, or when it is nested without end. */
int scratch_clear(const char *folder, struct err *err);

/* What its file system has left. */
struct scratch_left {
	unsigned long long bytes, inodes;
};

/* -1 when its file system is about to run out of blocks or inodes: what is
 * unpacked there may not be whole. One that counts no inodes has enough.
 * left_out: set if it could be looked at; NULL is fine. */
int scratch_room(const char *folder, struct scratch_left *left_out,
    struct err *err);

/* Makes it, mode 0700, or clears the one that is there. */
int scratch_make(const char *folder, struct err *err);

/* Clears and removes it; nothing there is fine. */
void scratch_remove(const char *folder);

#endif
