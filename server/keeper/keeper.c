/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "signatures/origin.h"
#include "wire/packet.h"
#include "worker/scratch.h"
#include "worker/worker.h"

static struct engine_limits
limits_of(const struct keeper *k)
{
	uint32_t small = lane_limit_ms(k, LANE_SMALL);
	uint32_t big = lane_limit_ms(k, LANE_BIG);

	return (struct engine_limits){
		.scan_max = k->settings.scan_max,
		.recursion = (uint32_t)k->settings.scan_recursion,
		.files = (uint32_t)k->settings.scan_files,
		.time_limit_ms = small > big ? small : big,
		.plain = (unsigned)k->settings.test_engine_plain,
	};
}

/* The origins of a set are its folders 0, 1 ...; one that is not there has no
 * signatures. False: there are no more. */
static bool
folder_of(const struct keeper *k, uint32_t number, char folder[PATH_MAX])
{
	const struct text_list *folders = &k->settings.signature_folders;

	if (k->set != NULL)
		snprintf(folder, PATH_MAX, "%s/%u", k->set, number);
	else if (number < folders->count)
		snprintf(folder, PATH_MAX, "%s", folders->item[number]);
	return number < (k->set != NULL ? LIST_MAX : folders->count);
}

static int
load_folders(struct keeper *k, struct err *err)
{
	char folder[PATH_MAX];
	uint32_t i;

	for (i = 0; k->ops->expect != NULL && folder_of(k, i, folder); i++)
		k->ops->expect(k->engine, folder);
	for (i = 0; folder_of(k, i, folder); i++)
		if (k->ops->load(k->engine, folder, &k->signatures, err) ==
		    -1) {
			if (k->set != NULL)
				origin_tell(k->set, err);
			return -1;
		}
	return 0;
}

static int
load(struct keeper *k, const char *scratch, struct err *err)
{
	const struct engine_limits limits = limits_of(k);

	if (scratch_make(scratch, err) == -1 ||
	    k->ops->new(&k->engine, &limits, scratch, err) == -1 ||
	    load_folders(k, err) == -1)
		return -1;
	if (k->ops->load_builtin(k->engine, &k->signatures, err) == -1)
		return -1;
	if (worker_prepare(err) == -1)
		return -1;
	return k->ops->prepare(k->engine, err);
}

void
keeper_fail(struct keeper *k, const char *reason)
{
	if (k->failed)
		return;
	k->failed = true;
	log_error("keeper fails", "generation=%u reason=\"%s\"", k->generation,
	    reason);
	if (!k->ready)
		report_failed(k, reason);
	if (k->loop != NULL)
		loop_stop(k->loop);
}

static void
on_supervisor(void *ctx, int fd, short revents)
{
	struct keeper *k = ctx;
	uint8_t packet[64];
	struct err err = { "not expected" };
	enum lane lane;
	ssize_t len = packet_recv(fd, packet, sizeof packet, NULL, &err);

	(void)revents;
	if (len == 0 || (len == -1 && errno != EBADMSG && errno != EAGAIN)) {
		loop_stop(k->loop);
	} else if (len > 0 && leave_unpack(packet, (size_t)len, &err) == 0) {
		keeper_leave(k);
	} else if (len > 0 && breach_unpack(&lane, packet, (size_t)len,
	    &err) == 0) {
		staff_breach(k, lane);
	} else if (len > 0 || errno == EBADMSG) {
		k->bad_messages++;
		report_changed(k);
		log_warn("bad message", "from=supervisor reason=\"%s\"",
		    err.text);
	}
}

static void
on_signal(void *ctx, int signo)
{
	struct keeper *k = ctx;

	if (signo == SIGCHLD)
		slots_reap(k);
	else
		loop_stop(k->loop);
}

static int
serve(struct keeper *k, struct err *err)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	if (loop_new(&k->loop, err) == -1 ||
	    loop_signals(k->loop, &signals, on_signal, k, err) == -1)
		return -1;
	loop_watch(k->loop, k->supervisor, POLLIN, on_supervisor, k);
	staff_update_all(k);
	if (k->failed)
		return 0;
	return loop_run(k->loop, err);
}

/* Whoever connects sees from here on that we listen, and knows our messages
 * from those of our workers. */
static int
answer_by_name(const struct keeper *k, struct err *err)
{
	unsigned lane;

	for (lane = 0; lane < LANE_COUNT; lane++)
		if (listen(k->listening[lane], (int)k->settings.scan_queue) ==
		    -1)
			return err_sys(err, "listen");
	return 0;
}

int
keeper_run(struct keeper *k)
{
	char scratch[PATH_MAX];
	struct err err = { "" };

	snprintf(scratch, sizeof scratch, "%s/gen-%u/scratch/keeper",
	    k->runtime, k->generation);
	slots_plan(k);
	gently(0);
	if (answer_by_name(k, &err) == -1 || keeper_cage(k, &err) == -1 ||
	    load(k, scratch, &err) == -1 ||
	    keeper_confine(k, &err) == -1 || serve(k, &err) == -1)
		keeper_fail(k, err.text);
	/* Nobody waits for what we say while we tidy up, not in a hurry. */
	if (k->left)
		close_fd(&k->supervisor);
	slots_end(k);
	scratch_remove(scratch);
	loop_free(&k->loop);
	k->ops->free(&k->engine);
	return k->failed ? 1 : 0;
}
