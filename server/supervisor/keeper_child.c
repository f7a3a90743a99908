/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/keeper_child.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "supervisor/environment.h"
#include "supervisor/istag.h"
#include "wire/doubt.h"
#include "wire/frame.h"
#include "wire/keeper_msg.h"
#include "wire/packet.h"

enum { LOADING = 1, SERVING = 2, REFUSED = 4 };

#define STOP_SECONDS 5
#define SILENCE_MS 3000		/* twice: its statistics come each second */

/* Its owner may have asked it to go. */
static void
refuse(struct keeper_child *keeper, const struct err *why)
{
	keeper->phase = REFUSED;
	keeper->events->refused(keeper->ctx, keeper, why->text);
	if (keeper->ward.state == WARD_STARTING)
		ward_kill(&keeper->ward);
}

static int
on_ready(struct keeper_child *keeper, const void *packet, size_t len,
    struct err *err)
{
	char content[SET_DIGEST_LEN + 1];
	struct err why;

	store_digest(&keeper->house->store, keeper->set, content);
	if (ready_unpack(&keeper->info, packet, len, err) == -1 ||
	    istag_make(keeper->istag, &keeper->info, content,
	    keeper->settings, err) == -1)
		return -1;
	if (!keeper->events->loaded(keeper->ctx, keeper, &why)) {
		refuse(keeper, &why);
		return 0;
	}
	keeper->phase = SERVING;
	keeper->was_ready = true;
	ward_worked(&keeper->ward);
	keeper->events->up(keeper->ctx, keeper);
	return 0;
}

/* How much of it is there; shown once it serves (generations_show.c). */
static int
on_cage(struct keeper_child *keeper, const void *packet, size_t len,
    struct err *err)
{
	char there[LAYERS_TEXT], missing[LAYERS_TEXT], remedy[LAYERS_REMEDY];
	struct cage_info cage;
	uint32_t gone;

	if (cage_unpack(&cage, packet, len, err) == -1)
		return -1;
	gone = LAYERS_ALL & ~cage.layers;
	keeper->cage = cage;
	log_info("sandbox", "layers=%s missing=%s landlock_abi=%u",
	    layers_text(cage.layers, there), layers_text(gone, missing),
	    cage.landlock_abi);
	if ((gone & LAYERS_REQUIRED) != 0)
		log_warn("sandbox incomplete", "missing=%s remedy=\"%s\"",
		    layers_text(gone & LAYERS_REQUIRED, missing),
		    layers_remedy(gone & LAYERS_REQUIRED, remedy));
	return 0;
}

static int
on_failed(struct keeper_child *keeper, const void *packet, size_t len,
    struct err *err)
{
	struct err reason;

	if (failed_unpack(&reason, packet, len, err) == -1)
		return -1;
	refuse(keeper, &reason);
	return 0;
}

/* Twice, so that a machine that stood still gives it time to speak. */
static void
on_silence(void *ctx)
{
	struct keeper_child *keeper = ctx;

	keeper->silence = 0;
	if (keeper->late) {
		log_warn("keeper hangs", "generation=%u action=kill",
		    keeper->generation);
		metrics_add(&keeper->house->segment->metrics,
		    METRIC_HANGS_KEEPER, 1);
		ward_kill(&keeper->ward);
		return;
	}
	keeper->late = true;
	keeper->silence = loop_at(keeper->house->loop,
	    clock_ms() + SILENCE_MS, on_silence, keeper);
}

static void
is_alive(struct keeper_child *keeper)
{
	loop_cancel(keeper->house->loop, &keeper->silence);
	keeper->late = false;
	keeper->silence = loop_at(keeper->house->loop,
	    clock_ms() + SILENCE_MS, on_silence, keeper);
}

static int
on_stats(struct keeper_child *keeper, const void *packet, size_t len,
    struct err *err)
{
	struct keeper_stats stats;

	if (stats_unpack(&stats, packet, len, err) == -1 ||
	    keeper_child_count(keeper, &stats, err) == -1)
		return -1;
	is_alive(keeper);
	keeper->events->stats(keeper->ctx, keeper, &stats);
	return 0;
}

static int
on_renew(struct keeper_child *keeper, const void *packet, size_t len,
    struct err *err)
{
	struct renew renew;

	if (renew_unpack(&renew, packet, len, err) == -1)
		return -1;
	metrics_add(&keeper->house->segment->metrics, METRIC_RENEWALS, 1);
	keeper->events->renew(keeper->ctx, keeper);
	return 0;
}

static int
on_doubt(struct keeper_child *keeper, const void *packet, size_t len,
    struct err *err)
{
	uint32_t pid;

	if (doubt_unpack(&pid, packet, len, err) == -1)
		return -1;
	trust_doubt_worker(&keeper->house->segment->trust, pid);
	return 0;
}

static int
on_last_words(struct keeper_child *k, const void *p, size_t n, struct err *err)
{
	(void)k, (void)p, (void)n, (void)err;
	return 0;
}

static const struct handler {
	enum frame_type type;
	unsigned when;
	int (*fn)(struct keeper_child *, const void *, size_t, struct err *);
} handlers[] = {
	{ FRAME_CAGE, LOADING, on_cage },
	{ FRAME_READY, LOADING, on_ready },
	{ FRAME_FAILED, LOADING, on_failed },
	{ FRAME_STATS, LOADING | SERVING, on_stats },
	{ FRAME_RENEW, SERVING, on_renew },
	{ FRAME_DOUBT, LOADING | SERVING | REFUSED, on_doubt },
	{ FRAME_STATS, REFUSED, on_last_words },
};

static int
dispatch(struct keeper_child *keeper, const void *packet, size_t len,
    struct err *err)
{
	enum frame_type type;
	struct reader body;
	size_t i;

	if (frame_open(packet, len, &type, &body, err) == -1)
		return -1;
	for (i = 0; i < sizeof(handlers) / sizeof(*handlers); i++)
		if (handlers[i].type == type &&
		    (handlers[i].when & keeper->phase) != 0)
			return handlers[i].fn(keeper, packet, len, err);
	return err_set(err, "message type %u is not allowed now", type);
}

/* One that leaves hangs up when it has said all: it may take long then to give
 * its memory back, and has the deadline of ward_leave() for it. */
static void
lose_control(struct keeper_child *keeper)
{
	if (keeper->ward.state == WARD_ENDING)
		loop_cancel(keeper->house->loop, &keeper->silence);
	if (keeper->control != -1)
		loop_unwatch(keeper->house->loop, keeper->control);
	close_fd(&keeper->control);
}

static void
condemn(struct keeper_child *keeper, const struct err *why)
{
	log_warn("bad message", "from=keeper generation=%u action=kill "
	    "reason=\"%s\"", keeper->generation, why->text);
	metrics_add(&keeper->house->segment->metrics, METRIC_BAD_MESSAGES, 1);
	lose_control(keeper);
	ward_kill(&keeper->ward);
}

/* The end of the connection is no news: SIGCHLD tells of the death. */
static void
on_control(void *ctx, int fd, short revents)
{
	struct keeper_child *keeper = ctx;
	uint8_t packet[KEEPER_PACKET_MAX];
	struct err err;
	ssize_t len;

	(void)revents;
	len = packet_recv(fd, packet, sizeof(packet), NULL, &err);
	if (len == -1 && errno == EAGAIN)
		return;
	/* Reset: it went before it had read our last word. */
	if (len == 0 || (len == -1 && errno == ECONNRESET))
		lose_control(keeper);
	else if (len == -1 ||
	    dispatch(keeper, packet, (size_t)len, &err) == -1)
		condemn(keeper, &err);
}

static int
exec_keeper(struct keeper_child *keeper, const int *fds, pid_t *pid_out,
    struct err *err)
{
	const struct house *house = keeper->house;
	char n[16], generation[16], set[PATH_MAX];
	const char *const argv[] = { "glassgate-keeper", house->runtime.path,
		n, generation, store_path(&house->store, keeper->set, set),
		keeper->beside ? "beside" : "alone", NULL };
	const struct child_spec spec = {
		.program = keeper->settings->scan_program,
		.argv = argv,
		.envp = environment_of_keeper(),
		.fds = fds,
		.fd_count = 3,
		.account = house->scan,
	};

	snprintf(n, sizeof(n), "%u", keeper->settings_n);
	snprintf(generation, sizeof(generation), "%u", keeper->generation);
	return child_start(&spec, pid_out, err);
}

static int
start_keeper(void *ctx, pid_t *pid_out, struct err *err)
{
	struct keeper_child *keeper = ctx;
	struct house *house = keeper->house;
	AUTO_CLOSE int theirs = -1;
	AUTO_CLOSE int small = -1;
	AUTO_CLOSE int big = -1;
	int ends[2];

	if (store_whole(&house->store, keeper->set, err) == -1)
		return -1;
	keeper->generation = ++house->generations;
	memset(&keeper->stats, 0, sizeof(keeper->stats));
	if (runtime_make_generation(&house->runtime, keeper->generation,
	    house->scan, house->icap, (int)keeper->settings->scan_queue, &small,
	    &big, err) == -1)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return err_sys(err, "socketpair");
	keeper->control = ends[0];
	theirs = ends[1];
	if (fcntl(keeper->control, F_SETFL, O_NONBLOCK) == -1)
		return err_sys(err, "socketpair");
	if (exec_keeper(keeper, (const int[]){ theirs, small, big }, pid_out,
	    err) == -1)
		return -1;
	keeper->phase = LOADING;
	loop_watch(house->loop, keeper->control, POLLIN, on_control, keeper);
	metrics_add(&house->segment->metrics, METRIC_KEEPER_STARTS, 1);
	keeper->ward.pid = *pid_out;
	keeper->events->started(keeper->ctx, keeper);
	return 0;
}

/* First of all: no request is sent to a dead generation. */
static void
serve_no_more(struct keeper_child *keeper)
{
	uint32_t mine = keeper->generation;

	if (mine != 0)
		atomic_compare_exchange_strong(
		    &keeper->house->segment->serving, &mine, 0);
}

/* What it said last is read before it is forgotten, in one of these phases. */
static void
drain_control(struct keeper_child *keeper, unsigned phases)
{
	struct pollfd waiting = { .fd = keeper->control, .events = POLLIN };

	while (keeper->control != -1 && (keeper->phase & phases) != 0 &&
	    poll(&waiting, 1, 0) == 1)
		on_control(keeper, keeper->control, waiting.revents);
}

/* READY or FAILED: as if it had died after that was read. */
static void
last_words(void *ctx)
{
	struct keeper_child *keeper = ctx;

	serve_no_more(keeper);
	drain_control(keeper, LOADING);
}

/* What it said last must start no other beside it: nothing of that is done for
 * a ward that is not up. */
static void
keeper_died(void *ctx, bool worked)
{
	struct keeper_child *keeper = ctx;

	serve_no_more(keeper);
	drain_control(keeper, SERVING | REFUSED);
	lose_control(keeper);
	loop_cancel(keeper->house->loop, &keeper->silence);
	keeper->phase = 0;
	runtime_remove_generation(&keeper->house->runtime, keeper->generation);
	keeper->events->down(keeper->ctx, keeper, worked);
}

static void
keeper_ended(void *ctx)
{
	struct keeper_child *keeper = ctx;

	keeper->events->ended(keeper->ctx, keeper);
}

void
keeper_child_init(struct keeper_child *keeper, struct house *house,
    const struct keeper_events *events, void *ctx)
{
	*keeper = (struct keeper_child){
		.house = house,
		.events = events,
		.ctx = ctx,
		.settings = &house->settings,
		.settings_n = house->settings_n,
		.control = -1,
		.ward = {
			.name = "keeper",
			.start = start_keeper,
			.last_words = last_words,
			.died = keeper_died,
			.ended = keeper_ended,
			.ctx = keeper,
			.loop = house->loop,
			.stop_seconds = STOP_SECONDS,
		},
	};
}
