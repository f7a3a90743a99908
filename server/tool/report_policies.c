/* SPDX-License-Identifier: GPL-2.0-only */
/* The counters of each policy. */
#include <string.h>

#include "policy/rules.h"
#include "tool/report.h"

#define NAME_SIGNS                                                             \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* A captured child of c-icap may have written the name. */
void
report_policies(struct report *report, const struct segment *segment)
{
	struct report_policy *policy = report->policies;
	size_t i;

	for (i = 0; i < POLICY_COUNTS; i++)
		if (policy_counts_get(&segment->policies, i, policy->name,
		    policy->value) == 0 && policy->name[strspn(policy->name,
		    NAME_SIGNS)] == '\0')
			policy++;
	report->policy_count = (unsigned)(policy - report->policies);
}

const char *
report_policy_name(char *out, size_t size, const struct report_policy *policy,
    enum policy_counted which)
{
	snprintf(out, size, "%s{policy=\"%s\"}", policy_counted_name(which),
	    policy->name);
	return out;
}
