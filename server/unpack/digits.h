/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * digits - bodies that are, as a whole, a file written in the digits of base
 * 16, 32 or 85, as they are in Python's base64 and in busybox. Worker only.
 */
#ifndef UNPACK_DIGITS_H
#define UNPACK_DIGITS_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* Has no other byte in it but blanks. */
bool digits_likely(struct slice);

/* Visits what it is in each base that it can be, as pieces. False: the sink
 * wants no more. */
bool digits_walk(struct slice, const char *path, const struct sink *);

#endif
