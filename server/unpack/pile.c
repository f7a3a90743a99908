/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pile.h"

#include <stdlib.h>

/* Half as much again each time, so that not much is copied twice. */
uint8_t *
pile_room(struct pile *pile, size_t len)
{
	size_t room = pile->len + len + pile->room / 2;
	uint8_t *bytes;

	if (room < len)
		return NULL;
	if (pile->room - pile->len >= len)
		return pile->bytes + pile->len;
	bytes = realloc(pile->bytes, room);
	if (bytes == NULL)
		return NULL;
	pile->bytes = bytes;
	pile->room = room;
	return bytes + pile->len;
}

void
pile_free(struct pile *pile)
{
	free(pile->bytes);
	*pile = (struct pile){ NULL, 0, 0 };
}
