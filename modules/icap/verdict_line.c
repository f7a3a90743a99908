/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/verdict_line.h"

#include "base/clock.h"
#include "base/log.h"

#define QUOTED_MAX (4 * FACT_MAX)

void
verdict_line(const struct request *request, const struct err *reason)
{
	const struct origin *origin = &request->origin;
	const struct verdict *verdict = &request->verdict;
	char url[QUOTED_MAX], user[QUOTED_MAX], client[FACT_MAX];
	char why[QUOTED_MAX];

	log_write(request->is_selfcheck ? LOG_DEBUG : LOG_INFO, "verdict",
	    "id=%s outcome=%s action=%s policy=%s would=%s allowed=%s name=%s "
	    "method=%s url=%s client=%s user=%s size=%llu ms=%lld cache=%s "
	    "cut=%d given=%llu declared=%s named=%s bytes=%s odd=%s reason=%s",
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
	    cached_name(request->cached),
	    request->phase == PHASE_CUT, (unsigned long long)request->given,
	    type_group_name(request->declared),
	    type_group_name(request->names.group),
	    type_group_name(request->bytes),
	    name_oddities(request->names.odd),
	    log_quote(why, sizeof why, reason != NULL ? reason->text : NULL));
}
