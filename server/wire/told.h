/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * told - what a worker is told of a body beside its bytes: how the body says
 * that it is packed, and how much of it is scanned where a policy says so.
 * Never a URL, a client or a user. All that can change a verdict is here:
 * told_put()'s bytes are a part of any key of verdicts. The time that a job has
 * is not: a scan that takes longer ends in no verdict that lasts.
 */
#ifndef WIRE_TOLD_H
#define WIRE_TOLD_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "wire/told_limits.h"

#define TOLD_TEXT_MAX 8192
#define TOLD_PACKED_MAX (1 + 16 + 2 * (2 + TOLD_TEXT_MAX))

enum told_flag {
	TOLD_ENCODINGS_CUT = 1,	/* there was more than TOLD_TEXT_MAX of it */
	TOLD_TYPE_CUT = 2,
	TOLD_RAW_TOO = 4,	/* who gets the body may not decode it */
	TOLD_FLAGS = 7
};

struct told_text {
	const char *at;		/* borrowed, no NUL at its end */
	uint16_t len;		/* 0: there was none */
};

struct told {
	unsigned flags;
	struct told_limits limits;
	struct told_text encodings;	/* all its lines */
	struct told_text type;		/* Content-Type */
};

/* Any bytes but NUL, CR, LF; more than TOLD_TEXT_MAX makes the writer bad. */
void told_put(struct writer *, const struct told *);

/* The texts point into what is read. */
int told_get(struct told *told_out, struct reader *, struct err *);

#endif
