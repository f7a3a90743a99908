/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/decide.h"

#include "base/bug.h"
#include "base/clock.h"
#include "base/log.h"
#include "cache/urls.h"

#define QUOTED_MAX (4 * FACT_MAX)

void
decide_count_body(struct request *request)
{
	struct metrics *metrics = &request->module->segment->metrics;

	if (!request->is_selfcheck)
		metrics_add(metrics, METRIC_BODY_BYTES,
		    request->received - request->counted);
	request->counted = request->received;
}

static void
log_verdict(const struct request *request, const struct err *reason)
{
	const struct origin *origin = &request->origin;
	const struct verdict *verdict = &request->verdict;
	char url[QUOTED_MAX], user[QUOTED_MAX], client[FACT_MAX];
	char why[QUOTED_MAX];

	log_write(request->is_selfcheck ? LOG_DEBUG : LOG_INFO, "verdict",
	    "id=%s outcome=%s action=%s policy=%s would=%s allowed=%s name=%s "
	    "method=%s url=%s client=%s user=%s size=%llu "
	    "ms=%lld cut=%d reason=%s",
	    request->id, outcome_name(verdict->outcome),
	    action_name(request->phase == PHASE_PASS ? ACTION_PASS :
	    ACTION_BLOCK), rule_name(request->rule),
	    request->is_watched ? action_name(ACTION_BLOCK) : "-",
	    request->is_allowed ? request->allowed : "-",
	    verdict->name[0] != '\0' ? verdict->name : "-", origin->method,
	    log_quote(url, sizeof url, origin->shown_url),
	    log_quote(client, sizeof client, origin->client),
	    log_quote(user, sizeof user, origin->user),
	    (unsigned long long)request->received,
	    (long long)(clock_ms() - request->started),
	    request->phase == PHASE_CUT,
	    log_quote(why, sizeof why, reason != NULL ? reason->text : NULL));
}

static void
remember(const struct request *request)
{
	const struct module *module = request->module;
	uint64_t seconds = module->settings.proxy_remember;

	if (request->origin.url == NULL || seconds == 0)
		return;
	urls_remember(&module->segment->urls, request->origin.method,
	    request->origin.url, &request->verdict,
	    clock_ms() + (int64_t)seconds * 1000);
}

static enum phase
blocked_phase(const struct request *request)
{
	if (request->is_begun)
		return PHASE_CUT;
	if (policy_answers_500(&request->policy, request->verdict.outcome))
		return PHASE_ERROR;
	return PHASE_PAGE;
}

void
decide(struct request *request, const struct verdict *verdict,
    enum action action, const struct err *reason)
{
	struct segment *segment = request->module->segment;
	bool block = action != ACTION_PASS;

	bug_if(request->phase != PHASE_ARRIVING);
	request->verdict = *verdict;
	request->phase = !block ? PHASE_PASS : blocked_phase(request);
	if (request->is_selfcheck)
		metrics_add(&segment->metrics, METRIC_SELFCHECKS, 1);
	else
		metrics_decided(&segment->metrics, verdict->outcome, block);
	if (request->phase == PHASE_ERROR && !request->is_selfcheck)
		metrics_add(&segment->metrics, METRIC_ANSWERS_500, 1);
	if (request->phase == PHASE_CUT) {
		metrics_add(&segment->metrics, METRIC_CUTS, 1);
		if (!request->is_selfcheck &&
		    policy_row(verdict->outcome)->lasting)
			remember(request);
	}
	decide_count_body(request);
	log_verdict(request, reason);
	publish(&segment->metrics, &segment->published, request->module->tell);
}

/* It passes with a mark, so that no cache keeps it for the day when it is
 * blocked. */
static void
watch(struct request *request)
{
	request->is_watched = true;
	if (!request->is_upload && !request->is_begun)
		request->has_new_head = true;
	metrics_add(&request->module->segment->metrics, METRIC_WATCHED, 1);
}

/* By the owner's list: all but what is undecided. */
static bool
is_allowed(const struct request *request, const struct verdict *verdict)
{
	return request->allowed != NULL && !request->is_selfcheck &&
	    policy_row(verdict->outcome)->outcome != OUTCOME_NONE;
}

void
decide_by_policy(struct request *request, const struct verdict *verdict,
    const struct err *reason)
{
	enum action action = policy_action(&request->policy, verdict->outcome);

	if (action == ACTION_BLOCK && is_allowed(request, verdict)) {
		metrics_add(&request->module->segment->metrics,
		    METRIC_ALLOWED, 1);
		request->is_allowed = true;
		action = ACTION_PASS;
	}
	if (action == ACTION_BLOCK &&
	    policy_watches(&request->policy, verdict->outcome)) {
		watch(request);
		action = ACTION_PASS;
	}
	decide(request, verdict, action, reason);
}
