/* SPDX-License-Identifier: GPL-2.0-only */
/* loop - an engine in a loop and nothing around it: what to scan with. */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include <stddef.h>

enum loop_says { LOOP_CLEAN, LOOP_INFECTED, LOOP_ELSE };

struct loop_engine {
	const char *name;
	int (*load)(const char *signatures, const char *scratch);
	enum loop_says (*scan)(const void *body, size_t len);
};

/* As a worker has it: our settings of libclamav, from memory. */
extern const struct loop_engine loop_worker;

/* libclamav with its own defaults: its cache, its malloc, files of its own. */
extern const struct loop_engine loop_libclamav;

#endif
