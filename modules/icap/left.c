/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/left.h"

#include "base/log.h"
#include "icap/decide.h"
#include "icap/forbid.h"
#include "icap/judge.h"
#include "wire/merge.h"

#define QUOTED_MAX (4 * FACT_MAX)

static enum judged
judge_it(struct request *request, struct verdict *verdict, struct err *reason)
{
	struct judge_ask ask = {
		.told = packing_told(&request->packing, request->is_upload),
		.limits = &request->policy.limits,
		.client_fd = -1,
	};

	return judge(request->module, request->body, &ask, verdict,
	    &request->cached, reason);
}

static void
tell(const struct request *request)
{
	char url[QUOTED_MAX];

	log_info("client left", "id=%s url=%s received=%llu given=%llu",
	    request->id, log_quote(url, sizeof url, request->origin.shown_url),
	    (unsigned long long)request->received,
	    (unsigned long long)request->given);
}

void
left_judge(struct request *request)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	struct err reason;

	/* Who is being judged is whole, and frees its worker. */
	if (request->beside != NULL ||
	    judge_it(request, &verdict, &reason) != JUDGED ||
	    !outcome_is_finding(verdict.outcome)) {
		tell(request);
		return;
	}
	request->is_begun = true;
	if (!forbid_finding(request, &verdict))
		decide_by_policy(request, &verdict, &reason);
}
