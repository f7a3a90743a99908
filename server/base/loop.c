/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/cleanup.h"
#include "base/clock.h"

#define LOOP_FDS_MAX 512
#define LOOP_TIMERS_MAX 512

struct watch {
	loop_fd_fn *fn;
	void *ctx;
};

struct timer {
	int id;			/* 0: free */
	int64_t at_ms;
	loop_timer_fn *fn;
	void *ctx;
};

/* polls[i] belongs to watches[i]. A removed one has fd -1 until the end of the
 * round, so that indexes stay while callbacks run. */
struct loop {
	struct pollfd polls[LOOP_FDS_MAX];
	struct watch watches[LOOP_FDS_MAX];
	nfds_t used;
	struct timer timers[LOOP_TIMERS_MAX];
	size_t timer_end;		/* all behind it are free */
	int next_id;
	int signal_fd;
	loop_signal_fn *signal_fn;
	void *signal_ctx;
	bool stopped;
};

int
loop_new(struct loop **loop_out, struct err *err)
{
	struct loop *loop = calloc(1, sizeof *loop);

	if (loop == NULL)
		return err_sys(err, "event loop");
	loop->signal_fd = -1;
	*loop_out = loop;
	return 0;
}

void
loop_free(struct loop **loop)
{
	if (*loop != NULL)
		close_fd(&(*loop)->signal_fd);
	free(*loop);
	*loop = NULL;
}

static struct pollfd *
find(struct loop *loop, int fd)
{
	nfds_t i;

	for (i = 0; i < loop->used; i++)
		if (loop->polls[i].fd == fd)
			return &loop->polls[i];
	return NULL;
}

void
loop_watch(struct loop *loop, int fd, short events, loop_fd_fn *fn, void *ctx)
{
	struct pollfd *entry = find(loop, fd);

	bug_if(fd < 0);
	if (entry == NULL) {
		bug_if(loop->used == LOOP_FDS_MAX);
		entry = &loop->polls[loop->used++];
		entry->revents = 0;
	}
	entry->fd = fd;
	entry->events = events;
	loop->watches[entry - loop->polls] = (struct watch){ fn, ctx };
}

void
loop_unwatch(struct loop *loop, int fd)
{
	struct pollfd *entry = fd < 0 ? NULL : find(loop, fd);

	if (entry == NULL)
		return;
	entry->fd = -1;
	entry->revents = 0;
}

static void
drop_removed(struct loop *loop)
{
	nfds_t from, to = 0;

	for (from = 0; from < loop->used; from++) {
		if (loop->polls[from].fd == -1)
			continue;
		loop->polls[to] = loop->polls[from];
		loop->watches[to++] = loop->watches[from];
	}
	loop->used = to;
}

int
loop_at(struct loop *loop, int64_t at_ms, loop_timer_fn *fn, void *ctx)
{
	struct timer *timer = loop->timers;

	while (timer->id != 0) {
		timer++;
		bug_if(timer == loop->timers + LOOP_TIMERS_MAX);
	}
	if (timer == loop->timers + loop->timer_end)
		loop->timer_end++;
	if (++loop->next_id <= 0)
		loop->next_id = 1;
	*timer = (struct timer){ loop->next_id, at_ms, fn, ctx };
	return timer->id;
}

void
loop_cancel(struct loop *loop, int *id)
{
	size_t i;

	for (i = 0; *id > 0 && i < loop->timer_end; i++)
		if (loop->timers[i].id == *id)
			loop->timers[i].id = 0;
	*id = 0;
}

static int
wait_ms(const struct loop *loop)
{
	int64_t first = INT64_MAX;
	size_t i;

	for (i = 0; i < loop->timer_end; i++)
		if (loop->timers[i].id != 0 && loop->timers[i].at_ms < first)
			first = loop->timers[i].at_ms;
	return first == INT64_MAX ? -1 : clock_left(first);
}

/* The earliest of those that are due; NULL: none is. */
static struct timer *
first_due(struct loop *loop, int64_t now)
{
	struct timer *first = NULL;
	size_t i;

	for (i = 0; i < loop->timer_end; i++) {
		struct timer *timer = &loop->timers[i];

		if (timer->id == 0 || timer->at_ms > now)
			continue;
		if (first == NULL || timer->at_ms < first->at_ms)
			first = timer;
	}
	return first;
}

static void
run_timers(struct loop *loop)
{
	int64_t now = clock_ms();
	struct timer *timer;

	while (!loop->stopped && (timer = first_due(loop, now)) != NULL) {
		struct timer due = *timer;

		timer->id = 0;
		due.fn(due.ctx);
	}
}

static void
run_watches(struct loop *loop)
{
	nfds_t i, ready = loop->used;
	short revents;

	for (i = 0; i < ready && !loop->stopped; i++) {
		revents = loop->polls[i].revents;
		loop->polls[i].revents = 0;
		if (loop->polls[i].fd != -1 && revents != 0)
			loop->watches[i].fn(loop->watches[i].ctx,
			    loop->polls[i].fd, revents);
	}
	drop_removed(loop);
}

int
loop_run(struct loop *loop, struct err *err)
{
	loop->stopped = false;
	while (!loop->stopped) {
		drop_removed(loop);
		if (poll(loop->polls, loop->used, wait_ms(loop)) == -1) {
			if (errno == EINTR)
				continue;
			return err_sys(err, "poll");
		}
		run_watches(loop);
		run_timers(loop);
	}
	return 0;
}

void
loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

static void
on_signal(void *ctx, int fd, short revents)
{
	struct loop *loop = ctx;
	struct signalfd_siginfo info;

	(void)revents;
	while (read(fd, &info, sizeof info) == (ssize_t)sizeof info)
		loop->signal_fn(loop->signal_ctx, (int)info.ssi_signo);
}

int
loop_signals(struct loop *loop, const sigset_t *set, loop_signal_fn *fn,
    void *ctx, struct err *err)
{
	if (sigprocmask(SIG_BLOCK, set, NULL) == -1)
		return err_sys(err, "sigprocmask");
	loop->signal_fd = signalfd(-1, set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (loop->signal_fd == -1)
		return err_sys(err, "signalfd");
	loop->signal_fn = fn;
	loop->signal_ctx = ctx;
	loop_watch(loop, loop->signal_fd, POLLIN, on_signal, loop);
	return 0;
}

void
loop_signals_restore(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
