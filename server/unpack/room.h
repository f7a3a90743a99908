/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * room - memory for bytes whose number is not known before they have come: up
 * to 1 MB of the heap, then address space up to the limit at once, pages as
 * they are filled. One copy, never a file, all of it gone with room_free().
 * Worker only.
 */
#ifndef UNPACK_ROOM_H
#define UNPACK_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct room {
	uint8_t *data;
	size_t len;		/* filled */
	size_t limit;		/* may be filled */
	size_t mapped;		/* 0: in the heap */
};

int room_open(struct room *room_out, uint64_t limit, struct err *);

/* Where the next bytes go, and how many. One more than the limit: who fills it
 * has seen that there is more. NULL: no memory. The room may move. */
uint8_t *room_space(struct room *, size_t *len_out, struct err *);

/* That many were put there. False: more than the limit, which is kept. */
bool room_filled(struct room *, size_t len);

/* Nothing more comes: gives the address space that is not filled back. */
void room_close(struct room *);

void room_empty(struct room *);		/* forgets the bytes, may be filled */
void room_free(struct room *);		/* a room of zeros is fine, too */

#define AUTO_ROOM __attribute__((cleanup(room_free)))

#endif
