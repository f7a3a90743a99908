/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/policies_told.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

#define NAMES_SHOWN 512

_Static_assert(POLICY_COUNTS == 2 * (RULES_MAX + 1), "a place for each");
_Static_assert(POLICY_COUNT_NAME == RULE_NAME, "the name fits");

static size_t
add_names(const struct settings *settings, const char **names, size_t count)
{
	uint32_t i;

	names[count++] = RULE_DEFAULT;
	for (i = 0; i < settings->rules.count; i++)
		names[count++] = settings->rules.rule[i].name;
	return count;
}

static void
place_counters(struct segment *segment, const struct settings *settings,
    const struct settings *before)
{
	const char *names[POLICY_COUNTS];
	size_t count = add_names(settings, names, 0);

	if (before != NULL)
		count = add_names(before, names, count);
	policy_counts_name(&segment->policies, names, count);
}

static bool
watches(const struct settings *settings, const struct rule *rule)
{
	struct policy policy;

	rules_policy(rule, &settings->policy, &policy);
	return policy.mode == POLICY_WATCH;
}

/* Their number; their names as far as there is room. */
static uint64_t
watching(const struct settings *settings, char names[static NAMES_SHOWN])
{
	uint64_t count = 0;
	uint32_t i;
	size_t used = 0;

	names[0] = '\0';
	for (i = 0; i <= settings->rules.count; i++) {
		const struct rule *rule = i < settings->rules.count ?
		    &settings->rules.rule[i] : NULL;

		if (!watches(settings, rule))
			continue;
		count++;
		if (used + RULE_NAME < NAMES_SHOWN)
			used += (size_t)snprintf(names + used,
			    NAMES_SHOWN - used, "%s%s", used > 0 ? "," : "",
			    rule_name(rule));
	}
	return count;
}

void
policies_told(struct segment *segment, const struct settings *settings,
    const struct settings *before)
{
	char names[NAMES_SHOWN];
	uint64_t count = watching(settings, names);

	place_counters(segment, settings, before);
	metrics_set(&segment->metrics, METRIC_WATCH_MODE, count);
	if (count > 0)
		log_warn("watch mode", "policies=%s count=%" PRIu64
		    " action=\"what they block passes\"", names, count);
}
