/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/pulse.h"

#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/proc.h"

#define TICK_MS 1000
#define STILL_MOST 6		/* seconds; a keeper has as many */
#define START_MOST 60		/* ... until a monitor's first beat */

/* Counted, not measured: while the machine or we ourselves stood still, nobody
 * could beat, and nobody is late. */
static unsigned
still(struct beat *beat, pid_t pid, uint32_t count)
{
	if (pid == 0 || pid != beat->pid || count != beat->count)
		*beat = (struct beat){ .pid = pid, .count = count };
	else
		beat->still++;
	return beat->still;
}

/* Whoever captured a child of c-icap can write any number into the segment. Its
 * descriptor first: what we look at and what we kill are the same process. */
static bool
kill_child_of(pid_t monitor, pid_t pid)
{
	AUTO_CLOSE int fd = pidfd_open(pid, 0);

	return fd != -1 && proc_parent(pid) == monitor &&
	    pidfd_send_signal(fd, SIGKILL, NULL, 0) == 0;
}

static void
check_children(struct pulse *pulse)
{
	struct segment *segment = pulse->house->segment;
	size_t i;

	for (i = 0; i < ICAP_CHILDREN_MAX; i++) {
		struct thread_count *at = &segment->threads[i];
		pid_t pid = atomic_load(&at->pid);

		if (still(&pulse->child[i], pid, atomic_load(&at->beat)) !=
		    STILL_MOST || !kill_child_of(pulse->monitor.pid, pid))
			continue;
		log_warn("c-icap hangs", "process=child pid=%d action=kill",
		    (int)pid);
		metrics_add(&segment->metrics, METRIC_HANGS_CHILD, 1);
	}
}

static void
end_all(struct pulse *pulse, const char *what)
{
	log_warn("c-icap hangs", "process=%s pid=%d action=kill", what,
	    (int)pulse->ward->pid);
	metrics_add(&pulse->house->segment->metrics, METRIC_HANGS_ICAP, 1);
	ward_kill(pulse->ward);
}

static void
check_monitor(struct pulse *pulse)
{
	uint32_t before = pulse->monitor.count;
	uint32_t count = atomic_load(&pulse->house->segment->monitor_beat);
	unsigned seconds = still(&pulse->monitor, pulse->ward->pid, count);

	pulse->began |= count != before;
	if (seconds == (pulse->began ? STILL_MOST : START_MOST))
		end_all(pulse, "monitor");
}

/* Longer than a request that nothing is wrong with. */
static unsigned
work_most(const struct settings *settings)
{
	return (unsigned)(settings->icap_timeout + settings->scan_big_seconds +
	    settings->scan_small_seconds + settings->scan_queue_seconds);
}

/* While our own checks fail, they come often: a c-icap that hears them counts
 * them, whatever it answers. */
static void
check_work(struct pulse *pulse)
{
	struct segment *segment = pulse->house->segment;
	uint64_t work = metrics_get(&segment->metrics, METRIC_REQUESTS) +
	    metrics_get(&segment->metrics, METRIC_SELFCHECKS);

	if (segment_status_edit(segment)->state != STATE_DEGRADED ||
	    work != pulse->work)
		pulse->idle = 0;
	else if (++pulse->idle == work_most(&pulse->house->settings))
		end_all(pulse, "all");
	pulse->work = work;
}

/* One that is being ended has its own deadline (ward.c). */
static void
look(struct pulse *pulse)
{
	const struct ward *ward = pulse->ward;

	if (ward->pid != pulse->monitor.pid) {
		memset(&pulse->child, 0, sizeof(pulse->child));
		pulse->monitor = (struct beat){
			.pid = ward->pid,
			.count = atomic_load(
			    &pulse->house->segment->monitor_beat),
		};
		pulse->began = false;
		pulse->idle = 0;
	}
	if (ward->pid == 0 || ward->state == WARD_ENDING)
		return;
	check_children(pulse);
	check_work(pulse);
	check_monitor(pulse);
}

static void
on_tick(void *ctx)
{
	struct pulse *pulse = ctx;

	look(pulse);
	pulse->timer = loop_at(pulse->house->loop, clock_ms() + TICK_MS,
	    on_tick, pulse);
}

void
pulse_start(struct pulse *pulse, struct house *house, struct ward *ward)
{
	*pulse = (struct pulse){ .house = house, .ward = ward };
	on_tick(pulse);
}

void
pulse_stop(struct pulse *pulse)
{
	loop_cancel(pulse->house->loop, &pulse->timer);
}
