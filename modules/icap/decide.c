/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/decide.h"

#include <string.h>

#include "base/bug.h"
#include "base/clock.h"
#include "base/log.h"
#include "cache/urls.h"
#include "icap/verdict_line.h"
#include "policy/lists.h"
#include "policy/type_rules.h"
#include "wire/merge.h"

void
decide_count_body(struct request *request)
{
	struct metrics *metrics = &request->module->segment->metrics;

	if (!request->is_selfcheck)
		metrics_add(metrics, METRIC_BODY_BYTES,
		    request->received - request->counted);
	request->counted = request->received;
}

/* Of the body, whoever asks for it: others may have no such limits. The rule on
 * a kind of file is looked at again for each (forbid_forgives()). */
static bool
is_true_for_all(const struct request *request)
{
	enum outcome outcome = request->verdict.outcome;

	if (outcome == OUTCOME_FORBIDDEN)
		return type_rules_know(request->verdict.name);
	return policy_row(outcome)->lasting &&
	    (outcome_is_finding(outcome) ||
	    !limits_any(&request->policy.limits));
}

/* What somebody sends, or gets for it, is no reason to block that URL for all
 * others. */
static bool
is_same_for_all(const struct request *request)
{
	return request->origin.url != NULL && !request->is_upload &&
	    !request->is_asked_by_body &&
	    strcmp(request->origin.method, "GET") == 0;
}

static void
remember(const struct request *request)
{
	const struct module *module = request->module;
	uint64_t seconds = module->settings.proxy_remember;

	if (seconds == 0 || !is_same_for_all(request))
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

static void
count_for_policy(const struct request *request, bool block)
{
	struct policy_counts *counts = &request->module->segment->policies;
	const char *name = rule_name(request->rule);

	if (request->is_selfcheck)
		return;
	policy_counts_add(counts, name, POLICY_REQUESTS);
	if (block)
		policy_counts_add(counts, name, POLICY_BLOCKED);
	if (request->is_watched)
		policy_counts_add(counts, name, POLICY_WATCHED);
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
	count_for_policy(request, block);
	if (request->phase == PHASE_ERROR && !request->is_selfcheck)
		metrics_add(&segment->metrics, METRIC_ANSWERS_500, 1);
	if (request->phase == PHASE_CUT) {
		metrics_add(&segment->metrics, METRIC_CUTS, 1);
		if (!request->is_selfcheck && is_true_for_all(request))
			remember(request);
	}
	decide_count_body(request);
	verdict_line(request, reason);
	if (request->module->tell != NULL)
		publish(&segment->metrics, &segment->published,
		    request->module->tell);
}

/* It passes with a mark, so that no cache keeps it for the day when it is
 * blocked. */
static void
pass_marked(struct request *request, enum metric metric)
{
	if (!request->is_upload && !request->is_begun)
		request->has_new_head = true;
	metrics_add(&request->module->segment->metrics, metric, 1);
}

/* By an entry of a list. */
static bool
is_allowed(const struct request *request, enum outcome outcome)
{
	enum list_by by;

	return request->allowed != NULL && !request->is_selfcheck &&
	    list_by_find(request->allowed, &by) == 0 &&
	    list_lets_pass(by, outcome);
}

/* How much it weighs: 0, it passes; 1, an entry of a list lets it pass. */
static int
weight(const struct request *request, enum outcome outcome)
{
	if (policy_action(&request->policy, outcome) == ACTION_PASS)
		return 0;
	return is_allowed(request, outcome) ? 1 : 2;
}

bool
decide_blocks(const struct request *request, const struct verdict *verdict)
{
	return weight(request, verdict->outcome) == 2 &&
	    !policy_watches(&request->policy, verdict->outcome);
}

void
decide_by_policy(struct request *request, const struct verdict *verdict,
    const struct err *reason)
{
	int weighs = weight(request, verdict->outcome);

	if (request->is_forbidden &&
	    weight(request, OUTCOME_FORBIDDEN) > weighs) {
		verdict = &request->forbidden;
		reason = request->forbidden_reason;
		weighs = weight(request, OUTCOME_FORBIDDEN);
	}
	request->is_allowed = weighs == 1;
	request->is_watched = weighs == 2 &&
	    policy_watches(&request->policy, verdict->outcome);
	if (request->is_allowed)
		pass_marked(request, METRIC_ALLOWED);
	if (request->is_watched)
		pass_marked(request, METRIC_WATCHED);
	decide(request, verdict, weighs < 2 || request->is_watched ?
	    ACTION_PASS : ACTION_BLOCK, reason);
}

void
decide_nothing_to_scan(struct request *request)
{
	static const struct verdict skipped = { .outcome = OUTCOME_SKIPPED };

	if (request->is_forbidden && !request->facts.is_connect)
		decide_by_policy(request, &request->forbidden,
		    request->forbidden_reason);
	else
		decide(request, &skipped, ACTION_PASS, NULL);
}
