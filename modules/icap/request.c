/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/clock.h"
#include "base/log.h"
#include "cache/urls.h"
#include "icap/decide.h"
#include "icap/forbid.h"
#include "icap/left.h"
#include "icap/skip.h"
#include "icap/threads.h"
#include "icap/trickle.h"

#define QUOTED_MAX (4 * FACT_MAX)

static struct metrics *
metrics_of(const struct request *request)
{
	return &request->module->segment->metrics;
}

int
request_new(struct request **request_out, const struct module *module,
    struct err *err)
{
	struct request *request = calloc(1, sizeof *request);

	if (request == NULL)
		return err_sys(err, "request");
	if (body_new(&request->body, module, err) == -1) {
		free(request);
		return -1;
	}
	if (module->verdicts != NULL)
		body_digest_along(request->body);
	request->module = module;
	request->started = clock_ms();
	request->corked_fd = -1;
	request->policy = module->settings.policy;
	request_id(request->id);
	threads_take(module);
	*request_out = request;
	return 0;
}

static bool
is_undecided(const struct request *request)
{
	return request->phase == PHASE_ARRIVING && !request->is_over &&
	    !request->is_selfcheck;
}

void
request_free(struct request **request_p)
{
	struct request *request = *request_p;

	if (request == NULL)
		return;
	if (is_undecided(request) && request->given > 0)
		left_judge(request);
	beside_free(&request->beside);
	decide_count_body(request);
	if (is_undecided(request))
		metrics_add(metrics_of(request), METRIC_CLIENTS_GONE, 1);
	threads_give(request->module);
	origin_free(&request->origin);
	packing_free(&request->packing);
	body_free(&request->body);
	free(request->page);
	free(request);
	*request_p = NULL;
}

static uint64_t
body_most(const struct request *request)
{
	return limits_least(&request->policy.limits, LIMIT_BODY_MAX,
	    request->module->settings.body_max);
}

void
request_choose(struct request *request, const struct subject *subject)
{
	const struct settings *settings = &request->module->settings;

	request->policy.mode = POLICY_ENFORCE;
	if (request->is_selfcheck)
		return;
	request->rule = rules_find(&settings->rules, subject);
	rules_policy(request->rule, &settings->policy, &request->policy);
	body_limit(request->body, body_most(request));
	forbid_host(request, subject->host);
}

/* 1: decided. What was cut is blocked now, unless the settings changed. */
static bool
consider_remembered(struct request *request)
{
	const struct module *module = request->module;
	struct verdict verdict;

	if (request->origin.url == NULL || request->is_selfcheck)
		return false;
	if (!urls_find(&module->segment->urls, request->origin.method,
	    request->origin.url, clock_ms(), &verdict))
		return false;
	if (policy_action(&request->policy, verdict.outcome) != ACTION_BLOCK ||
	    policy_watches(&request->policy, verdict.outcome) ||
	    forbid_forgives(request, &verdict))
		return false;
	metrics_add(&module->segment->metrics, METRIC_REMEMBERED, 1);
	decide(request, &verdict, ACTION_BLOCK, NULL);
	return true;
}

/* At once: who waits for a worker now takes one of the last threads. Our own
 * check shall find the way free. */
static void
consider_threads(struct request *request)
{
	static const struct verdict overload = { .outcome = OUTCOME_OVERLOAD };
	static const struct err reason = { "hardly a thread is free" };

	if (!request->is_selfcheck && threads_are_scarce(request->module))
		decide_by_policy(request, &overload, &reason);
}

/* Never called clean, and told apart from what needs no scan. */
static void
decide_pass_all(struct request *request)
{
	static const struct verdict skipped = { .outcome = OUTCOME_SKIPPED };
	static const struct err reason = { "pass-all" };

	if (request->facts.has_body)
		metrics_add(metrics_of(request), METRIC_PASSED_ALL, 1);
	decide(request, &skipped, ACTION_PASS, &reason);
}

/* The settings in use could not be read, and might block what ours let pass. */
static void
decide_refused(struct request *request)
{
	static const struct verdict error = { .outcome = OUTCOME_ENGINE_ERROR };
	static const struct err reason = { "the settings cannot be read" };

	decide(request, &error, ACTION_BLOCK, &reason);
}

void
request_consider(struct request *request)
{
	enum plan plan = policy_plan(&request->facts);

	if (plan == PLAN_PASS_ALL) {
		decide_pass_all(request);
		return;
	}
	if (plan != PLAN_PASS && request->is_refused) {
		decide_refused(request);
		return;
	}
	if (!request->facts.is_connect &&
	    (forbid_decided(request) || consider_remembered(request)))
		return;
	if (plan == PLAN_PASS) {
		decide_nothing_to_scan(request);
		return;
	}
	forbid_name(request);
	forbid_type(request);
	if (!forbid_decided(request))
		consider_threads(request);
	request->may_trickle = request->phase == PHASE_ARRIVING &&
	    trickle_may(request);
}

/* A declared length is reason enough to block, and none to let pass. */
static void
consider_size(struct request *request)
{
	static const struct verdict too_big = { .outcome = OUTCOME_TOO_BIG };
	static const struct err declared = { "by its declared length" };
	bool over = body_over(request->body);

	if (over || (request->facts.content_length > body_most(request) &&
	    !request->is_selfcheck && !forbid_knows_digests(request) &&
	    decide_blocks(request, &too_big)))
		decide_by_policy(request, &too_big, over ? NULL : &declared);
}

/* For all bodies together. */
static void
consider_room(struct request *request)
{
	static const struct verdict overload = { .outcome = OUTCOME_OVERLOAD };
	const struct err *refused = body_refused(request->body);

	if (refused != NULL)
		decide_by_policy(request, &overload, refused);
}

/* No memory, no descriptor. What is not whole cannot pass, whatever the
 * settings say of an engine-error; -1: the client was promised the rest. */
static int
lose_body(struct request *request, const struct err *reason)
{
	static const struct verdict lost = { .outcome = OUTCOME_ENGINE_ERROR };
	char why[QUOTED_MAX];

	log_error("body lost", "id=%s reason=%s", request->id,
	    log_quote(why, sizeof why, reason->text));
	metrics_add(metrics_of(request), METRIC_BODIES_LOST, 1);
	if (request->phase == PHASE_PASS)
		return -1;
	decide(request, &lost, ACTION_BLOCK, reason);
	return 0;
}

static bool
is_blocked(const struct request *request)
{
	return request->phase == PHASE_PAGE || request->phase == PHASE_CUT ||
	    request->phase == PHASE_ERROR;
}

int
request_add(struct request *request, const void *data, size_t len)
{
	struct err err;

	request->received += len;
	if (is_blocked(request))
		return 0;
	if (request->phase != PHASE_ARRIVING)
		body_pass(request->body);
	if (body_add(request->body, data, len, &err) == -1 &&
	    lose_body(request, &err) == -1)
		return -1;
	if (request->phase == PHASE_ARRIVING && request->received == len)
		skip_consider(request, data, len);
	if (request->phase == PHASE_ARRIVING)
		consider_size(request);
	if (request->phase == PHASE_ARRIVING)
		consider_room(request);
	if (is_blocked(request))
		body_free(&request->body);
	return 0;
}

static ssize_t
give_page(struct request *request, void *out, size_t len, bool *end_out)
{
	size_t left = request->page_len - request->page_given;

	if (len > left)
		len = left;
	memcpy(out, request->page + request->page_given, len);
	request->page_given += len;
	*end_out = len == 0;
	return (ssize_t)len;
}

static size_t
at_most(size_t len, uint64_t most)
{
	return len < most ? len : (size_t)most;
}

ssize_t
request_give(struct request *request, void *out, size_t len, bool all_arrived,
    bool *end_out, struct err *err)
{
	ssize_t n;

	*end_out = false;
	if (request->phase == PHASE_CUT)
		return err_set(err, "cut");
	if (request->phase == PHASE_ERROR)
		return 0;
	if (request->phase == PHASE_PAGE)
		return give_page(request, out, len, end_out);
	if (request->phase == PHASE_ARRIVING)
		len = at_most(len, trickle_left(request));
	else
		body_pass(request->body);
	n = body_take(request->body, out, len, err);
	if (n == -1)
		return -1;
	request->given += (uint64_t)n;
	*end_out = n == 0 && all_arrived && request->phase == PHASE_PASS;
	return n;
}
