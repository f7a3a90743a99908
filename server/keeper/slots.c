/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "worker/scratch.h"
#include "worker/worker.h"

#define START_MS 60000		/* caged and proven, or killed */
#define THROTTLE_MAX_S 30

uint32_t
lane_limit_ms(const struct keeper *k, enum lane lane)
{
	uint64_t seconds[LANE_COUNT] = {
		[LANE_SMALL] = k->settings.scan_small_seconds,
		[LANE_BIG] = k->settings.scan_big_seconds,
	};

	return (uint32_t)(seconds[lane] * 1000);
}

static void
on_start_overdue(void *ctx)
{
	struct slot *slot = ctx;

	slot->deadline = 0;
	slot_kill(slot, DEATH_DEADLINE);
}

/* It never had a way to the log itself. */
static void
take_voice(int voice)
{
	if (dup2(voice, STDOUT_FILENO) != -1 &&
	    dup2(voice, STDERR_FILENO) != -1)
		return;
	log_error("worker without a voice", "reason=\"%s\"", strerror(errno));
	_exit(1);
}

_Noreturn static void
become_worker(const struct slot *slot, int channel, int voice, pid_t keeper)
{
	const struct keeper *k = slot->keeper;
	const struct worker_spec spec = {
		.ops = k->ops,
		.engine = k->engine,
		.lane = slot->lane,
		.generation = k->generation,
		.keeper = keeper,
		.channel = channel,
		.scratch = slot->scratch,
		.time_limit_ms = lane_limit_ms(k, slot->lane),
		.scan_max = k->settings.scan_max,
		.recursion = (uint32_t)k->settings.scan_recursion,
		.files = (uint32_t)k->settings.scan_files,
		.memory = k->settings.scan_memory,
		.cage = k->cage,
		.log_level = k->log_level,
	};

	loop_signals_restore();
	take_voice(voice);
	worker_run(&spec);
}

/* Ours is 0, the worker's 1. Neither a worker that says too much nor a keeper
 * that is slow to hear it makes the other wait. */
static int
make_ways(int channel[2], int voice[2], struct err *err)
{
	/* Not SOCK_STREAM: half a message cannot be. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) ==
	    -1)
		return err_sys(err, "socketpair");
	if (pipe2(voice, O_CLOEXEC | O_NONBLOCK) == 0)
		return 0;
	err_sys(err, "pipe");
	close_fd(&channel[0]);
	close_fd(&channel[1]);
	return -1;
}

static int
fork_worker(struct slot *slot, struct err *err)
{
	pid_t self = getpid(), pid;
	int channel[2], voice[2];

	if (scratch_make(slot->scratch, err) == -1 ||
	    make_ways(channel, voice, err) == -1)
		return -1;
	pid = fork();
	if (pid == 0)
		become_worker(slot, channel[1], voice[1], self);
	if (pid == -1)
		err_sys(err, "fork");
	close_fd(&channel[1]);
	close_fd(&voice[1]);
	if (pid == -1) {
		close_fd(&channel[0]);
		close_fd(&voice[0]);
		return -1;
	}
	slot->pid = pid;
	slot->channel = channel[0];
	hear_begin(slot, &voice[0]);
	return 0;
}

static void restart_later(struct slot *);

void
slot_start(struct slot *slot)
{
	struct keeper *k = slot->keeper;
	struct err err;

	/* It cannot be mounted again: that took what was given up. */
	if (cage_check(slot, &err) == -1) {
		keeper_fail(k, err.text);
		return;
	}
	if (fork_worker(slot, &err) == -1) {
		log_error("worker not started", "lane=%s reason=\"%s\"",
		    lane_name(slot->lane), err.text);
		if (!k->ready)
			keeper_fail(k, err.text);
		else
			restart_later(slot);
		return;
	}
	slot->state = WORKER_STARTING;
	slot->jobs = slot->scans = 0;
	slot->killed = slot->retired = slot->due = slot->late = false;
	slot->deadline = loop_at(k->loop, clock_ms() + START_MS,
	    on_start_overdue, slot);
	loop_watch(k->loop, slot->channel, POLLIN, slot_on_message, slot);
	report_changed(k);
}

static void
on_restart(void *ctx)
{
	struct slot *slot = ctx;

	slot->restart = 0;
	staff_update(slot->keeper, slot->lane);
}

/* 1 s, 2 s, 4 s ... 30 s: whatever kills workers before they did anything
 * shall not also burn the machine. */
static void
restart_later(struct slot *slot)
{
	unsigned seconds = THROTTLE_MAX_S;

	if (slot->early_deaths < 5)
		seconds = 1U << slot->early_deaths;
	slot->early_deaths++;
	slot->restart = loop_at(slot->keeper->loop,
	    clock_ms() + seconds * 1000, on_restart, slot);
}

void
slot_kill(struct slot *slot, enum death why)
{
	if (slot->pid == 0 || slot->killed)
		return;
	slot->killed = true;
	slot->why = why;
	slot->state = WORKER_GONE;
	kill(slot->pid, SIGKILL);
	staff_update(slot->keeper, slot->lane);
}

static void
count_death(struct slot *slot, int status)
{
	struct keeper *k = slot->keeper;
	enum death why = WIFSIGNALED(status) ? DEATH_SIGNAL : DEATH_EXIT;
	char words[64];

	if (slot->killed)
		why = slot->why;
	k->deaths[why]++;
	if (why == DEATH_SIGNAL)
		renew_note_death(k);
	if (why != DEATH_ABANDONED && slot->jobs > 0)
		doubt_tell(k, slot->pid);
	log_warn("worker died",
	    "pid=%d lane=%s generation=%u why=%s status=\"%s\" job=%llu "
	    "scans=%u action=replace",
	    (int)slot->pid, lane_name(slot->lane), k->generation,
	    death_name(why), child_why(words, sizeof words, status),
	    (unsigned long long)slot->job, slot->scans);
}

static void
slot_clear(struct slot *slot)
{
	struct loop *loop = slot->keeper->loop;

	job_end(slot);
	loop_cancel(loop, &slot->deadline);
	loop_cancel(loop, &slot->age);
	loop_unwatch(loop, slot->channel);
	close_fd(&slot->channel);
	slot->pid = 0;
	slot->memory = 0;
	slot->state = WORKER_GONE;
	slot->gone_since = clock_ms();
}

static void
slot_died(struct slot *slot, int status)
{
	struct keeper *k = slot->keeper;
	bool early;

	hear_end(slot);
	slot_messages(slot);
	early = slot->jobs == 0 && !slot->retired;
	if (slot->retired)
		log_info("worker replaced", "pid=%d lane=%s why=%s scans=%u",
		    (int)slot->pid, lane_name(slot->lane),
		    replaced_name(slot->due_why), slot->scans);
	else
		count_death(slot, status);
	job_lost(slot);
	slot_clear(slot);
	if (early && !k->ready)
		keeper_fail(k, "a worker died before its first job");
	else if (early)
		restart_later(slot);
	staff_update(k, slot->lane);
}

void
slots_reap(struct keeper *k)
{
	unsigned i;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < k->slot_count; i++)
			if (k->slots[i].pid == pid) {
				slot_died(&k->slots[i], status);
				break;
			}
}

/* One more than serve: the spare one. */
static void
slots_add(struct keeper *k, enum lane lane, uint64_t count)
{
	struct slot *slot;

	for (count++; count > 0 && k->slot_count < WORKERS_MAX; count--) {
		slot = &k->slots[k->slot_count];
		*slot = (struct slot){
			.keeper = k,
			.lane = lane,
			.state = WORKER_GONE,
			.channel = -1,
			.connection = -1,
			.voice = -1,
		};
		snprintf(slot->scratch, sizeof slot->scratch,
		    "%s/gen-%u/scratch/%u", k->runtime, k->generation,
		    k->slot_count++);
	}
}

void
slots_plan(struct keeper *k)
{
	slots_add(k, LANE_SMALL, k->settings.scan_small_workers);
	slots_add(k, LANE_BIG, k->settings.scan_big_workers);
}

static void
slot_end(struct slot *slot)
{
	if (slot->pid > 0) {
		gently(slot->pid);
		kill(slot->pid, SIGKILL);
	}
	while (slot->pid > 0 && waitpid(slot->pid, NULL, 0) == -1 &&
	    errno == EINTR)
		continue;
	hear_end(slot);
	close_fd(&slot->channel);
	close_fd(&slot->connection);
	/* One in memory goes with the last process that sees it. */
	if (!slot->in_memory)
		scratch_remove(slot->scratch);
}

void
slots_end(struct keeper *k)
{
	unsigned i;

	for (i = 0; !k->left && i < k->slot_count; i++)
		if (k->slots[i].pid > 0)
			kill(k->slots[i].pid, SIGKILL);
	if (k->left)
		gently(0);
	for (i = 0; i < k->slot_count; i++)
		slot_end(&k->slots[i]);
}
