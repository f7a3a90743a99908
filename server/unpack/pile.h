/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pile - bytes that come in pieces, until there are no more. Worker only.
 */
#ifndef UNPACK_PILE_H
#define UNPACK_PILE_H

#include <stddef.h>
#include <stdint.h>

struct pile {
	uint8_t *bytes;
	size_t len, room;
};

/* Where the next bytes go, at least that many. NULL: no memory, and the pile
 * stays as it is. */
uint8_t *pile_room(struct pile *, size_t len);
void pile_free(struct pile *);		/* of zeros, too */

#endif
