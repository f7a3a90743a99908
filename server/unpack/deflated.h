/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * deflated - a raw deflate stream (RFC 1951) as it lies in zip and gzip files:
 * to its own end, whatever the headers around it say. Worker only.
 */
#ifndef UNPACK_DEFLATED_H
#define UNPACK_DEFLATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unpack/pile.h"
#include "unpack/slice.h"

struct deflated_to {
	void *ctx;
	struct pile *room;	/* each piece lies behind what is in it */

	/* The next piece; whoever wants to keep it makes room->len larger.
	 * False: no more is wanted. */
	bool (*piece)(void *ctx, const uint8_t *, size_t len);
};

/* True: the stream has an end, and all of it was wanted. *used_out: how many of
 * the bytes it took. */
bool deflated_read(struct slice, const struct deflated_to *, size_t *used_out);

#endif
