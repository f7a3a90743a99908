/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * namespaces - a world of one's own: no network, no System V and POSIX message
 * queues, mounts that nobody else sees. Made through a user namespace, so that
 * nobody needs to be root; the process is the same user in it as outside.
 *
 * No pid namespace: getpid() would be 1 in each worker, and names that are made
 * of it would collide.
 */
#ifndef CAGE_NAMESPACES_H
#define CAGE_NAMESPACES_H

#include <stdint.h>

#include "base/err.h"

/* For this process and its children; it must have one thread. -1 if the kernel
 * does not let us: then nothing has changed, or a namespace is there that harms
 * nobody. Leaves the capabilities that mounting needs: drop them. */
int namespaces_enter(struct err *);

/* A file system in memory on the empty folder `path`, for its owner alone,
 * nothing on it executable. Within namespaces_enter(). */
int namespaces_tmpfs(const char *path, uint64_t bytes, uint64_t inodes,
    struct err *);

#endif
