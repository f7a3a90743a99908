/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpio - what libarchive and busybox read differently in a newer cpio: a name
 * of 8192 bytes or more, of whose length busybox takes the low 13 bits. Worker
 * only.
 */
#ifndef UNPACK_CPIO_H
#define UNPACK_CPIO_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* From its first byte on; notes "Container.Broken". Linear in its headers, each
 * of which is spent. False: the sink wants no more. */
bool cpio_check(struct slice, const char *path, const struct sink *);

#endif
