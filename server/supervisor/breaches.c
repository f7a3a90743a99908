/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/breaches.h"

#include "base/clock.h"
#include "base/log.h"

#define LOOK_MS 100

static void
tell(struct breaches *b, enum lane lane)
{
	struct generations *g = b->generations;

	log_warn("worker broke protocol", "lane=%s action=replace",
	    lane_name(lane));
	keeper_child_breach(&g->child[0], lane);
	keeper_child_breach(&g->child[1], lane);
}

/* The segment rings no bell. */
static void
on_look(void *ctx)
{
	struct breaches *b = ctx;
	struct house *house = b->generations->house;
	uint32_t now;
	unsigned lane;

	for (lane = 0; lane < LANE_COUNT; lane++) {
		now = atomic_load(&house->segment->trust.lane[lane]);
		if (now != b->seen[lane])
			tell(b, (enum lane)lane);
		b->seen[lane] = now;
	}
	b->timer = loop_at(house->loop, clock_ms() + LOOK_MS, on_look, b);
}

void
breaches_watch(struct breaches *b, struct generations *generations)
{
	*b = (struct breaches){ .generations = generations };
	on_look(b);
}
