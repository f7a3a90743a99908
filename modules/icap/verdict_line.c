/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/verdict_line.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

#define QUOTED_MAX (4 * FACT_MAX)
#define LINE_MAX_LEN 4096	/* more is cut by log.c */

struct field {
	const char *key, *value;
};

/* Not printf(): this is the line of every request, and nearly all text. */
static void
join(char *out, size_t size, const struct field *fields, size_t count)
{
	char *at = out, *end = out + size - 1, *next;
	size_t i;

	for (i = 0; i < 2 * count; i++) {
		next = memccpy(at, i % 2 == 0 ? fields[i / 2].key :
		    fields[i / 2].value, '\0', (size_t)(end - at));
		at = next != NULL ? next - 1 : end;
	}
	*at = '\0';
}

static void
write_line(const struct request *request, const char *reason, const char *size,
    const char *ms, const char *given)
{
	const struct origin *origin = &request->origin;
	const struct verdict *verdict = &request->verdict;
	char url[QUOTED_MAX], user[QUOTED_MAX], client[FACT_MAX];
	char why[QUOTED_MAX], line[LINE_MAX_LEN];
	const struct field fields[] = {
		{ "id=", request->id },
		{ " outcome=", outcome_name(verdict->outcome) },
		{ " action=", action_name(request->phase == PHASE_PASS ?
		    ACTION_PASS : ACTION_BLOCK) },
		{ " policy=", rule_name(request->rule) },
		{ " would=", request->is_watched ? action_name(ACTION_BLOCK) :
		    "-" },
		{ " allowed=", request->is_allowed ? request->allowed : "-" },
		{ " name=", verdict->name[0] != '\0' ? verdict->name : "-" },
		{ " method=", origin->method },
		{ " url=", log_quote(url, sizeof url, origin->shown_url) },
		{ " client=", log_quote(client, sizeof client,
		    origin->client) },
		{ " user=", log_quote(user, sizeof user, origin->user) },
		{ " size=", size },
		{ " ms=", ms },
		{ " cache=", cached_name(request->cached) },
		{ " cut=", request->phase == PHASE_CUT ? "1" : "0" },
		{ " given=", given },
		{ " declared=", type_group_name(request->declared) },
		{ " named=", type_group_name(request->names.group) },
		{ " bytes=", type_group_name(request->bytes) },
		{ " odd=", name_oddities(request->names.odd) },
		{ " reason=", log_quote(why, sizeof why, reason) },
	};

	join(line, sizeof line, fields, sizeof fields / sizeof fields[0]);
	log_write(request->is_selfcheck ? LOG_DEBUG : LOG_INFO, "verdict",
	    "%s", line);
}

void
verdict_line(const struct request *request, const struct err *reason)
{
	char size[24], ms[24], given[24];

	snprintf(size, sizeof size, "%llu",
	    (unsigned long long)request->received);
	snprintf(ms, sizeof ms, "%lld",
	    (long long)(clock_ms() - request->started));
	snprintf(given, sizeof given, "%llu",
	    (unsigned long long)request->given);
	write_line(request, reason != NULL ? reason->text : NULL, size, ms,
	    given);
}
