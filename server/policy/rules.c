/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/rules.h"

#include <string.h>

#include "policy/type_rules.h"

const char *
rule_word(const struct rules *rules, const struct rule_words *words,
    const char *last)
{
	const char *first = rules->text + words->at, *word = first;
	unsigned i;

	if (last == NULL)
		return words->count > 0 ? first : NULL;
	for (i = 0; i < words->count; i++, word += strlen(word) + 1)
		if (word > last)
			return word;
	return NULL;
}

static bool
match_holds(const struct rules *rules, const struct rule *rule, size_t match,
    const struct subject *subject)
{
	const char *word = rules->text + rule->match[match].at;
	unsigned left = rule->match[match].count;

	if (left == 0)
		return true;
	for (; left > 0; left--, word += strlen(word) + 1)
		if (match_row(match)->holds(word, subject))
			return true;
	return false;
}

static bool
rule_holds(const struct rules *rules, const struct rule *rule,
    const struct subject *subject)
{
	size_t i;

	for (i = 0; i < MATCH_COUNT; i++)
		if (!match_holds(rules, rule, i, subject))
			return false;
	return true;
}

const struct rule *
rules_find(const struct rules *rules, const struct subject *subject)
{
	uint32_t i;

	for (i = 0; i < rules->count; i++)
		if (rule_holds(rules, &rules->rule[i], subject))
			return &rules->rule[i];
	return NULL;
}

void
rules_policy(const struct rule *rule, const struct policy *fallback,
    struct policy *policy_out)
{
	unsigned i;

	*policy_out = *fallback;
	if (rule == NULL)
		return;
	for (i = 0; i < OUTCOME_COUNT; i++)
		if ((rule->set & OUTCOME_BIT(i)) != 0)
			policy_out->action[i] = rule->policy.action[i];
	for (i = 0; i < TYPE_RULES; i++)
		if ((rule->sets_types & 1u << i) != 0)
			policy_out->types[i] = rule->policy.types[i];
	for (i = 0; i < SKIP_KINDS; i++)
		if ((rule->sets_skips & 1u << i) != 0)
			policy_out->skips[i] = rule->policy.skips[i];
	if (rule->sets_mode)
		policy_out->mode = rule->policy.mode;
	if (rule->sets_unchecked)
		policy_out->unchecked = rule->policy.unchecked;
	policy_out->limits = rule->policy.limits;
}

static bool
list_holds(const struct rules *rules, const struct rule_words *words,
    enum list_by by, const char *value)
{
	const char *word = rules->text + words->at;
	unsigned left = words->count;

	for (; left > 0; left--, word += strlen(word) + 1)
		if (list_value_holds(by, word, value))
			return true;
	return false;
}

enum listed
rule_listed(const struct rules *rules, const struct rule *rule,
    enum list_by by, const char *value)
{
	if (rule == NULL || *value == '\0')
		return LISTED_NOT;
	if (list_holds(rules, &rule->list[1][by], by, value))
		return LISTED_BLOCKED;
	return list_holds(rules, &rule->list[0][by], by, value) ?
	    LISTED_ALLOWED : LISTED_NOT;
}

bool
rule_blocks(const struct rule *rule, enum list_by by)
{
	return rule != NULL && rule->list[1][by].count > 0;
}

bool
rule_lists(const struct rule *rule, enum list_by by)
{
	return rule_blocks(rule, by) ||
	    (rule != NULL && rule->list[0][by].count > 0);
}

const char *
rule_list_name(enum list_by by)
{
	static const char *const names[BY_COUNT] = {
		[BY_SHA256] = "sha256", [BY_HOST] = "hosts",
		[BY_SIGNATURE] = "signatures",
	};

	return names[by];
}

const char *
rule_name(const struct rule *rule)
{
	return rule != NULL ? rule->name : RULE_DEFAULT;
}

static void
print_words(const struct rules *rules, const struct rule_words *words,
    FILE *out)
{
	const char *word = NULL, *before = "=";

	while ((word = rule_word(rules, words, word)) != NULL) {
		fprintf(out, "%s%s", before, word);
		before = ",";
	}
	fputc('\n', out);
}

static void
print_matches(const struct rules *rules, const struct rule *rule,
    const char *lead, FILE *out)
{
	size_t i;

	for (i = 0; i < MATCH_COUNT; i++) {
		if (rule->match[i].count == 0)
			continue;
		fprintf(out, "%smatch.%s", lead, match_row(i)->name);
		print_words(rules, &rule->match[i], out);
	}
}

static void
print_lists(const struct rules *rules, const struct rule *rule,
    const char *lead, FILE *out)
{
	unsigned block, by;

	for (block = 0; block < 2; block++)
		for (by = 0; by < BY_COUNT; by++) {
			if (rule->list[block][by].count == 0)
				continue;
			fprintf(out, "%slists.%s.%s", lead,
			    block ? "block" : "allow",
			    rule_list_name((enum list_by)by));
			print_words(rules, &rule->list[block][by], out);
		}
}

static void
print_limits(const struct limits *limits, const char *lead, FILE *out)
{
	unsigned i;

	for (i = 0; i < LIMIT_COUNT; i++) {
		if (limits->value[i] == 0)
			continue;
		fprintf(out, "%slimits.%s=", lead, limit_row(i)->name);
		limit_print(i, limits->value[i], out);
		fputc('\n', out);
	}
}

static void
print_rule(const struct rules *rules, const struct rule *rule,
    const char *lead, FILE *out)
{
	size_t i;

	fprintf(out, "%sname=%s\n", lead, rule->name);
	print_matches(rules, rule, lead, out);
	if (rule->sets_mode)
		fprintf(out, "%smode=%s\n", lead,
		    rule->policy.mode == POLICY_WATCH ? "watch" : "enforce");
	if (rule->sets_unchecked)
		fprintf(out, "%sunchecked=%s\n", lead,
		    rule->policy.unchecked == UNCHECKED_500 ? "500" : "page");
	print_limits(&rule->policy.limits, lead, out);
	print_lists(rules, rule, lead, out);
	for (i = 0; i < OUTCOME_COUNT; i++)
		if ((rule->set & OUTCOME_BIT(i)) != 0)
			fprintf(out, "%soutcomes.%s=%s\n", lead,
			    outcome_name((enum outcome)i),
			    action_name(rule->policy.action[i]));
	for (i = 0; i < SKIP_KINDS; i++)
		if ((rule->sets_skips & 1u << i) != 0)
			fprintf(out, "%stypes.%s=%s\n", lead,
			    skip_kind_name((enum skip_kind)i),
			    rule->policy.skips[i] == WAY_SKIP ? "skip" :
			    "scan");
	for (i = 0; i < TYPE_RULES; i++)
		if ((rule->sets_types & 1u << i) != 0)
			fprintf(out, "%stypes.%s=%s\n", lead,
			    type_rule_name((enum type_rule)i),
			    action_name((enum action)rule->policy.types[i]));
}

void
rules_print(const struct rules *rules, const char *lead, FILE *out)
{
	uint32_t i;

	for (i = 0; i < rules->count; i++)
		print_rule(rules, &rules->rule[i], lead, out);
}
