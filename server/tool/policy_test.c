/* SPDX-License-Identifier: GPL-2.0-only */
/* `glassgate policy test`: what becomes of a request, as the module does it. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "policy/names.h"
#include "policy/type_rules.h"
#include "policy/types.h"
#include "tool/policy.h"
#include "tool/tool.h"

/* What is known of the request that is asked about. */
struct test {
	const struct settings *settings;
	const struct lists *owners;
	const struct rule *rule;
	struct policy policy;
	enum outcome outcome;		/* NONE, too, if nobody asked */
	bool is_allowed, is_blocked;	/* by a list */
	const char *cause;		/* the rule that forbids it, or NULL */
};

static const struct rule *
rule_for(const struct settings *settings, const struct question *question,
    struct subject *subject)
{
	*subject = (struct subject){
		.client = question->client,
		.user = question->user,
		.method = question->method != NULL ? question->method : "GET",
		.is_upload = question->way != NULL &&
		    strcmp(question->way, "upload") == 0,
	};
	subject_host(subject, question->url, NULL);
	if (question->type != NULL)
		subject_type(subject, question->type, strlen(question->type));
	return rules_find(&settings->rules, subject);
}

/* First its policy's list, then the owner's. */
static void
look_up(struct test *test, enum list_by by, const char *value)
{
	const struct list_entry *entry = NULL;
	enum listed listed;

	if (value == NULL || *value == '\0')
		return;
	listed = rule_listed(&test->settings->rules, test->rule, by, value);
	if (listed == LISTED_NOT)
		entry = lists_find(test->owners, by, value, clock_unix());
	if (entry != NULL)
		listed = entry->block ? LISTED_BLOCKED : LISTED_ALLOWED;
	if (listed == LISTED_NOT)
		return;
	printf("%s by %s list: %s %s\n", listed == LISTED_BLOCKED ?
	    "blocked" : "allowed", entry != NULL ? "the owner's" : "its own",
	    list_by_name(by), value);
	test->is_blocked |= listed == LISTED_BLOCKED;
	test->is_allowed |= listed == LISTED_ALLOWED &&
	    list_lets_pass(by, test->outcome);
}

static int
answer(const struct test *test)
{
	enum outcome outcome = test->is_blocked ? OUTCOME_FORBIDDEN :
	    test->outcome;
	enum action action = policy_action(&test->policy, outcome);
	const char *but = "";
	bool passes = action == ACTION_PASS;

	if (!passes && test->is_allowed && !test->is_blocked)
		but = ", but passes: allowed";
	else if (!passes && policy_watches(&test->policy, outcome))
		but = ", but passes: watch";
	printf("%s %s%s%s%s\n", outcome_name(outcome), action_name(action),
	    test->cause != NULL ? ": " : "",
	    test->cause != NULL ? test->cause : "", but);
	return passes || *but != '\0' ? TOOL_FINE : TOOL_FOUND;
}

/* The name of what is posted is not that of its URL. */
static struct names
names_of(const struct question *question)
{
	bool posted = question->method != NULL &&
	    strcmp(question->method, "POST") == 0 && question->way != NULL &&
	    strcmp(question->way, "upload") == 0;

	return names_look(posted ? NULL : question->url, NULL);
}

/* What is known before the body, and with what a worker would say of it. */
static struct opinions
opinions_of(const struct question *question, bool with_bytes)
{
	struct opinions o = { .declared = GROUP_NONE };

	if (question->type != NULL) {
		o.declared = type_group_declared(question->type,
		    strlen(question->type));
		o.events = (question->way == NULL ||
		    strcmp(question->way, "upload") != 0) &&
		    type_is_events(question->type, strlen(question->type));
	}
	o.named = names_of(question).group;
	if (with_bytes && question->bytes != NULL)
		type_group_parse(question->bytes, &o.bytes); /* check() did */
	return o;
}

/* In the order of the module: what is said of a body, outcome, bytes. */
static void
look_at_types(struct test *test, const struct question *question)
{
	struct opinions before = opinions_of(question, false);
	struct opinions after = opinions_of(question, true);

	if (policy_action(&test->policy, OUTCOME_FORBIDDEN) != ACTION_BLOCK)
		return;
	test->cause = type_rules_cause(&test->policy, &before);
	if (test->cause == NULL && (question->outcome == NULL ||
	    policy_action(&test->policy, test->outcome) == ACTION_PASS))
		test->cause = type_rules_cause(&test->policy, &after);
	if (test->cause != NULL)
		test->outcome = OUTCOME_FORBIDDEN;
}

static bool
is_skipped(const struct test *test, const struct question *question)
{
	const struct opinions after = opinions_of(question, true);

	return question->type != NULL &&
	    type_rules_told_once(question->type, strlen(question->type)) &&
	    type_rules_skip(&test->policy, &after,
	    names_of(question).groups) != NULL;
}

int
policy_test(const struct settings *settings, const struct lists *owners,
    const struct question *question)
{
	struct test test = { .settings = settings, .owners = owners };
	struct subject subject;

	test.rule = rule_for(settings, question, &subject);
	rules_policy(test.rule, &settings->policy, &test.policy);
	printf("policy %s\n", rule_name(test.rule));
	if (question->outcome != NULL)
		outcome_parse(question->outcome, &test.outcome);
	look_at_types(&test, question);
	look_up(&test, BY_HOST, subject.host);
	look_up(&test, BY_SHA256, question->sha256);
	look_up(&test, BY_SIGNATURE, question->signature);
	if (question->outcome != NULL || test.cause != NULL)
		return answer(&test);
	if (is_skipped(&test, question)) {
		test.outcome = OUTCOME_SKIPPED;
		return answer(&test);
	}
	policy_show_answers(&test.policy);
	return TOOL_FINE;
}
