/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * limits - how much is taken and scanned of one body where a policy says less
 * than the settings. Plain data, pure functions, any process.
 */
#ifndef POLICY_LIMITS_H
#define POLICY_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "wire/told_limits.h"

enum limit {
	LIMIT_BODY_MAX, LIMIT_SCAN_MAX, LIMIT_RECURSION, LIMIT_FILES,
	LIMIT_SECONDS, LIMIT_COUNT
};

/* 0: the policy does not say, the settings do. */
struct limits {
	uint64_t value[LIMIT_COUNT];
};

struct limit_row {
	const char *name;		/* "body_max" */
	bool is_bytes;
	uint64_t least;
	const char *most;		/* the settings that it is held by */
	const char *allowed;
	const char *help;
};

const struct limit_row *limit_row(enum limit);
int limit_find(const char *name, enum limit *limit_out);

/* From text. The reason has no name, and does not say what is allowed. */
int limit_read(enum limit, const char *text, uint64_t *value_out,
    struct err *);
void limit_print(enum limit, uint64_t value, FILE *);

/* The smaller of both. */
uint64_t limits_least(const struct limits *, enum limit, uint64_t settings);

/* What a worker is told of them. */
struct told_limits limits_told(const struct limits *);

/* Is there one? Then not all that it leads to is true of the body. */
bool limits_any(const struct limits *);

#endif
