/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/ward.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/log.h"

enum event { EVENT_START, EVENT_WORKED, EVENT_DIED, EVENT_STOP, EVENTS };

static void handle(struct ward *ward, enum event event);

static void
enter(struct ward *ward, enum ward_state state)
{
	loop_cancel(ward->loop, &ward->timer);
	ward->state = state;
}

static void
on_restart_time(void *ctx)
{
	struct ward *ward = ctx;

	ward->timer = 0;
	handle(ward, EVENT_START);
}

/* Never more than one start a second: what says that it works and dies must
 * not load signatures all day. */
static int64_t
next_start(const struct ward *ward, int wait)
{
	int64_t soonest = ward->started + 1000, wanted = clock_ms() + wait;

	return wanted > soonest ? wanted : soonest;
}

static void
restart_after(struct ward *ward, bool worked)
{
	int wait = throttle_after(&ward->throttle, worked);

	if (ward->held) {
		enter(ward, WARD_DOWN);
		return;
	}
	enter(ward, WARD_WAITING);
	if (wait > 0)
		log_warn("start delayed", "child=%s seconds=%d", ward->name,
		    wait / 1000);
	ward->timer = loop_at(ward->loop, next_start(ward, wait),
	    on_restart_time, ward);
}

static void
do_start(struct ward *ward)
{
	struct err err;

	enter(ward, WARD_STARTING);
	ward->started = clock_ms();
	if (ward->start(ward->ctx, &ward->pid, &err) == 0) {
		log_info("child started", "child=%s pid=%d", ward->name,
		    (int)ward->pid);
		return;
	}
	ward->pid = 0;
	log_error("child not started", "child=%s reason=\"%s\"", ward->name,
	    err.text);
	ward->died(ward->ctx, false);
	if (ward->state == WARD_STARTING)
		restart_after(ward, false);
}

static void
do_up(struct ward *ward)
{
	enter(ward, WARD_UP);
}

/* died() may have asked us to stop: then there is no next start. */
static void
do_early_death(struct ward *ward)
{
	enter(ward, WARD_WAITING);
	ward->died(ward->ctx, false);
	if (ward->state == WARD_WAITING)
		restart_after(ward, false);
}

static void
do_death(struct ward *ward)
{
	enter(ward, WARD_WAITING);
	ward->died(ward->ctx, true);
	if (ward->state == WARD_WAITING)
		restart_after(ward, true);
}

static void
do_end(struct ward *ward)
{
	enter(ward, WARD_DOWN);
	ward->ended(ward->ctx);
}

static void
do_last_death(struct ward *ward)
{
	ward->died(ward->ctx, true);
	do_end(ward);
}

static void
on_stop_overdue(void *ctx)
{
	struct ward *ward = ctx;

	ward->timer = 0;
	log_warn("child killed", "child=%s pid=%d reason=\"does not end\"",
	    ward->name, (int)ward->pid);
	kill(-ward->pid, SIGKILL);
}

static void
do_term(struct ward *ward)
{
	enter(ward, WARD_ENDING);
	kill(ward->pid, SIGTERM);
	ward->timer = loop_at(ward->loop,
	    clock_ms() + ward->stop_seconds * 1000, on_stop_overdue, ward);
}

static void
handle(struct ward *ward, enum event event)
{
	static void (*const table[WARD_STATES][EVENTS])(struct ward *) = {
		[WARD_DOWN] = {
			[EVENT_START] = do_start,
			[EVENT_STOP] = do_end,
		},
		[WARD_WAITING] = {
			[EVENT_START] = do_start,
			[EVENT_STOP] = do_end,
		},
		[WARD_STARTING] = {
			[EVENT_WORKED] = do_up,
			[EVENT_DIED] = do_early_death,
			[EVENT_STOP] = do_term,
		},
		[WARD_UP] = {
			[EVENT_DIED] = do_death,
			[EVENT_STOP] = do_term,
		},
		[WARD_ENDING] = {
			[EVENT_DIED] = do_last_death,
			[EVENT_STOP] = do_term,
		},
	};

	if (table[ward->state][event] != NULL)
		table[ward->state][event](ward);
}

void
ward_start(struct ward *ward)
{
	handle(ward, EVENT_START);
}

void
ward_worked(struct ward *ward)
{
	handle(ward, EVENT_WORKED);
}

void
ward_kill(struct ward *ward)
{
	if (ward->pid > 0)
		kill(-ward->pid, SIGKILL);
}

void
ward_hold(struct ward *ward)
{
	ward->held = true;
	if (ward->state == WARD_WAITING)
		enter(ward, WARD_DOWN);
}

void
ward_unhold(struct ward *ward)
{
	ward->held = false;
}

void
ward_leave(struct ward *ward, int seconds)
{
	enter(ward, WARD_ENDING);
	ward->timer = loop_at(ward->loop, clock_ms() + seconds * 1000,
	    on_stop_overdue, ward);
}

void
ward_stop(struct ward *ward)
{
	handle(ward, EVENT_STOP);
}

/* Orphans come to us (PR_SET_CHILD_SUBREAPER); after SIGKILL waiting for them
 * is short. */
static int
reap_group(pid_t group)
{
	int status = 0;

	while (waitpid(group, &status, 0) == -1 && errno == EINTR)
		;
	while (waitpid(-group, NULL, 0) != -1 || errno == EINTR)
		;
	return status;
}

/* The first process is still a zombie when the group is killed: its number
 * cannot belong to anybody else. */
bool
ward_reap(struct ward *ward, pid_t pid)
{
	char why[64];
	int status;

	if (pid <= 0 || pid != ward->pid)
		return false;
	kill(-pid, SIGKILL);
	if (ward->last_words != NULL)
		ward->last_words(ward->ctx);
	status = reap_group(pid);
	ward->pid = 0;
	child_why(why, sizeof(why), status);
	log_write(ward->state == WARD_ENDING ? LOG_INFO : LOG_WARN,
	    "child ended", "child=%s pid=%d why=\"%s\"", ward->name, (int)pid,
	    why);
	handle(ward, EVENT_DIED);
	return true;
}
