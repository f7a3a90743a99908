/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tar_header - the numbers of a tar's header: as all write them, or in a way
 * that only some readers take. Worker only; pure functions.
 */
#ifndef UNPACK_TAR_HEADER_H
#define UNPACK_TAR_HEADER_H

#include "unpack/slice.h"

#define TAR_BLOCK 512

enum tar_sum {
	TAR_SUM_WRONG,		/* for every reader: no header */
	TAR_SUM_ODD,		/* right, but only some can read it */
	TAR_SUM_RIGHT,
};

/* The checksum of the header that the bytes begin with. */
enum tar_sum tar_sum(struct slice);

/* All of the header is there, and it says that it is one, or one of GNU's. */
bool tar_has_magic(struct slice);
bool tar_has_gnu_magic(struct slice);

/* The size of a header, of TAR_BLOCK bytes, as libarchive reads it. */
uint64_t tar_size(const uint8_t *header);

/* Octal digits with blanks or zeros around, or none; in base 256 not below
 * zero. A number has twelve bytes. */
bool tar_number_is_plain(const uint8_t *number);
bool tar_size_is_plain(const uint8_t *header);

/* Of pax records: one "length key=value\n". False: the rest is none. */
bool tar_next_record(struct slice *rest, struct slice *record_out);

#endif
