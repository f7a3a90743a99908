/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/keeper.h"

#include <poll.h>
#include <signal.h>

#include "base/clock.h"
#include "base/log.h"

#define QUIET_MS 50		/* without a job for so long: time to fork */
#define QUIET_MOST_MS 1000	/* then also without such a moment */
#define LATE_MS 60000		/* who is due waits so long for a spare one */

static void on_quiet(void *ctx);

static uint64_t
of_lane(enum lane lane, uint64_t small, uint64_t big)
{
	return lane == LANE_BIG ? big : small;
}

static unsigned
wanted(const struct keeper *k, enum lane lane)
{
	return (unsigned)of_lane(lane, k->settings.scan_small_workers,
	    k->settings.scan_big_workers);
}

static unsigned
count(const struct keeper *k, enum lane lane, enum worker_state state)
{
	unsigned i, n = 0;

	for (i = 0; i < k->slot_count; i++)
		n += k->slots[i].lane == lane && k->slots[i].state == state;
	return n;
}

static unsigned
serving(const struct keeper *k, enum lane lane)
{
	return count(k, lane, WORKER_IDLE) + count(k, lane, WORKER_BUSY);
}

static struct slot *
find(struct keeper *k, enum lane lane, enum worker_state state)
{
	unsigned i;

	for (i = 0; i < k->slot_count; i++)
		if (k->slots[i].lane == lane && k->slots[i].state == state)
			return &k->slots[i];
	return NULL;
}

static bool
somebody_waits(const struct keeper *k, enum lane lane)
{
	struct pollfd look = { .fd = k->listening[lane], .events = POLLIN };

	return poll(&look, 1, 0) == 1;
}

/* Each lane has one that proved itself in its cage. Beside another keeper all
 * must have: who is taken over shall not wait for forks. */
bool
staff_suffices(const struct keeper *k)
{
	unsigned lane;

	for (lane = 0; lane < LANE_COUNT; lane++)
		if (serving(k, lane) < (k->beside ? wanted(k, lane) : 1))
			return false;
	return true;
}

/* --- who is replaced --- */

static void
on_late(void *ctx)
{
	struct slot *slot = ctx;

	slot->age = 0;
	slot->late = true;
	staff_update(slot->keeper, slot->lane);
}

static void
due(struct slot *slot, enum replaced why)
{
	struct loop *loop = slot->keeper->loop;

	if (slot->due)
		return;
	slot->due = true;
	slot->due_why = why;
	loop_cancel(loop, &slot->age);
	slot->age = loop_at(loop, clock_ms() + LATE_MS, on_late, slot);
}

static void
on_age(void *ctx)
{
	struct slot *slot = ctx;

	slot->age = 0;
	due(slot, REPLACED_AGE);
	staff_update(slot->keeper, slot->lane);
}

void
staff_worked(struct slot *slot)
{
	const struct settings *settings = &slot->keeper->settings;

	if (slot->jobs >= of_lane(slot->lane, settings->scan_small_bodies,
	    settings->scan_big_bodies))
		due(slot, REPLACED_BODIES);
}

/* Nobody knows who it was: whoever has had a job. There may be no spare one. */
void
staff_breach(struct keeper *k, enum lane lane)
{
	unsigned i;

	for (i = 0; i < k->slot_count; i++) {
		struct slot *slot = &k->slots[i];

		if (slot->lane != lane || slot->jobs == 0)
			continue;
		due(slot, REPLACED_BREACH);
		slot->late = true;
	}
	staff_update(k, lane);
}

/* Not asked to go but killed: a captured one would stay. */
static void
retire(struct slot *slot)
{
	slot->retired = slot->killed = true;
	slot->state = WORKER_GONE;
	slot->keeper->replaced[slot->due_why]++;
	kill(slot->pid, SIGKILL);
}

/* --- who serves --- */

static void
serve(struct slot *slot)
{
	struct keeper *k = slot->keeper;
	uint64_t seconds = of_lane(slot->lane, k->settings.scan_small_age,
	    k->settings.scan_big_age);

	slot->state = WORKER_IDLE;
	slot->age = loop_at(k->loop, clock_ms() + (int64_t)seconds * 1000,
	    on_age, slot);
}

static void
promote(struct keeper *k, enum lane lane)
{
	struct slot *spare;

	while (serving(k, lane) < wanted(k, lane) &&
	    (spare = find(k, lane, WORKER_SPARE)) != NULL)
		serve(spare);
}

static void
replace_due(struct keeper *k, enum lane lane)
{
	unsigned i;

	for (i = 0; i < k->slot_count; i++) {
		struct slot *slot = &k->slots[i];

		if (slot->lane != lane || slot->state != WORKER_IDLE ||
		    !slot->due)
			continue;
		if (!slot->late && find(k, lane, WORKER_SPARE) == NULL)
			continue;
		retire(slot);
		promote(k, lane);
	}
}

/* A job that had to wait for this very worker to be forked is worth knowing. */
void
staff_started(struct slot *slot)
{
	struct keeper *k = slot->keeper;

	slot->state = WORKER_SPARE;
	swiftly(slot->pid);
	if (k->ready && serving(k, slot->lane) < wanted(k, slot->lane) &&
	    find(k, slot->lane, WORKER_IDLE) == NULL &&
	    somebody_waits(k, slot->lane))
		k->fork_waits++;
}

/* --- when to fork --- */

/* Gone, and not held back after an early death. */
static struct slot *
unforked(struct keeper *k, enum lane lane)
{
	unsigned i;

	for (i = 0; i < k->slot_count; i++)
		if (k->slots[i].lane == lane && k->slots[i].pid == 0 &&
		    k->slots[i].restart == 0)
			return &k->slots[i];
	return NULL;
}

static bool
is_short(const struct keeper *k, enum lane lane)
{
	return serving(k, lane) + count(k, lane, WORKER_STARTING) +
	    count(k, lane, WORKER_SPARE) < wanted(k, lane);
}

static struct slot *
next_to_fork(struct keeper *k)
{
	struct slot *small = unforked(k, LANE_SMALL);

	return small != NULL ? small : unforked(k, LANE_BIG);
}

static void
wait_for_quiet(struct keeper *k)
{
	if (k->ready && k->quiet == 0 && next_to_fork(k) != NULL)
		k->quiet = loop_at(k->loop, clock_ms() + QUIET_MS, on_quiet,
		    k);
}

static bool
is_quiet(const struct keeper *k)
{
	return clock_ms() - k->last_handover >= QUIET_MS &&
	    !somebody_waits(k, LANE_SMALL) && !somebody_waits(k, LANE_BIG);
}

/* Before it serves, one at a time: another generation does, and the starts of
 * several workers would take all processors from it. */
static bool
may_fork(const struct keeper *k)
{
	return !k->failed && (k->ready ||
	    (count(k, LANE_SMALL, WORKER_STARTING) == 0 &&
	    count(k, LANE_BIG, WORKER_STARTING) == 0));
}

/* A fork takes milliseconds with a real set, and nobody is served meanwhile. */
static void
fork_one(struct keeper *k, struct slot *slot)
{
	unsigned lane;

	slot_start(slot);
	if (slot->pid > 0)
		gently(slot->pid);
	for (lane = 0; lane < LANE_COUNT; lane++)
		if (find(k, lane, WORKER_IDLE) != NULL &&
		    somebody_waits(k, lane))
			k->fork_waits++;
}

static void
on_quiet(void *ctx)
{
	struct keeper *k = ctx;
	struct slot *slot = next_to_fork(k);

	k->quiet = 0;
	if (slot != NULL && (is_quiet(k) ||
	    clock_ms() - slot->gone_since >= QUIET_MOST_MS))
		fork_one(k, slot);
	wait_for_quiet(k);
}

void
staff_update(struct keeper *k, enum lane lane)
{
	struct slot *slot;

	promote(k, lane);
	replace_due(k, lane);
	while (may_fork(k) && is_short(k, lane) &&
	    (slot = unforked(k, lane)) != NULL)
		slot_start(slot);
	lane_update(k, lane);
	wait_for_quiet(k);
	report_changed(k);
}

void
staff_update_all(struct keeper *k)
{
	unsigned lane;

	for (lane = 0; lane < LANE_COUNT; lane++)
		staff_update(k, lane);
}
