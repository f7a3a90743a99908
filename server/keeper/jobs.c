/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/keeper.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "wire/frame.h"
#include "wire/packet.h"
#include "wire/verdict.h"

#define WATCH_MS 100		/* most jobs are done before */
#define PATIENCE_MS 500		/* a client left: the job may just be done */
#define PAUSE_MS 100		/* nobody can be accepted */
#define TELL_MS 1000		/* how often that is told */

static void on_client(void *ctx, int fd, short revents);

static struct slot *
idle_slot(struct keeper *k, enum lane lane)
{
	unsigned i;

	for (i = 0; i < k->slot_count; i++)
		if (k->slots[i].lane == lane &&
		    k->slots[i].state == WORKER_IDLE)
			return &k->slots[i];
	return NULL;
}

/* The backlog of the listening socket is the queue. */
void
lane_update(struct keeper *k, enum lane lane)
{
	if (k->pause == 0 && idle_slot(k, lane) != NULL)
		loop_watch(k->loop, k->listening[lane], POLLIN, on_client, k);
	else
		loop_unwatch(k->loop, k->listening[lane]);
}

void
job_end(struct slot *slot)
{
	struct loop *loop = slot->keeper->loop;

	loop_cancel(loop, &slot->deadline);
	loop_cancel(loop, &slot->patience);
	loop_unwatch(loop, slot->connection);
	close_fd(&slot->connection);
	slot->job = 0;
}

/* It closed its channel and lives on. */
static void
on_deaf(void *ctx)
{
	struct slot *slot = ctx;

	slot->deadline = 0;
	slot_kill(slot, DEATH_PROTOCOL);
}

/* The client learns why: another worker would fare no better. */
void
job_refuse(struct slot *slot, enum refusal why)
{
	uint8_t packet[64];
	struct err err;
	ssize_t len = refusal_pack(why, packet, sizeof packet, &err);

	if (slot->connection == -1 || slot->told)
		return;
	slot->told = true;
	if (len == -1 || packet_send(slot->connection, packet, (size_t)len, -1,
	    &err) == -1)
		log_debug("client gone", "job=%llu",
		    (unsigned long long)slot->job);
}

/* Said, because a worker that lives can hang up, too. Not of a job that it did
 * not read: that the kernel says. */
void
job_lost(struct slot *slot)
{
	struct pollfd look = { .fd = slot->connection, .events = POLLIN };

	if (poll(&look, 1, 0) == 0)
		job_refuse(slot, REFUSED_DIED);
}

static void
on_overdue(void *ctx)
{
	struct slot *slot = ctx;

	slot->deadline = 0;
	slot_kill(slot, DEATH_DEADLINE);
	job_refuse(slot, REFUSED_OVERDUE);
}

static void
on_abandoned(void *ctx)
{
	struct slot *slot = ctx;

	slot->patience = 0;
	slot_kill(slot, DEATH_ABANDONED);
}

static void
on_hangup(void *ctx, int fd, short revents)
{
	struct slot *slot = ctx;

	(void)revents;
	loop_unwatch(slot->keeper->loop, fd);
	slot->patience = loop_at(slot->keeper->loop,
	    clock_ms() + PATIENCE_MS, on_abandoned, slot);
}

/* Not from the start: who has got a verdict leaves, just before the worker says
 * that it is done, and would wake us once more for each job. */
static void
on_watch(void *ctx)
{
	struct slot *slot = ctx;

	slot->patience = 0;
	loop_watch(slot->keeper->loop, slot->connection, 0, on_hangup, slot);
}

static int
hand_over(struct slot *slot, int connection, struct err *err)
{
	struct keeper *k = slot->keeper;
	uint8_t packet[64];
	ssize_t len = handover_pack(k->last_job + 1, packet, sizeof packet,
	    err);

	if (len == -1 || packet_send(slot->channel, packet, (size_t)len,
	    connection, err) == -1)
		return -1;
	slot->job = ++k->last_job;
	k->last_handover = clock_ms();
	slot->jobs++;
	slot->early_deaths = 0;
	slot->state = WORKER_BUSY;
	slot->connection = connection;
	slot->told = false;
	slot->deadline = loop_at(k->loop, clock_ms() +
	    lane_limit_ms(k, slot->lane), on_overdue, slot);
	slot->patience = loop_at(k->loop, clock_ms() + WATCH_MS, on_watch,
	    slot);
	memory_watch(k);
	return 0;
}

static bool
hung_up(int connection)
{
	struct pollfd look = { .fd = connection };

	return poll(&look, 1, 0) == 1;
}

/* Not to a dead worker whose end is not yet known here. */
static void
give_to_any(struct keeper *k, enum lane lane, int *connection)
{
	struct slot *slot;
	struct err err;

	while ((slot = idle_slot(k, lane)) != NULL) {
		if (hand_over(slot, *connection, &err) == 0) {
			*connection = -1;
			return;
		}
		log_debug("worker not reached", "pid=%d reason=\"%s\"",
		    (int)slot->pid, err.text);
		slot->state = WORKER_GONE;
	}
}

static void
on_pause_over(void *ctx)
{
	struct keeper *k = ctx;

	k->pause = 0;
	lane_update(k, LANE_SMALL);
	lane_update(k, LANE_BIG);
}

/* Without descriptors or memory: who waits makes the socket readable for ever,
 * and the loop would spin. */
static void
not_accepted(struct keeper *k, enum lane lane, int why)
{
	int64_t now = clock_ms();

	if (why == EAGAIN || why == ECONNABORTED || why == EINTR)
		return;
	if (k->not_accepted == 0 || now - k->not_accepted >= TELL_MS) {
		k->not_accepted = now;
		log_error("accept failed", "lane=%s reason=\"%s\"",
		    lane_name(lane), strerror(why));
	}
	k->pause = loop_at(k->loop, now + PAUSE_MS, on_pause_over, k);
	lane_update(k, LANE_SMALL);
	lane_update(k, LANE_BIG);
}

static void
on_client(void *ctx, int fd, short revents)
{
	struct keeper *k = ctx;
	enum lane lane = fd == k->listening[LANE_BIG] ? LANE_BIG : LANE_SMALL;
	AUTO_CLOSE int connection = -1;

	(void)revents;
	connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (connection == -1) {
		if (k->pause == 0)
			not_accepted(k, lane, errno);
		return;
	}
	if (!hung_up(connection))
		give_to_any(k, lane, &connection);
	staff_update(k, lane);
}

/* --- what a worker says --- */

static void
end_of_job(struct slot *slot)
{
	slot->state = WORKER_IDLE;
	staff_worked(slot);
}

static int
on_done(struct slot *slot, const void *packet, size_t len, struct err *err)
{
	struct keeper *k = slot->keeper;
	uint64_t job;
	bool bad;

	if (done_unpack(&job, &bad, packet, len, err) == -1)
		return -1;
	if (slot->state != WORKER_STARTING && slot->state != WORKER_BUSY)
		return err_set(err, "done without a job");
	if (job != slot->job)
		return err_set(err, "done with another job");
	if (slot->state == WORKER_STARTING)
		memory_begin(slot);
	slot->scans += slot->state == WORKER_BUSY && !bad;
	k->bad_messages += bad;
	job_end(slot);
	if (slot->state == WORKER_STARTING)
		staff_started(slot);
	else
		end_of_job(slot);
	staff_update_all(k);
	return k->ready ? 0 : report_ready(k, err);
}

static const struct handler {
	enum frame_type type;
	int (*fn)(struct slot *, const void *, size_t, struct err *);
} handlers[] = {
	{ FRAME_DONE, on_done },
};

static int
dispatch(struct slot *slot, const void *packet, size_t len, struct err *err)
{
	enum frame_type type;
	struct reader r;
	size_t i;

	if (frame_open(packet, len, &type, &r, err) == -1)
		return -1;
	for (i = 0; i < sizeof handlers / sizeof *handlers; i++)
		if (handlers[i].type == type)
			return handlers[i].fn(slot, packet, len, err);
	return err_set(err, "message type %u is none of a worker's", type);
}

/* The channel ends with the process; who closes it and lives on is killed. */
static void
channel_ended(struct slot *slot)
{
	struct keeper *k = slot->keeper;

	loop_unwatch(k->loop, slot->channel);
	close_fd(&slot->channel);
	slot->state = WORKER_GONE;
	staff_update(k, slot->lane);
	loop_cancel(k->loop, &slot->deadline);
	slot->deadline = loop_at(k->loop, clock_ms() + PATIENCE_MS, on_deaf,
	    slot);
}

void
slot_on_message(void *ctx, int fd, short revents)
{
	struct slot *slot = ctx;
	uint8_t packet[256];
	struct err err = { "" };
	ssize_t len = packet_recv(fd, packet, sizeof packet, NULL, &err);

	(void)revents;
	if (slot->killed)
		return;
	if (len == 0 || (len == -1 && errno != EBADMSG)) {
		channel_ended(slot);
		return;
	}
	if (len > 0 && dispatch(slot, packet, (size_t)len, &err) == 0)
		return;
	log_warn("bad message", "from=worker pid=%d reason=\"%s\"",
	    (int)slot->pid, err.text);
	slot->keeper->bad_messages++;
	slot_kill(slot, DEATH_PROTOCOL);
}

void
slot_messages(struct slot *slot)
{
	struct pollfd look = { .events = POLLIN };

	while ((look.fd = slot->channel) != -1 && !slot->killed &&
	    poll(&look, 1, 0) == 1)
		slot_on_message(slot, slot->channel, look.revents);
}
