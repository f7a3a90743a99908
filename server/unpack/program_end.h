/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program_end - where a program ends, so that what was put behind it begins
 * there: some readers look at that for one more file, and need no mark. Worker
 * only; pure functions.
 */
#ifndef UNPACK_PROGRAM_END_H
#define UNPACK_PROGRAM_END_H

#include "unpack/slice.h"

/* By the tables of an ELF or a PE, of at most as many parts as they can have.
 * s.len: it is none, or nothing follows. */
size_t program_end(struct slice);

#endif
