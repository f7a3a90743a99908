/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/skip.h"

#include "icap/decide.h"
#include "icap/judge.h"
#include "icap/forbid.h"
#include "policy/type_rules.h"

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

	return !type->cut && type_rules_told_once(type->at, type->len,
	    request->names.groups);
}

void
skip_consider(struct request *request, const void *head, size_t len)
{
	static const struct verdict skipped = { .outcome = OUTCOME_SKIPPED };
	static const struct err reason = { "media by type and bytes" };
	struct opinions opinions = {
		.declared = request->declared,
		.named = request->names.group,
		.bytes = GROUP_MEDIA,
	};

	if (!may(request) || !is_told_once(request) ||
	    !type_rules_skip(&request->policy, &opinions))
		return;
	request->bytes = judge_type(request->module, head, len);
	opinions.bytes = request->bytes;
	if (type_rules_skip(&request->policy, &opinions))
		decide(request, &skipped, ACTION_PASS, &reason);
}
