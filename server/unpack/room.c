/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/room.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SMALL ((size_t)1 << 20)	/* lies in the heap, whose pages are there */

int
room_open(struct room *room_out, uint64_t limit, struct err *err)
{
	uint8_t *data = malloc(SMALL);

	if (limit > PTRDIFF_MAX - 1)
		limit = PTRDIFF_MAX - 1;
	if (data == NULL)
		return err_sys(err, "room");
	*room_out = (struct room){ data, 0, (size_t)limit, 0 };
	return 0;
}

static int
move_out(struct room *room, struct err *err)
{
	void *data = mmap(NULL, room->limit + 1, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (data == MAP_FAILED)
		return err_sys(err, "room");
	memcpy(data, room->data, room->len);
	free(room->data);
	room->data = data;
	room->mapped = room->limit + 1;
	return 0;
}

uint8_t *
room_space(struct room *room, size_t *len_out, struct err *err)
{
	size_t most = room->limit + 1;

	if (room->mapped == 0 && room->len == SMALL && room->len < most &&
	    move_out(room, err) == -1)
		return NULL;
	if (room->mapped == 0 && most > SMALL)
		most = SMALL;
	*len_out = most - room->len;
	return room->data + room->len;
}

bool
room_filled(struct room *room, size_t len)
{
	room->len += len;
	if (room->len <= room->limit)
		return true;
	room->len = room->limit;
	return false;
}

void
room_close(struct room *room)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t used = (room->len + page) / page * page;	/* never none */

	if (room->mapped > used) {
		munmap(room->data + used, room->mapped - used);
		room->mapped = used;
	}
	room->limit = room->len;
}

void
room_empty(struct room *room)
{
	room->len = 0;
}

void
room_free(struct room *room)
{
	if (room->mapped > 0)
		munmap(room->data, room->mapped);
	else
		free(room->data);
	*room = (struct room){ NULL, 0, 0, 0 };
}
