/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/supervisor.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>

#include "base/log.h"
#include "supervisor/asked.h"
#include "supervisor/cages.h"
#include "supervisor/icap_locks.h"
#include "supervisor/open_house.h"

#define COMPLAIN_AFTER 25	/* wrong checks: five seconds */

static void
enter(struct supervisor *sup, enum service_state state)
{
	sup->state = state;
	segment_status_edit(sup->house.segment)->state = state;
	segment_status_end(sup->house.segment);
}

/* What we were told and by which address all can be reached: once at start. */
static void
do_ready(struct supervisor *sup)
{
	struct status status;
	uint64_t signatures = 0;

	icap_locks_unlink(&sup->house, sup->icap.ward.pid);
	ward_worked(&sup->icap.ward);
	enter(sup, STATE_READY);
	if (segment_status_copy(sup->house.segment, &status) == 0)
		signatures = status.signatures.count;
	log_info("ready", "icap=%s signatures=%" PRIu64 " generation=%u",
	    sup->house.settings.icap_listen, signatures,
	    generations_serving(&sup->generations));
	sd_notify(0, "READY=1");
	readiness_in(&sup->readiness, CHECK_LATER_MS);
}

static void
do_recover(struct supervisor *sup)
{
	icap_locks_unlink(&sup->house, sup->icap.ward.pid);
	ward_worked(&sup->icap.ward);
	enter(sup, STATE_READY);
	log_info("ready again", "generation=%u",
	    generations_serving(&sup->generations));
	readiness_in(&sup->readiness, CHECK_LATER_MS);
}

static void
do_still_ready(struct supervisor *sup)
{
	readiness_in(&sup->readiness, CHECK_LATER_MS);
}

static void
do_check_soon(struct supervisor *sup)
{
	readiness_in(&sup->readiness, 0);
}

/* A start takes what it takes; only a long one is worth a line. */
static void
do_not_yet(struct supervisor *sup)
{
	icap_locks_unlink(&sup->house, sup->icap.ward.pid);
	if (++sup->wrong_checks % COMPLAIN_AFTER == 0)
		log_warn("not ready yet", "reason=\"%s\"",
		    sup->readiness.reason.text);
	readiness_in(&sup->readiness, CHECK_SOON_MS);
}

static void
do_degrade(struct supervisor *sup)
{
	enter(sup, STATE_DEGRADED);
	log_warn("degraded", "reason=\"%s\"", sup->readiness.reason.text);
	readiness_in(&sup->readiness, CHECK_SOON_MS);
}

static void
do_still_degraded(struct supervisor *sup)
{
	icap_locks_unlink(&sup->house, sup->icap.ward.pid);
	readiness_in(&sup->readiness, CHECK_AGAIN_MS);
}

static void
do_child_down(struct supervisor *sup)
{
	readiness_void(&sup->readiness);
	err_set(&sup->readiness.reason, "a child died");
	do_degrade(sup);
}

static void
do_child_down_again(struct supervisor *sup)
{
	readiness_void(&sup->readiness);
	readiness_in(&sup->readiness, CHECK_SOON_MS);
}

/* In order: no new requests and an end to every wait, c-icap, then keeper. */
static void
do_end(struct supervisor *sup)
{
	log_info("stopping", "state=%s", service_state_name(sup->state));
	enter(sup, STATE_ENDING);
	sd_notify(0, "STOPPING=1");
	readiness_stop(&sup->readiness);
	emergency_end(&sup->emergency, "stopping");
	atomic_store(&sup->house.segment->stop, 1);
	generations_hold(&sup->generations);
	icap_locks_unlink(&sup->house, sup->icap.ward.pid);
	ward_stop(&sup->icap.ward);
}

static void
do_refuse(struct supervisor *sup)
{
	sup->exit_status = 1;
	do_end(sup);
}

static void
do_end_keeper(struct supervisor *sup)
{
	generations_stop(&sup->generations);
}

static void
do_leave(struct supervisor *sup)
{
	loop_stop(sup->house.loop);
}

static void
on_news(struct house *house, enum news news)
{
	static void (*const table[][NEWS_COUNT])(struct supervisor *) = {
		[STATE_STARTING] = {
			[NEWS_KEEPER_UP] = do_check_soon,
			[NEWS_KEEPER_REFUSED] = do_refuse,
			[NEWS_ICAP_REFUSED] = do_refuse,
			[NEWS_CHECK_RIGHT] = do_ready,
			[NEWS_CHECK_WRONG] = do_not_yet,
			[NEWS_TERM] = do_end,
		},
		[STATE_READY] = {
			[NEWS_KEEPER_UP] = do_check_soon,
			[NEWS_KEEPER_DOWN] = do_child_down,
			[NEWS_ICAP_DOWN] = do_child_down,
			[NEWS_CHECK_RIGHT] = do_still_ready,
			[NEWS_CHECK_WRONG] = do_degrade,
			[NEWS_TERM] = do_end,
		},
		[STATE_DEGRADED] = {
			[NEWS_KEEPER_UP] = do_check_soon,
			[NEWS_KEEPER_DOWN] = do_child_down_again,
			[NEWS_ICAP_DOWN] = do_child_down_again,
			[NEWS_CHECK_RIGHT] = do_recover,
			[NEWS_CHECK_WRONG] = do_still_degraded,
			[NEWS_TERM] = do_end,
		},
		[STATE_ENDING] = {
			[NEWS_ICAP_ENDED] = do_end_keeper,
			[NEWS_KEEPER_ENDED] = do_leave,
		},
	};
	struct supervisor *sup = (struct supervisor *)house;

	if (table[sup->state][news] != NULL)
		table[sup->state][news](sup);
}

/* All that are on their way while the loop runs. */
static void
watch_errands(struct supervisor *sup)
{
	overtime_add(&sup->overtime, &sup->readiness.errand);
	overtime_add(&sup->overtime, &sup->generations.proof.errand);
	overtime_add(&sup->overtime, &sup->generations.sets.errand);
	overtime_start(&sup->overtime, &sup->house);
}

/* Zombies stay until their owner has seen them; those of nobody are orphans of
 * our children. */
static void
reap_all(struct supervisor *sup)
{
	siginfo_t info = { 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid != 0) {
		if (!generations_reap(&sup->generations, info.si_pid) &&
		    !ward_reap(&sup->icap.ward, info.si_pid) &&
		    !readiness_reap(&sup->readiness, info.si_pid))
			waitpid(info.si_pid, NULL, 0);
		info.si_pid = 0;
	}
}

static void
on_signal(void *ctx, int signo)
{
	struct supervisor *sup = ctx;

	switch (signo) {
	case SIGCHLD:
		reap_all(sup);
		break;
	case SIGHUP:
		generations_reload(&sup->generations, &(struct reload_ask){
		    .why = "SIGHUP", .plain = true });
		break;
	default:
		on_news(&sup->house, NEWS_TERM);
	}
}

static int
catch_signals(struct supervisor *sup, struct err *err)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	return loop_signals(sup->house.loop, &set, on_signal, sup, err);
}

static void
on_reload_over(void *ctx, const struct reload_end *end)
{
	struct supervisor *sup = ctx;

	if (end->good && watch_differs(&sup->watch, &sup->house.settings))
		watch_folders(&sup->watch, &sup->house.settings);
	control_over(&sup->control, end->run, end->use, end->good, end->text);
}

static void
on_signatures_changed(void *ctx)
{
	static const struct reload_ask newer = { .why = "folder-change",
		.only_changed = true };
	struct supervisor *sup = ctx;

	if (!sets_pinned(&sup->generations.sets))
		generations_reload(&sup->generations, &newer);
}

static int
serve(struct supervisor *sup, struct err *err)
{
	int failed;

	sup->house.tell = on_news;
	generations_init(&sup->generations, &sup->house);
	sup->generations.over = on_reload_over;
	sup->generations.over_ctx = sup;
	emergency_init(&sup->emergency, &sup->house);
	if (owner_init(&sup->owner, &sup->house, err) == -1)
		return -1;
	watch_init(&sup->watch, &sup->house, on_signatures_changed, sup);
	if (control_open(&sup->control, &sup->house, asked, sup, err) == -1)
		return -1;
	icap_child_init(&sup->icap, &sup->house);
	readiness_init(&sup->readiness, &sup->house);
	watch_errands(sup);
	pulse_start(&sup->pulse, &sup->house, &sup->icap.ward);
	ward_start(&sup->icap.ward);
	watch_folders(&sup->watch, &sup->house.settings);
	behind_watch(&sup->behind, &sup->house);
	breaches_watch(&sup->breaches, &sup->generations);
	generations_start(&sup->generations);
	failed = loop_run(sup->house.loop, err);
	pulse_stop(&sup->pulse);
	overtime_stop(&sup->overtime);
	watch_stop(&sup->watch);
	control_close(&sup->control);
	return failed;
}

static int
live(struct supervisor *sup, const char *runtime, struct err *err)
{
	if (loop_new(&sup->house.loop, err) == -1 ||
	    catch_signals(sup, err) == -1 ||
	    open_house(&sup->house, runtime, err) == -1 ||
	    cages_self(&sup->house, err) == -1)
		return -1;
	return serve(sup, err);
}

int
supervisor_run(struct supervisor *sup, const char *runtime)
{
	struct err err;

	sup->house.runtime.fd = -1;
	sup->house.store.lock = -1;
	if (live(sup, runtime, &err) == -1) {
		log_error("not started", "reason=\"%s\"", err.text);
		sup->exit_status = 1;
		close_house(&sup->house);
	} else {
		close_house(&sup->house);
		log_info("stopped", "exit=%d", sup->exit_status);
	}
	loop_free(&sup->house.loop);
	return sup->exit_status;
}
