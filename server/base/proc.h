/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * proc - lines of /proc/<pid>, as far as we need them. Any process.
 */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdint.h>
#include <sys/types.h>

/* From "stat"; the name in it is the process's own choice. 0: no parent that
 * we could see, or no such line. */
pid_t proc_parse_parent(const char *stat);

pid_t proc_parent(pid_t);	/* 0, too, if it is gone */

/* From "statm": pages that the process shares with nobody. -1: no numbers. */
int proc_parse_own(const char *statm, uint64_t *pages_out);

#endif
