/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/request_id.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>

#include "base/clock.h"

#define AT_ONCE 32		/* 256 bytes, which getrandom() gives whole */

struct numbers {
	uint64_t number[AT_ONCE];
	size_t left;
};

/* Of this thread, so that most requests need no system call. */
static uint64_t
random_number(void)
{
	static _Thread_local struct numbers store;

	if (store.left == 0) {
		if (getrandom(store.number, sizeof store.number, 0) !=
		    sizeof store.number)
			return (uint64_t)clock_ms() ^ (uintptr_t)&store;
		store.left = AT_ONCE;
	}
	return store.number[--store.left];
}

void
request_id(char id_out[static REQUEST_ID])
{
	uint64_t number = random_number();
	size_t i;

	for (i = REQUEST_ID - 1; i-- > 0; number >>= 4)
		id_out[i] = "0123456789abcdef"[number & 15];
	id_out[REQUEST_ID - 1] = '\0';
}
