/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * warc - one record of a WARC, as libarchive reads it: of most of them it makes
 * no file. Worker only; pure functions.
 */
#ifndef UNPACK_WARC_H
#define UNPACK_WARC_H

#include "unpack/slice.h"

struct warc_record {
	size_t head;		/* bytes, with the empty line */
	uint64_t content;	/* bytes; need not be there */
	bool given;		/* it makes a file of the content, for sure */
};

/* Linear in the head. False: none begins here, or one of two lengths. */
bool warc_read_record(struct slice, struct warc_record *record_out);

#endif
