/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * said - a sink of tests that writes down what a reader said: "NAME LENGTH" of
 * what it visited, the cause of what it noted, with commas between.
 */
#ifndef UNIT_SAID_H
#define UNIT_SAID_H

#include <stddef.h>
#include <stdint.h>

#include "unpack/sink.h"

extern char said[512];
extern size_t spent, most;	/* spending ends beyond most */
extern const struct sink sink;

/* Nothing was said, and all may be spent. */
void start(void);

#endif
