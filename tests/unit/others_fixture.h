/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * others_fixture - has bytes read by the readers of unpack/others.h, and puts
 * down what they visit and note. For their tests.
 */
#ifndef UNIT_OTHERS_FIXTURE_H
#define UNIT_OTHERS_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "unpack/others.h"

/* "NAME=its first bytes, CAUSE=NAME", and what it cost. */
extern struct heard {
	char said[4096];
	size_t spent, most;
} heard;

extern const struct sink hearing;

const char *read_bytes(const void *, size_t len);

/* A disk of 40 sectors of 512 bytes. */
extern uint8_t image[40 * 512];

void put(size_t at, unsigned value, unsigned len);
void put_big(size_t at, unsigned value, unsigned len);	/* highest first */

#endif
