/* SPDX-License-Identifier: GPL-2.0-only */
/* `glassgate policy show`: the policies, as they will be gone through. */
#include <stdio.h>

#include "policy/type_rules.h"
#include "tool/policy.h"
#include "tool/tool.h"

static void
show_words(const struct rules *rules, const struct rule_words *words,
    const char *lead)
{
	const char *word = NULL, *before = " ";
	char text[4 * SUBJECT_HOST];

	if (words->count == 0)
		return;
	printf("   %-8s", lead);
	while ((word = rule_word(rules, words, word)) != NULL) {
		printf("%s%s", before, tool_escape(text, sizeof(text), word));
		before = ", ";
	}
	putchar('\n');
}

static void
show_actions(const struct policy *policy, enum action action, const char *lead)
{
	const char *before = "";
	unsigned i;

	printf("   %-9s", lead);
	for (i = 0; i < OUTCOME_COUNT; i++) {
		if (policy_action(policy, (enum outcome)i) != action)
			continue;
		printf("%s%s", before, outcome_name((enum outcome)i));
		before = ", ";
	}
	putchar('\n');
}

static void
show_limits(const struct limits *limits)
{
	const char *before = "   limits   ";
	unsigned i;

	for (i = 0; i < LIMIT_COUNT; i++) {
		if (limits->value[i] == 0)
			continue;
		printf("%s%s ", before, limit_row((enum limit)i)->name);
		limit_print((enum limit)i, limits->value[i], stdout);
		before = ", ";
	}
	if (limits_any(limits))
		putchar('\n');
}

static void
show_lists(const struct rules *rules, const struct rule *rule)
{
	unsigned block, by;
	char lead[32];

	for (block = 0; block < 2; block++)
		for (by = 0; by < BY_COUNT; by++) {
			snprintf(lead, sizeof(lead), "%s %s",
			    block ? "block" : "allow",
			    list_by_name((enum list_by)by));
			show_words(rules, &rule->list[block][by], lead);
		}
}

static void
show_types(const struct policy *policy)
{
	const char *before = "   types    blocks ";
	unsigned i;

	for (i = 0; i < TYPE_RULES; i++) {
		if (policy->types[i] == ACTION_PASS)
			continue;
		printf("%s%s", before, type_rule_name((enum type_rule)i));
		before = ", ";
	}
	if (*before == ',')
		putchar('\n');
	before = "   types    skips ";
	for (i = 0; i < SKIP_KINDS; i++) {
		if (policy->skips[i] != WAY_SKIP)
			continue;
		printf("%s%s", before, skip_kind_name((enum skip_kind)i));
		before = ", ";
	}
	if (*before == ',')
		putchar('\n');
}

void
policy_show_answers(const struct policy *policy)
{
	show_limits(&policy->limits);
	show_actions(policy, ACTION_BLOCK, "blocks");
	show_actions(policy, ACTION_PASS, "passes");
	show_types(policy);
}

static void
show_rule(const struct settings *settings, const struct rule *rule, size_t n)
{
	struct policy policy;
	size_t i;

	printf("%zu. %s\n", n, rule_name(rule));
	for (i = 0; rule != NULL && i < MATCH_COUNT; i++)
		show_words(&settings->rules, &rule->match[i],
		    match_row(i)->name);
	rules_policy(rule, &settings->policy, &policy);
	if (policy.mode == POLICY_WATCH)
		puts("   mode     watch: what it blocks passes");
	if (rule != NULL)
		show_lists(&settings->rules, rule);
	policy_show_answers(&policy);
}

int
policy_show(const struct settings *settings)
{
	uint32_t i;

	for (i = 0; i < settings->rules.count; i++)
		show_rule(settings, &settings->rules.rule[i], i + 1);
	show_rule(settings, NULL, i + 1);
	return TOOL_FINE;
}
