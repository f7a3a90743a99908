/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * told_limits - how much of a body a worker scans, if it is told. Plain data,
 * any process.
 */
#ifndef WIRE_TOLD_LIMITS_H
#define WIRE_TOLD_LIMITS_H

#include <stdint.h>

/* What limits may be; the settings are no wider. */
#define SCAN_MAX_LEAST 1048576ULL
#define SCAN_MAX_MOST (2147483648ULL - 3)	/* libclamav's own */
#define RECURSION_LEAST 3
#define RECURSION_MOST 100
#define FILES_LEAST 2
#define FILES_MOST 1000000

/* The worker's own, where these are not lower; 0: its own. */
struct told_limits {
	uint64_t scan_max;		/* bytes unpacked, in all */
	uint32_t recursion, files;
};

#endif
