/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpio - what readers take in different ways in a cpio that is text: names of
 * 8192 bytes or more, of whose length busybox takes the low 13 bits; numbers
 * that are not digits alone, and bytes between members, over which libarchive
 * loses its way and GNU's cpio does not. Worker only.
 */
#ifndef UNPACK_CPIO_H
#define UNPACK_CPIO_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* A header of a file, with numbers that only GNU's cpio and busybox read. */
bool cpio_is_odd(struct slice);

/* From its first byte on; notes "Container.Broken", "Cpio.Numbers" and
 * "Cpio.Junk". Linear; what it walks over is spent, but for what members have
 * in them. False: the sink wants no more. */
bool cpio_check(struct slice, const char *path, const struct sink *);

/* Of a member: bytes of its header, of the label behind that (its name, and of
 * what is no file all that follows), and of it all. */
struct cpio_head {
	size_t len;
	uint64_t label, member;
};

/* In binary, too. False: it is none, or not as packers write it. */
bool cpio_read_head(struct slice, struct cpio_head *head_out);

#endif
