/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * doubt - DOUBT, from keeper to supervisor: a worker died that perhaps was
 * captured before, and what it said is not believed any more.
 */
#ifndef WIRE_DOUBT_H
#define WIRE_DOUBT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

ssize_t doubt_pack(uint32_t pid, void *, size_t size, struct err *);
int doubt_unpack(uint32_t *pid_out, const void *, size_t len, struct err *);

#endif
