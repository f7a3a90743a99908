/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/keeper.h"

#include <poll.h>

#include "base/clock.h"
#include "base/log.h"

/* First after twice this: whoever had looked up the names of our sockets just
 * before they went has connected by then. */
#define LOOK_MS 100

static bool
anybody_waits(const struct keeper *k)
{
	struct pollfd queues[LANE_COUNT] = {
		{ .fd = k->listening[LANE_SMALL], .events = POLLIN },
		{ .fd = k->listening[LANE_BIG], .events = POLLIN },
	};

	return poll(queues, LANE_COUNT, 0) != 0;
}

static bool
anybody_works(const struct keeper *k)
{
	unsigned i;

	for (i = 0; i < k->slot_count; i++)
		if (k->slots[i].state == WORKER_BUSY)
			return true;
	return false;
}

static void
on_look(void *ctx)
{
	struct keeper *k = ctx;

	if (!anybody_waits(k) && !anybody_works(k)) {
		k->leaving = 0;
		log_info("keeper leaves", "generation=%u jobs=%llu",
		    k->generation, (unsigned long long)k->last_job);
		k->left = true;
		loop_stop(k->loop);
		return;
	}
	k->leaving = loop_at(k->loop, clock_ms() + LOOK_MS, on_look, k);
}

void
keeper_leave(struct keeper *k)
{
	if (k->leaving == 0)
		k->leaving = loop_at(k->loop, clock_ms() + 2 * LOOK_MS,
		    on_look, k);
}
