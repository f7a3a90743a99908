/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/icap_child.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "supervisor/cages.h"
#include "supervisor/environment.h"

#define STOP_SECONDS 12		/* c-icap gives its threads 10 */
#define REFUSED_AFTER 3		/* early deaths, if it never was up */

static void
on_log(void *ctx, int fd, short revents)
{
	struct icap_child *icap = ctx;
	char piece[4096];
	ssize_t len = read(fd, piece, sizeof(piece));

	(void)revents;
	if (len <= 0)
		return;
	icap->log_spoke = true;
	icap_log_feed(&icap->log, piece, (size_t)len, clock_ms());
}

/* The first bytes are kept, all others read and forgotten: c-icap must not
 * have to wait for us. */
static void
on_early(void *ctx, int fd, short revents)
{
	struct icap_child *icap = ctx;
	char piece[4096];
	ssize_t len = read(fd, piece, sizeof(piece));
	size_t room = sizeof(icap->early) - icap->early_len;

	(void)revents;
	if (len <= 0) {
		loop_unwatch(icap->house->loop, icap->early_fd);
		close_fd(&icap->early_fd);
		return;
	}
	if ((size_t)len < room)
		room = (size_t)len;
	memcpy(icap->early + icap->early_len, piece, room);
	icap->early_len += room;
}

/* The group is dead, so the pipe has an end. */
static void
close_early(struct icap_child *icap, bool worked)
{
	while (icap->early_fd != -1)
		on_early(icap, icap->early_fd, POLLIN);
	if (!worked && !icap->log_spoke) {
		icap_log_feed(&icap->log, icap->early, icap->early_len,
		    clock_ms());
		icap_log_feed(&icap->log, "\n", 1, clock_ms());
	}
	icap->early_len = 0;
}

static void
close_log(struct icap_child *icap)
{
	struct pollfd waiting = { .fd = icap->log_fd, .events = POLLIN };

	if (icap->log_fd == -1)
		return;
	while (poll(&waiting, 1, 0) == 1 && (waiting.revents & POLLIN) != 0)
		on_log(icap, icap->log_fd, waiting.revents);
	loop_unwatch(icap->house->loop, icap->log_fd);
	close_fd(&icap->log_fd);
}

/* -D: says on standard output, too, what goes to the log. */
static int
exec_icap(const struct icap_child *icap, int output, pid_t *pid_out,
    struct err *err)
{
	const struct house *house = icap->house;
	AUTO_CLOSE int segment = segment_open(house->runtime.path, err);
	char conf[PATH_MAX + 32];
	const char *const argv[] = { "c-icap", "-N", "-D", "-f", conf, NULL };
	const struct child_spec spec = {
		.program = house->settings.icap_program,
		.argv = argv,
		.envp = environment_of_icap(),
		.fds = &segment,
		.fd_count = 1,
		.output = output,
		.account = house->icap,
		.confine = cages_icap,
		.confine_ctx = house,
	};

	if (segment == -1)
		return -1;
	snprintf(conf, sizeof(conf), "%s/c-icap.conf", house->runtime.path);
	return child_start(&spec, pid_out, err);
}

static int
start_icap(void *ctx, pid_t *pid_out, struct err *err)
{
	struct icap_child *icap = ctx;
	struct house *house = icap->house;
	AUTO_CLOSE int theirs = -1;
	int ends[2];

	icap->started = false;
	if (granted_take(&house->templates, house->settings.page_templates,
	    err) == -1 ||
	    runtime_make_icap(&house->runtime, house->icap, &icap->log_fd,
	    err) == -1)
		return -1;
	icap->log_spoke = false;
	loop_watch(house->loop, icap->log_fd, POLLIN, on_log, icap);
	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_sys(err, "pipe");
	icap->early_fd = ends[0];
	theirs = ends[1];
	loop_watch(house->loop, icap->early_fd, POLLIN, on_early, icap);
	if (exec_icap(icap, theirs, pid_out, err) == -1)
		return -1;
	icap->started = true;
	metrics_add(&house->segment->metrics, METRIC_ICAP_STARTS, 1);
	segment_status_edit(house->segment)->icap_pid = *pid_out;
	segment_status_end(house->segment);
	return 0;
}

static void
complain(const struct icap_child *icap)
{
	const struct settings *settings = &icap->house->settings;

	log_error("c-icap died at its start", "program=%s remedy=\"what it "
	    "said stands above; is the module %s made for it?\"",
	    settings->icap_program, settings->icap_module);
}

static void
icap_died(void *ctx, bool worked)
{
	struct icap_child *icap = ctx;
	struct house *house = icap->house;

	close_log(icap);
	close_early(icap, worked);
	icap->worked_once |= worked;
	segment_status_edit(house->segment)->icap_pid = 0;
	segment_status_end(house->segment);
	if (!worked && icap->started)
		complain(icap);
	house->tell(house, NEWS_ICAP_DOWN);
	if (!icap->worked_once &&
	    icap->ward.throttle.failures + 1 >= REFUSED_AFTER)
		house->tell(house, NEWS_ICAP_REFUSED);
}

static void
icap_ended(void *ctx)
{
	struct icap_child *icap = ctx;

	icap->house->tell(icap->house, NEWS_ICAP_ENDED);
}

void
icap_child_init(struct icap_child *icap, struct house *house)
{
	*icap = (struct icap_child){
		.house = house,
		.log_fd = -1,
		.early_fd = -1,
		.ward = {
			.name = "c-icap",
			.start = start_icap,
			.died = icap_died,
			.ended = icap_ended,
			.ctx = icap,
			.loop = house->loop,
			.stop_seconds = STOP_SECONDS,
		},
	};
}
