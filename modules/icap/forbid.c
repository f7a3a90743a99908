/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/forbid.h"

#include "icap/decide.h"
#include "icap/listed.h"
#include "policy/type_rules.h"

static const struct err on_own_list = { "on its policy's list" };
static const struct err on_owners_list = { "on the owner's list" };

/* First its policy's, then the owner's. */
static enum listed
look_up(const struct request *request, enum list_by by, const char *value,
    const struct err **reason_out)
{
	enum listed listed = rule_listed(&request->module->settings.rules,
	    request->rule, by, value);

	*reason_out = &on_own_list;
	if (listed != LISTED_NOT)
		return listed;
	*reason_out = &on_owners_list;
	return listed_value(by, value);
}

/* Nothing allows what a list forbids. */
static void
forbid(struct request *request, const struct err *reason)
{
	request->is_forbidden = request->is_listed = true;
	request->forbidden = (struct verdict){ .outcome = OUTCOME_FORBIDDEN };
	request->forbidden_reason = reason;
	request->allowed = NULL;
}

static bool
note(struct request *request, enum list_by by, const char *value)
{
	const struct err *reason;
	enum listed listed = look_up(request, by, value, &reason);

	if (listed == LISTED_BLOCKED)
		forbid(request, reason);
	if (listed == LISTED_ALLOWED && !request->is_listed)
		request->allowed = list_by_name(by);
	return listed == LISTED_BLOCKED;
}

void
forbid_host(struct request *request, const char *host)
{
	note(request, BY_HOST, host);
}

void
forbid_name(struct request *request)
{
	const struct settings *settings = &request->module->settings;
	struct verdict verdict = { .outcome = OUTCOME_FORBIDDEN };
	unsigned odd = request->names.odd;

	if ((odd & ODD_DOUBLE_EXTENSION) && settings->names_double_extension)
		verdict_set_name(&verdict, "Name.DoubleExtension");
	else if ((odd & ODD_RIGHT_TO_LEFT) && settings->names_right_to_left)
		verdict_set_name(&verdict, "Name.RightToLeft");
	if (verdict.name[0] == '\0' || request->is_forbidden)
		return;
	request->is_forbidden = true;
	request->forbidden = verdict;
}

bool
forbid_knows_digests(const struct request *request)
{
	return listed_any(BY_SHA256) || rule_lists(request->rule, BY_SHA256);
}

void
forbid_type(struct request *request)
{
	const struct opinions opinions = {
		.declared = request->declared,
		.named = request->names.group,
		.bytes = request->bytes,
	};
	const char *cause = type_rules_cause(&request->policy, &opinions);

	if (cause == NULL || request->is_selfcheck || request->is_forbidden ||
	    (opinions.bytes == GROUP_NONE && forbid_knows_digests(request)))
		return;
	request->is_forbidden = true;
	request->forbidden = (struct verdict){ .outcome = OUTCOME_FORBIDDEN };
	verdict_set_name(&request->forbidden, cause);
}

/* Is there something to scan, and will it pass if nothing is found? */
static bool
needs_a_scan(const struct request *request)
{
	return request->facts.has_body && !decide_blocks(request,
	    &request->forbidden);
}

static void
count(struct request *request)
{
	if (request->is_listed && !request->is_listed_counted)
		metrics_add(&request->module->segment->metrics, METRIC_LISTED,
		    1);
	request->is_listed_counted = request->is_listed;
}

bool
forbid_decided(struct request *request)
{
	if (!request->is_forbidden)
		return false;
	count(request);
	if (needs_a_scan(request))
		return false;
	decide_by_policy(request, &request->forbidden,
	    request->forbidden_reason);
	return true;
}

/* One whose digest cannot be made may be any of them. */
static bool
digest_lost(struct request *request, const struct err *reason)
{
	static const struct verdict error = { .outcome = OUTCOME_ENGINE_ERROR };

	if (!listed_blocks(BY_SHA256) && !rule_blocks(request->rule,
	    BY_SHA256))
		return false;
	decide(request, &error, ACTION_BLOCK, reason);
	return true;
}

bool
forbid_body(struct request *request)
{
	char digest[LISTED_DIGEST];
	struct err reason;

	if (request->is_selfcheck || !forbid_knows_digests(request))
		return false;
	if (listed_digest(request->body, digest, &reason) == -1)
		return digest_lost(request, &reason);
	return note(request, BY_SHA256, digest) && forbid_decided(request);
}

/* What else was noted in the body does not hide behind an allowed name, nor
 * what could not be checked behind an allowed host. */
static void
look_behind(struct request *request, const struct verdict *verdict)
{
	uint32_t others = verdict->seen & ~OUTCOME_BIT(verdict->outcome);
	unsigned i;

	if (request->allowed == list_by_name(BY_SHA256))
		return;
	for (i = OUTCOME_CLEAN; i < OUTCOME_COUNT; i++)
		if (request->allowed == list_by_name(BY_HOST) &&
		    !policy_is_unchecked((enum outcome)i))
			others &= ~OUTCOME_BIT(i);
	if (policy_action(&request->policy, policy_decisive(&request->policy,
	    OUTCOME_CLEAN, others)) != ACTION_PASS)
		request->allowed = NULL;
}

bool
forbid_finding(struct request *request, const struct verdict *verdict)
{
	const char *allowed = request->allowed;

	if (request->is_selfcheck)
		return false;
	if (note(request, BY_SIGNATURE, verdict->name))
		return forbid_decided(request);
	look_behind(request, verdict);
	if (request->allowed == NULL && allowed != NULL) {
		request->allowed = allowed;
		look_behind(request, verdict);
	}
	return false;
}

bool
forbid_forgives(const struct request *request, const struct verdict *verdict)
{
	const struct err *reason;

	if (verdict->outcome == OUTCOME_FORBIDDEN &&
	    !type_rules_hold(&request->policy, verdict->name))
		return true;
	return request->allowed != NULL || look_up(request, BY_SIGNATURE,
	    verdict->name, &reason) == LISTED_ALLOWED;
}
