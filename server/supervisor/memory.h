/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory - is there room for a second engine beside the first? Supervisor.
 * Asked before a reload, so that nobody is killed for want of memory.
 */
#ifndef SUPERVISOR_MEMORY_H
#define SUPERVISOR_MEMORY_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* Bytes that can be had without anybody being killed: what /proc/meminfo calls
 * available, or less where a control group (version 2) allows less. */
int memory_free(uint64_t *bytes_out, struct err *);

/* Bytes of a process that are its own and in no file (RssAnon). */
int memory_of(pid_t, uint64_t *bytes_out, struct err *);

/* What a second engine needs while it loads, beside a first one that has `now`
 * and may grow to `whole`. It is as large as the larger of the two. */
uint64_t memory_needed(uint64_t now, uint64_t whole);

/* The lowest of max - current over the groups of this cgroup path ("/a/b"),
 * below `root`; UINT64_MAX when none has a limit. */
uint64_t memory_of_groups(const char *root, const char *path);

#endif
