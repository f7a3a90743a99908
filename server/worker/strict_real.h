/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * strict_real - for the files that stand in front of libc: its own function of
 * the same name, and what its failure means. Worker only.
 */
#ifndef WORKER_STRICT_REAL_H
#define WORKER_STRICT_REAL_H

#include <stdbool.h>

#define EXPORT __attribute__((visibility("default")))

/* libc's function of that name, looked up once. */
#define REAL(name)                                                             \
	static __typeof__(&name) real;                                         \
	if (real == NULL)                                                      \
	strict_find(&real, #name)

/* *slot: a pointer to a function. */
void strict_find(void *slot, const char *name);

/* A call came back; errno is as it left it, and stays. makes: it had to make
 * something new, and any failure counts; else those count that say "it is
 * there, and could not be looked at". */
void strict_watch(bool failed, bool makes, const char *call);

#endif
