/* SPDX-License-Identifier: GPL-2.0-only */
/* The lanes: their workers as the keeper told of them last, the jobs as the
 * children of c-icap count them. Between both lies a fifth of a second. */
#include "tool/report.h"

static void
add_worker(struct report_lane *lane, uint8_t state)
{
	lane->workers++;
	lane->idle += state == WORKER_IDLE;
	lane->busy += state == WORKER_BUSY;
	lane->spare += state == WORKER_SPARE;
}

void
report_lanes(struct report *report, const struct segment *segment)
{
	const struct keeper_stats *keeper = &report->status.keeper;
	struct report_lane *lane = report->lanes;
	unsigned i, n;

	for (n = 0; n < LANE_COUNT; n++)
		lane[n] = (struct report_lane){ 0 };
	for (i = 0; i < keeper->worker_count && i < WORKERS_MAX; i++)
		if (keeper->workers[i].lane < LANE_COUNT &&
		    keeper->workers[i].state != WORKER_GONE)
			add_worker(&lane[keeper->workers[i].lane],
			    keeper->workers[i].state);
	for (n = 0; n < LANE_COUNT; n++) {
		for (i = 0; i < ICAP_CHILDREN_MAX; i++)
			lane[n].jobs +=
			    atomic_load(&segment->threads[i].jobs[n]);
		lane[n].waiting = lane[n].jobs > lane[n].busy ?
		    lane[n].jobs - lane[n].busy : 0;
	}
}
