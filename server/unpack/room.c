/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/room.h"

#include <sys/mman.h>
#include <unistd.h>

int
room_open(struct room *room_out, uint64_t limit, struct err *err)
{
	void *data;

	if (limit > PTRDIFF_MAX - 1)
		limit = PTRDIFF_MAX - 1;
	data = mmap(NULL, (size_t)limit + 1, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (data == MAP_FAILED)
		return err_sys(err, "room");
	*room_out = (struct room){ data, 0, (size_t)limit, (size_t)limit + 1 };
	return 0;
}

uint8_t *
room_space(const struct room *room, size_t *len_out)
{
	*len_out = room->limit + 1 - room->len;
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

	if (used < room->mapped) {
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
	if (room->data != NULL)
		munmap(room->data, room->mapped);
	*room = (struct room){ NULL, 0, 0, 0 };
}
