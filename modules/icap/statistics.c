/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/statistics.h"

#include <stdio.h>
#include <string.h>

#define NEWER "(newer)"			/* no policy can be called so */

static struct self {
	const struct icap_statistics *icap;
	int metric[METRIC_COUNT];
	struct policy_ids {
		char name[RULE_NAME];
		int id[POLICY_COUNTED];
	} policy[RULES_MAX + 2];	/* the default, the newer ones */
	size_t policies;
} self;

int
statistics_name(const struct icap_statistics *icap)
{
	unsigned i;

	self.icap = icap;
	for (i = 0; i < METRIC_COUNT; i++) {
		self.metric[i] = icap->name(metric_name(i));
		if (self.metric[i] < 0)
			return -1;
	}
	return 0;
}

static int
name_policy(const char *name)
{
	struct policy_ids *policy = &self.policy[self.policies];
	char label[POLICY_COUNT_NAME + 128];
	unsigned i;

	snprintf(policy->name, sizeof policy->name, "%s", name);
	for (i = 0; i < POLICY_COUNTED; i++) {
		snprintf(label, sizeof label, "%s{policy=\"%s\"}",
		    policy_counted_name(i), name);
		policy->id[i] = self.icap->name(label);
		if (policy->id[i] < 0)
			return -1;
	}
	self.policies++;
	return 0;
}

int
statistics_name_policies(const struct rules *rules)
{
	uint32_t i;

	self.policies = 0;
	for (i = 0; i < rules->count; i++)
		if (name_policy(rules->rule[i].name) == -1)
			return -1;
	return name_policy(RULE_DEFAULT) == -1 ? -1 : name_policy(NEWER);
}

void
statistics_tell(enum metric metric, int difference)
{
	self.icap->add(self.metric[metric], difference);
}

void
statistics_tell_policy(const char *name, enum policy_counted which,
    int difference)
{
	size_t i = 0;

	while (i < self.policies - 1 && strcmp(self.policy[i].name, name) != 0)
		i++;
	self.icap->add(self.policy[i].id[which], difference);
}
