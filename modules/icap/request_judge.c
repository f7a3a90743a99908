/* SPDX-License-Identifier: GPL-2.0-only */
/* What becomes of a request when its body is whole. */
#include "icap/request.h"

#include "base/clock.h"
#include "base/log.h"
#include "icap/decide.h"
#include "icap/forbid.h"
#include "icap/judge.h"
#include "icap/threads.h"
#include "icap/trickle.h"

/* What is to be blocked is not hidden behind what passes; nothing in a part
 * says nothing of the whole. */
static void
decide_judged(struct request *request, const struct verdict *verdict,
    const struct err *reason)
{
	struct verdict other = { .outcome = policy_decisive(&request->policy,
	    verdict->outcome, verdict->seen) };

	request->bytes = verdict->bytes;
	/* A container whose rest was not asked for is no worse than any other
	 * part; that it is one, its site alone cannot say. */
	if (request->is_partial && (other.outcome == OUTCOME_CLEAN ||
	    (other.outcome == OUTCOME_DAMAGED && request->is_range_asked &&
	    verdict_is_cut(verdict))))
		other.outcome = OUTCOME_PARTIAL;
	if (forbid_finding(request, verdict))
		return;
	forbid_type(request);
	decide_by_policy(request, other.outcome == verdict->outcome ? verdict :
	    &other, reason);
}

/* -1: no decision, the connection must end. */
static int
take_judged(struct request *request, enum judged judged,
    const struct verdict *verdict, const struct err *reason)
{
	switch (judged) {
	case JUDGED:
		decide_judged(request, verdict, reason);
		return 0;
	case JUDGED_STOPPED:
		request->is_over = true;
		metrics_add(&request->module->segment->metrics, METRIC_GIVEN_UP,
		    1);
		log_info("request given up", "id=%s reason=stopping",
		    request->id);
		return -1;
	case JUDGED_GONE:
		break;
	}
	return -1;
}

static int
take_beside(struct request *request)
{
	struct verdict verdict;
	struct err reason;
	enum judged judged = beside_end(&request->beside, &verdict,
	    &request->cached, &reason);

	return take_judged(request, judged, &verdict, &reason);
}

/* What can trickle is judged beside. Without a thread for that it waits, as all
 * others do. */
static bool
judges_beside(struct request *request, const struct judge_ask *ask)
{
	struct trickle_view view = trickle_view(request, clock_ms());

	view.at_end = true;
	return trickle_can(&request->module->settings, &view) &&
	    beside_new(&request->beside, request->module, request->body,
	    ask) == 0;
}

/* What is decided in time is answered as if it could not trickle. */
static int
wait_for_delay(struct request *request)
{
	struct trickle_view view = trickle_view(request, clock_ms());
	int64_t until = clock_ms() + trickle_wait_ms(
	    &request->module->settings, &view);

	if (beside_wait(request->beside, until))
		return take_beside(request);
	trickle_begins(request, clock_ms());
	return 0;
}

int
request_judge(struct request *request, int client_fd)
{
	struct judge_ask ask = {
		.limits = &request->policy.limits,
		.client_fd = client_fd,
		.anew = request->is_selfcheck,
	};
	struct verdict verdict;
	enum judged judged;
	struct err reason;

	if (request->phase != PHASE_ARRIVING || request->beside != NULL)
		return 0;
	if (request->received == 0) {
		decide_nothing_to_scan(request);
		return 0;
	}
	if (forbid_body(request))
		return 0;
	ask.told = packing_told(&request->packing, request->is_upload);
	if (judges_beside(request, &ask))
		return wait_for_delay(request);
	judged = judge(request->module, request->body, &ask, &verdict,
	    &request->cached, &reason);
	return take_judged(request, judged, &verdict, &reason);
}

int
request_await(struct request *request)
{
	int64_t until = 0;

	while (request->beside != NULL) {
		if (beside_wait(request->beside, until))
			return take_beside(request);
		if (trickle_left(request) > 0)
			return 0;
		threads_beat(request->module);
		until = clock_ms() + TRICKLE_TICK_MS;
	}
	return 0;
}
