/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "unpack/contents.h"
#include "unpack/place_search.h"
#include "unpack/zip.h"
#include "wire/job.h"
#include "wire/packet.h"
#include "wire/verdict.h"
#include "worker/body.h"
#include "worker/judge.h"
#include "worker/sandbox.h"
#include "worker/scratch.h"
#include "worker/strict.h"

#define JOB_WAIT_MS 1000	/* from the handover until the job is there */

/* Above the engine's own limits: their end is an outcome, this one a death. */
#define SCRATCH_MARGIN (64ULL << 20)
#define MEMORY_MARGIN (2ULL << 30)

struct worker {
	const struct worker_spec *spec;
	unsigned jobs;
	struct scratch_left empty;	/* of its scratch; no inodes: others
					 * write there, too, or it is short */
	struct scratch_left left;	/* as it is; no inodes: not known */
	uint8_t packet[JOB_PACKET_MAX];
};

static void
show(const struct worker_spec *spec, const char *what)
{
	setproctitle("-glassgate-worker: %s, generation %u, %s",
	    lane_name(spec->lane), spec->generation, what);
}

_Noreturn static void
end(const char *what, const struct err *err)
{
	log_error(what, "reason=\"%s\"", err->text);
	_exit(1);
}

static void
tell_keeper(const struct worker *w, const void *packet, ssize_t len,
    struct err *err)
{
	if (len == -1 ||
	    packet_send(w->spec->channel, packet, (size_t)len, -1, err) == -1)
		end("keeper not reached", err);
}

static void
tell_done(const struct worker *w, uint64_t job, bool bad_job)
{
	uint8_t packet[64];
	struct err err;

	tell_keeper(w, packet, done_pack(job, bad_job, packet, sizeof packet,
	    &err), &err);
}

/* The engine makes its folder for that, too. */
static enum type_group
look_at_type(struct worker *w, const struct job *job, const struct body *body)
{
	w->left = (struct scratch_left){ 0, 0 };
	return judge_type(w->spec, job, body);
}

static ssize_t
answer_job(struct worker *w, const struct job *job, int fd, void *out,
    size_t size, struct err *err)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	struct body body;

	if (job->kind == JOB_IDENTIFY && w->spec->ops->identify == NULL)
		return refusal_pack(REFUSED_NOT_SUPPORTED, out, size, err);
	if (body_open(&body, job, fd, err) == -1)
		return -1;
	if (job->kind == JOB_IDENTIFY)
		verdict.bytes = look_at_type(w, job, &body);
	else
		judge(w->spec, job, &body, &w->left, &verdict);
	body_close(&body);
	if (job->kind == JOB_IDENTIFY)
		return identified_pack(verdict.bytes, out, size, err);
	return verdict_pack(&verdict, out, size, err);
}

/* The keeper's limit runs already. */
static int
job_wait_ms(const struct worker_spec *spec)
{
	uint32_t half = spec->time_limit_ms / 2;

	return half < JOB_WAIT_MS ? (int)half : JOB_WAIT_MS;
}

static int
serve(struct worker *w, int connection, struct err *err)
{
	struct pollfd wait = { .fd = connection, .events = POLLIN };
	uint8_t answer[VERDICT_PACKET_MAX];
	const int patience = job_wait_ms(w->spec);
	AUTO_CLOSE int fd = -1;
	struct job job;
	ssize_t len;

	if (poll(&wait, 1, patience) != 1)
		return err_set(err, "no job within %d ms", patience);
	len = packet_recv(connection, w->packet, sizeof w->packet, &fd, err);
	if (len == 0)
		return 0;		/* the client changed its mind */
	if (len == -1)
		return -1;
	if (job_unpack(&job, w->packet, (size_t)len, fd >= 0, err) == -1)
		return -1;
	len = answer_job(w, &job, fd, answer, sizeof answer, err);
	if (len == -1)
		return -1;
	if (packet_send(connection, answer, (size_t)len, -1, NULL) == -1)
		log_debug("client gone", "jobs=%u", w->jobs);
	return 0;
}

/* 0: the keeper closed the channel, or died with a word of ours unread. */
static ssize_t
take_job(struct worker *w, uint64_t *job_out, int *connection_out)
{
	struct err err = { "no connection came with it" };
	uint8_t packet[64];
	ssize_t len = packet_recv(w->spec->channel, packet, sizeof packet,
	    connection_out, &err);

	if (len == 0 || (len == -1 && errno == ECONNRESET))
		return 0;
	if (len == -1 || *connection_out == -1 ||
	    handover_unpack(job_out, packet, (size_t)len, &err) == -1)
		end("bad handover", &err);
	return len;
}

/* Each file and folder takes an inode of a scratch that has its own file
 * system: if none is missing, none is there. What judge() saw last holds. */
static bool
is_clear(struct worker *w)
{
	if (w->empty.inodes == 0 || (w->left.inodes == 0 &&
	    scratch_room(w->spec->scratch, &w->left, NULL) == -1))
		return false;
	return w->left.inodes == w->empty.inodes &&
	    w->left.bytes == w->empty.bytes;
}

/* Nobody else writes into one that is clear: there is room for the next body,
 * too. */
static void
tidy(struct worker *w)
{
	struct err err = { "" };

	if (is_clear(w))
		return;
	w->left = (struct scratch_left){ 0, 0 };
	if (scratch_clear(w->spec->scratch, &err) == -1)
		end("scratch not cleared", &err);
	/* Cleared, and still short: something in here holds it open. */
	if (scratch_room(w->spec->scratch, NULL, &err) == -1)
		end("scratch not given back", &err);
}

static bool
work_once(struct worker *w)
{
	AUTO_CLOSE int connection = -1;
	struct err err = { "" };
	uint64_t job = 0;
	bool bad;

	if (take_job(w, &job, &connection) == 0)
		return false;
	show(w->spec, "busy");
	bad = serve(w, connection, &err) == -1;
	if (bad)
		log_warn("bad message", "from=client reason=\"%s\"", err.text);
	close_fd(&connection);
	tidy(w);
	w->jobs++;
	show(w->spec, "idle");
	tell_done(w, job, bad);
	return true;
}

uint64_t
worker_scratch_max(uint64_t scan_max)
{
	return scan_max + SCRATCH_MARGIN;
}

static void
enter(const struct worker_spec *spec)
{
	const int fds[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO,
		spec->channel };
	const struct cage cage = {
		.parent = spec->keeper,
		.scratch = spec->scratch,
		.fds = fds,
		.fd_count = sizeof fds / sizeof *fds,
		.scratch_max = worker_scratch_max(spec->scan_max),
		.memory_max = 3 * spec->scan_max + spec->memory +
		    MEMORY_MARGIN,
		.info = spec->cage,
	};
	struct err err = { "" };

	if (sandbox_enter(&cage, &err) == -1)
		end("no cage", &err);
	strict_begin();
	if (spec->ops->enter(spec->engine, spec->scratch, &err) == -1)
		end("engine not usable", &err);
	if (strict_failure() != NULL) {
		err_set(&err, "%s", strict_failure());
		end("cage not usable", &err);
	}
	if (scratch_clear(spec->scratch, &err) == -1)
		end("scratch not cleared", &err);
}

int
worker_prepare(struct err *err)
{
	zip_prepare();
	places_prepare();
	return contents_prepare(err);
}

void
worker_run(const struct worker_spec *spec)
{
	static struct worker self;

	signal(SIGXFSZ, SIG_DFL);
	log_setup("worker", spec->log_level);
	show(spec, "starting");
	enter(spec);
	self = (struct worker){ .spec = spec };
	if ((spec->cage.layers & LAYER_BIT(LAYER_TMPFS)) == 0 ||
	    scratch_room(spec->scratch, &self.empty, NULL) == -1)
		self.empty = (struct scratch_left){ 0, 0 };
	self.left = self.empty;
	show(spec, "idle");
	tell_done(&self, 0, false);
	while (work_once(&self))
		continue;
	_exit(0);
}
