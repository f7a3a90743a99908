/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scan_body - a body of our own (a file, a sample) and its verdict, waited for.
 * For the `glassgate` tool and for the proof of a new generation; the module
 * has better things to do than wait.
 */
#ifndef WIRE_SCAN_BODY_H
#define WIRE_SCAN_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/scan_client.h"

struct scan_body {
	uint8_t bytes[JOB_INLINE_MAX + 1];	/* the first ones */
	uint64_t len;
	int fd;		/* -1: all of it is in bytes; the caller's to close */
	bool too_big;	/* nothing is kept of it, nobody is asked */
};

/* Of the settings: border of the lanes (bytes) and seconds. */
struct scan_limits {
	uint64_t small_max, small_seconds, big_seconds, queue_seconds;
};

/* A regular file; one that is longer than max is not read at all, or no further
 * if it grows. */
int scan_body_read(struct scan_body *, const char *path, uint64_t max,
    struct err *);

/* 0: decided, or no verdict in time (timeout). -1: the worker died or nobody
 * was there, outcome engine-error. */
int scan_body_ask(const char *runtime, uint32_t generation,
    const struct scan_limits *, const struct scan_body *,
    struct verdict *verdict_out, struct err *);

#endif
