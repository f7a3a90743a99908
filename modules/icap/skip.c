/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/skip.h"

#include <poll.h>

#include "base/clock.h"
#include "icap/decide.h"
#include "icap/judge.h"
#include "icap/forbid.h"
#include "icap/threads.h"
#include "policy/type_rules.h"
#include "policy/types.h"

#define FIRST_BYTE_MS (4 * 60 * 1000)	/* Squid waits for 5 minutes */
#define SLICE_MS 1000

/* Of so few the engine says nothing: they are text only if a stream of events
 * begins so (worker/identify.h). Of more any text would do. */
#define EVENTS_HEAD 5

/* What is packed, nobody has identified; a range has an outcome of its own; and
 * of a body that is not whole there is no digest for the owner's list. */
static bool
may(const struct request *request)
{
	return !request->is_selfcheck && !request->is_forbidden &&
	    !request->is_partial && request->packing.encodings.at == NULL &&
	    !forbid_knows_digests(request);
}

static bool
is_told_once(const struct request *request)
{
	const struct packed_text *type = &request->packing.type;

	return !type->cut && type_rules_told_once(type->at, type->len);
}

/* What it is if the bytes are what it is declared to be. */
static const char *
kind_of(const struct request *request, enum type_group bytes)
{
	const struct packed_text *type = &request->packing.type;
	struct opinions opinions = {
		.declared = request->declared,
		.named = request->names.group,
		.bytes = bytes,
		.events = !request->is_upload && request->is_fetched &&
		    type_is_events(type->at, type->len),
	};

	return type_rules_skip(&request->policy, &opinions,
	    request->names.groups);
}

void
skip_wait(const struct request *request, int client_fd)
{
	struct pollfd pollfd = { .fd = client_fd, .events = POLLIN };
	int64_t deadline = clock_ms() + FIRST_BYTE_MS;

	if (!may(request) || !is_told_once(request) ||
	    kind_of(request, request->declared) == NULL)
		return;
	while (clock_left(deadline) > 0 && !atomic_load(&module_is_ending) &&
	    poll(&pollfd, 1, SLICE_MS) == 0)
		threads_beat(request->module);
}

void
skip_consider(struct request *request, const void *head, size_t len)
{
	static const struct verdict skipped = { .outcome = OUTCOME_SKIPPED };
	struct verdict untold = { .outcome = OUTCOME_NONE };
	struct err reason;
	const char *kind;
	bool is_events;

	if (!may(request) || !is_told_once(request))
		return;
	kind = kind_of(request, request->declared);
	if (kind == NULL)
		return;
	is_events = kind == skip_kind_name(SKIP_EVENTS);
	if (is_events && len > EVENTS_HEAD)
		len = EVENTS_HEAD;
	request->bytes = judge_type(request->module, head, len,
	    &untold.outcome, &reason);
	/* It has no end at which it could be judged. */
	if (is_events && untold.outcome != OUTCOME_NONE) {
		decide_by_policy(request, &untold, &reason);
		return;
	}
	kind = kind_of(request, request->bytes);
	if (kind == NULL)
		return;
	err_set(&reason, "%s by type and bytes", kind);
	decide(request, &skipped, ACTION_PASS, &reason);
}
