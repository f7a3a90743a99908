/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/judge.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "icap/hearing.h"
#include "icap/threads.h"
#include "wire/scan_client.h"

#define SPARE_MS 2000		/* beyond what queue and scan may take */
#define RETRY_PAUSE_MS 1000	/* for a new generation, when nobody is there */
#define LOOK_MS 100		/* ... and how often it is looked for */

enum attempted {
	ATTEMPT_DECIDED,
	ATTEMPT_DIED,		/* the worker is gone: another may do better */
	ATTEMPT_SILENT,		/* read, and not a word; perhaps it lives */
	ATTEMPT_UNREAD,		/* so is whoever had it, but read nothing */
	ATTEMPT_NOBODY,		/* no keeper takes jobs */
	ATTEMPT_GONE,
	ATTEMPT_STOPPED
};

static enum attempted
decide(struct hearing *hearing, enum outcome outcome)
{
	memset(hearing->verdict, 0, sizeof *hearing->verdict);
	hearing->verdict->outcome = outcome;
	return ATTEMPT_DECIDED;
}

/* A worker that the keeper had to kill says nothing of the body's innocence. */
static enum attempted
heard(struct hearing *hearing)
{
	hearing->is_heard = true;
	if (hearing->verdict->lost) {
		metrics_add(hearing_metrics(hearing), METRIC_SCANS_LOST, 1);
		suspect_killed(&hearing->suspect);
		err_set(hearing->reason, "%s",
		    hearing->verdict->outcome == OUTCOME_TIMEOUT ?
		    "no verdict in time" : "the scan took too much memory");
		return ATTEMPT_DECIDED;
	}
	suspect_cleared(&hearing->suspect);
	hearing->reason->text[0] = '\0';
	return ATTEMPT_DECIDED;
}

/* Whoever had it is replaced (supervisor/breaches.c), and what its lane said is
 * not believed any more. */
static void
accuse(struct hearing *hearing)
{
	struct segment *segment = hearing->module->segment;

	metrics_add(&segment->metrics, METRIC_BAD_MESSAGES, 1);
	trust_doubt_lane(&segment->trust, hearing->lane);
}

static enum attempted
breach(struct hearing *hearing)
{
	accuse(hearing);
	return decide(hearing, OUTCOME_ENGINE_ERROR);
}

/* A type alone is no verdict, and a verdict is not what was asked for where a
 * type was; a refusal, which has none, may always come. */
static bool
is_answer(const struct hearing *hearing)
{
	const struct verdict *verdict = hearing->verdict;

	if (hearing->job.kind == JOB_SCAN)
		return verdict->outcome != OUTCOME_NONE;
	return verdict->outcome == OUTCOME_NONE ||
	    verdict->bytes == GROUP_NONE;
}

static enum attempted
collect(struct hearing *hearing, int fd)
{
	for (;;) {
		enum waited waited = hearing_wait(hearing, fd,
		    hearing->deadline);

		if (waited == WAITED_GONE)
			return ATTEMPT_GONE;
		if (waited == WAITED_STOPPED)
			return ATTEMPT_STOPPED;
		if (waited == WAITED_TIME) {
			err_set(hearing->reason, "no verdict in time");
			return decide(hearing, OUTCOME_TIMEOUT);
		}
		switch (scan_collect(fd, hearing->verdict, hearing->reason)) {
		case COLLECT_VERDICT:
			return is_answer(hearing) ? heard(hearing) :
			    breach(hearing);
		case COLLECT_NOTHING:
			break;
		case COLLECT_DIED:
			return ATTEMPT_DIED;
		case COLLECT_SILENT:
			return ATTEMPT_SILENT;
		case COLLECT_UNREAD:
			return ATTEMPT_UNREAD;
		case COLLECT_BROKEN:
			return breach(hearing);
		}
	}
}

static enum attempted
attempt(struct hearing *hearing)
{
	AUTO_CLOSE int fd = -1;
	enum attempted attempted;

	cached_before(hearing);
	switch (scan_submit(hearing->module->runtime, hearing->generation,
	    hearing->lane, &hearing->job, hearing->body == NULL ? -1 :
	    body_fd(hearing->body), &fd, hearing->reason)) {
	case SUBMIT_OVERLOAD:
		return decide(hearing, OUTCOME_OVERLOAD);
	case SUBMIT_FAILED:
		return ATTEMPT_NOBODY;
	case SUBMIT_OK:
		break;
	}
	if (hearing->job.kind == JOB_SCAN)
		metrics_add(hearing_metrics(hearing), METRIC_SCANS, 1);
	if (hearing->is_retry)
		metrics_add(hearing_metrics(hearing), METRIC_SCAN_RETRIES, 1);
	threads_job_begins(hearing->module, hearing->lane);
	attempted = collect(hearing, fd);
	threads_job_ends(hearing->module, hearing->lane);
	return attempted;
}

/* A generation that is gone needs a moment until the next one serves. */
static enum attempted
await_next(struct hearing *hearing)
{
	const struct segment *segment = hearing->module->segment;
	int64_t until = clock_ms() + RETRY_PAUSE_MS;
	uint32_t serving = atomic_load(&segment->serving);

	while ((serving == 0 || serving == hearing->generation) &&
	    clock_ms() < until) {
		switch (hearing_wait(hearing, -1, clock_ms() + LOOK_MS)) {
		case WAITED_GONE:
			return ATTEMPT_GONE;
		case WAITED_STOPPED:
			return ATTEMPT_STOPPED;
		case WAITED_READY:
		case WAITED_TIME:
			break;
		}
		serving = atomic_load(&segment->serving);
	}
	return ATTEMPT_NOBODY;
}

/* A worker died of this body, as far as we know. */
static enum attempted
lose(struct hearing *hearing)
{
	metrics_add(hearing_metrics(hearing), METRIC_SCANS_LOST, 1);
	if (!suspect_killed(&hearing->suspect))
		return ATTEMPT_DIED;
	err_set(hearing->reason, "the body has cost two workers");
	return decide(hearing, OUTCOME_ENGINE_ERROR);
}

static enum attempted
attempt_and_count(struct hearing *hearing)
{
	enum attempted attempted = attempt(hearing);

	return attempted == ATTEMPT_DIED ? lose(hearing) : attempted;
}

/* With whoever serves now, if there is anybody and time. */
static enum attempted
attempt_again(struct hearing *hearing, enum attempted attempted)
{
	hearing->generation = atomic_load(&hearing->module->segment->serving);
	if (hearing->generation == 0 || clock_left(hearing->deadline) == 0)
		return attempted;
	return attempt_and_count(hearing);
}

/* Who dies is told of by its keeper, and a keeper that dies takes all with it.
 * So, when that one lives, who said nothing hung up. */
static enum attempted
after_silence(struct hearing *hearing)
{
	uint32_t generation = hearing->generation;
	enum attempted attempted = attempt_again(hearing, ATTEMPT_UNREAD);

	if (hearing->generation == generation && (hearing->is_heard ||
	    attempted == ATTEMPT_SILENT || attempted == ATTEMPT_DIED))
		accuse(hearing);
	return attempted;
}

/* One retry beside a worker that died: there are others. After a generation
 * that is gone comes the next; with a keeper all of its workers die, and no
 * body is to blame. */
static enum attempted
attempts(struct hearing *hearing)
{
	enum attempted attempted = attempt_and_count(hearing);

	hearing->is_retry = attempted == ATTEMPT_DIED ||
	    attempted == ATTEMPT_SILENT || attempted == ATTEMPT_UNREAD;
	if (attempted == ATTEMPT_SILENT)
		attempted = after_silence(hearing);
	else if (hearing->is_retry)
		attempted = attempt_again(hearing, attempted);
	if (attempted == ATTEMPT_NOBODY) {
		suspect_cleared(&hearing->suspect);
		attempted = await_next(hearing);
	}
	if (attempted == ATTEMPT_NOBODY)
		attempted = attempt_again(hearing, attempted);
	return attempted;
}

/* No worker gets a body that has cost two of them. */
static bool
is_refused(struct hearing *hearing)
{
	if (!suspect_is_guilty(&hearing->suspect))
		return false;
	metrics_add(hearing_metrics(hearing), METRIC_POISON_REFUSED, 1);
	err_set(hearing->reason, "the body has cost two workers");
	return true;
}

static enum attempted
have_scanned(struct hearing *hearing)
{
	enum attempted attempted;

	/* Whom it waited for may have died of it. */
	if (hearing->cache.has_waited && is_refused(hearing))
		return decide(hearing, OUTCOME_ENGINE_ERROR);
	if (body_seal(hearing->body, hearing->reason) == -1)
		return decide(hearing, body_refused(hearing->body) != NULL ?
		    OUTCOME_OVERLOAD : OUTCOME_ENGINE_ERROR);
	hearing->job.inline_body = body_memory(hearing->body);
	attempted = attempts(hearing);
	if (attempted == ATTEMPT_DECIDED)
		cached_keep(hearing);
	return attempted;
}

static enum attempted
hear(struct hearing *hearing)
{
	enum attempted attempted;

	hearing->generation = atomic_load(&hearing->module->segment->serving);
	if (hearing->generation == 0) {
		err_set(hearing->reason, "signatures are being loaded");
		return decide(hearing, OUTCOME_LOADING);
	}
	hearing->suspect = suspect_of(&hearing->module->segment->poison,
	    hearing->body);
	if (is_refused(hearing))
		return decide(hearing, OUTCOME_ENGINE_ERROR);
	switch (cached_find(hearing)) {
	case WAITED_READY:
		return ATTEMPT_DECIDED;
	case WAITED_GONE:
		return ATTEMPT_GONE;
	case WAITED_STOPPED:
		return ATTEMPT_STOPPED;
	case WAITED_TIME:
		break;
	}
	attempted = have_scanned(hearing);
	cached_end(hearing);
	return attempted;
}

/* Lane, limits and job of a body of this length. */
static void
plan(struct hearing *hearing, uint64_t len, const struct told *told,
    const struct limits *limits)
{
	const struct settings *settings = &hearing->module->settings;
	bool small = len <= settings->scan_small_max;
	uint64_t seconds = limits_least(limits, LIMIT_SECONDS, small ?
	    settings->scan_small_seconds : settings->scan_big_seconds);

	hearing->lane = small ? LANE_SMALL : LANE_BIG;
	hearing->job = (struct job){
		.kind = JOB_SCAN,
		.time_limit_ms = (uint32_t)(seconds * 1000),
		.body_len = len,
		.told = *told,
	};
	hearing->job.told.limits = limits_told(limits);
	hearing->deadline = clock_ms() + SPARE_MS +
	    (int64_t)(settings->scan_queue_seconds + seconds) * 1000;
}

enum judged
judge(const struct module *module, struct body *body,
    const struct judge_ask *ask, struct verdict *verdict_out,
    enum cached *cached_out, struct err *reason_out)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	struct hearing hearing = {
		.module = module,
		.body = body,
		.client_fd = ask->client_fd,
		.left = ask->left,
		.cache.verdicts = ask->anew ? NULL : module->verdicts,
		.verdict = &verdict,
		.reason = reason_out,
	};

	reason_out->text[0] = '\0';
	plan(&hearing, body_total(body), &ask->told, ask->limits);
	switch (hear(&hearing)) {
	case ATTEMPT_GONE:
		return JUDGED_GONE;
	case ATTEMPT_STOPPED:
		return JUDGED_STOPPED;
	case ATTEMPT_DECIDED:
		break;
	case ATTEMPT_DIED:
	case ATTEMPT_SILENT:
	case ATTEMPT_UNREAD:
	case ATTEMPT_NOBODY:
		decide(&hearing, OUTCOME_ENGINE_ERROR);
		break;
	}
	*verdict_out = verdict;
	*cached_out = hearing.cache.cached;
	return JUDGED;
}

/* None serves yet, or the next one is not there so soon. */
static enum outcome
untold(const struct hearing *hearing, enum attempted attempted)
{
	switch (attempted) {
	case ATTEMPT_DECIDED:
		return hearing->verdict->outcome;
	case ATTEMPT_GONE:
	case ATTEMPT_STOPPED:
		return OUTCOME_NONE;
	case ATTEMPT_NOBODY:
		return OUTCOME_LOADING;
	case ATTEMPT_DIED:
	case ATTEMPT_SILENT:
	case ATTEMPT_UNREAD:
		break;
	}
	return OUTCOME_ENGINE_ERROR;
}

enum type_group
judge_type(const struct module *module, const void *head, size_t len,
    enum outcome *outcome_out, struct err *reason_out)
{
	static const struct told nothing;
	static const struct limits no_limits;
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	struct hearing hearing = {
		.module = module, .client_fd = -1,
		.generation = atomic_load(&module->segment->serving),
		.verdict = &verdict, .reason = reason_out,
	};

	reason_out->text[0] = '\0';
	plan(&hearing, len < JOB_INLINE_MAX ? len : JOB_INLINE_MAX, &nothing,
	    &no_limits);
	hearing.job.kind = JOB_IDENTIFY;
	hearing.job.inline_body = head;
	*outcome_out = untold(&hearing, attempts(&hearing));
	return *outcome_out != OUTCOME_NONE || verdict.bytes == GROUP_NONE ?
	    GROUP_UNKNOWN : verdict.bytes;
}
