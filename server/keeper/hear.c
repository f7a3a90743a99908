/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What workers say reaches the log only through here: each writes into a pipe
 * of its own. After each look at one it is left alone for a moment, so that a
 * worker that writes without end takes no more of the keeper than the size of a
 * pipe for each of them; what finds no room is lost to it.
 */
#include "keeper/keeper.h"

#include <poll.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

#define MOMENT_MS 100
#define PIECE 16384
#define PIPE_PIECES 4		/* the kernel's usual pipe */
#define PIPE_MOST_PIECES 64	/* the largest that a user can make of it */

static void on_moment(void *ctx);

static void
say(void *ctx, enum log_level level, const char *text)
{
	const struct slot *slot = ctx;

	log_relay(level, SAID_ROLE, slot->said.pid, text);
}

static void
tell_dropped(struct slot *slot, int64_t now_ms)
{
	unsigned long count = said_dropped(&slot->said, now_ms);

	if (count > 0)
		log_warn("worker lines dropped", "pid=%d lane=%s count=%lu",
		    (int)slot->said.pid, lane_name(slot->lane), count);
}

static void
stop(struct slot *slot)
{
	loop_unwatch(slot->keeper->loop, slot->voice);
	close_fd(&slot->voice);
	slot->unheard = false;
}

static void
listen_to(struct slot *slot, unsigned pieces)
{
	char piece[PIECE];
	ssize_t got = 1;

	for (; pieces > 0 && got > 0; pieces--) {
		got = read(slot->voice, piece, sizeof piece);
		if (got > 0)
			said_feed(&slot->said, piece, (size_t)got, clock_ms());
	}
	if (got == 0)
		stop(slot);
}

static void
look_again(struct keeper *k)
{
	if (k->hear == 0)
		k->hear = loop_at(k->loop, clock_ms() + MOMENT_MS, on_moment,
		    k);
}

static void
on_voice(void *ctx, int fd, short revents)
{
	struct slot *slot = ctx;

	(void)revents;
	loop_unwatch(slot->keeper->loop, fd);
	slot->unheard = true;
	listen_to(slot, PIPE_PIECES);
	look_again(slot->keeper);
}

static void
on_moment(void *ctx)
{
	struct keeper *k = ctx;
	int64_t now = clock_ms();
	unsigned i;

	k->hear = 0;
	for (i = 0; i < k->slot_count; i++) {
		struct slot *slot = &k->slots[i];

		if (slot->unheard)
			loop_watch(k->loop, slot->voice, POLLIN, on_voice,
			    slot);
		slot->unheard = false;
		tell_dropped(slot, now);
		if (slot->said.dropped > 0)
			look_again(k);
	}
}

void
hear_begin(struct slot *slot, int *voice)
{
	slot->said.say = say;
	slot->said.ctx = slot;
	said_begin(&slot->said, slot->pid);
	slot->voice = steal_fd(voice);
	slot->unheard = false;
	loop_watch(slot->keeper->loop, slot->voice, POLLIN, on_voice, slot);
}

/* The last word of one that died is the one that counts. */
void
hear_end(struct slot *slot)
{
	if (slot->voice != -1)
		listen_to(slot, PIPE_MOST_PIECES);
	said_end(&slot->said, clock_ms());
	tell_dropped(slot, INT64_MAX);
	stop(slot);
}
