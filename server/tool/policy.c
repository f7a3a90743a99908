/* SPDX-License-Identifier: GPL-2.0-only */
/* `glassgate policy`: the policies in use, and what becomes of a request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/settings.h"
#include "tool/tool.h"

struct question {
	const char *client, *user, *url, *method, *type, *outcome, *way;
};

static int
usage(const char *why)
{
	fprintf(stderr, "glassgate: %s\n"
	    "usage: glassgate policy show\n"
	    "       glassgate policy test [--client ADDRESS] [--user NAME] "
	    "[--url URL]\n"
	    "           [--method METHOD] [--type TYPE] "
	    "[--way download|upload]\n"
	    "           [--outcome OUTCOME]\n"
	    "What is left out matches no word, --method is GET, --way "
	    "download.\n", why);
	return TOOL_UNDECIDED;
}

/* Those in use. The caller frees. */
static struct settings *
settings_in_use(const char *runtime, struct err *err)
{
	AUTO_FREE struct settings *settings = calloc(1, sizeof(*settings));
	const struct segment *segment;

	if (settings == NULL) {
		err_sys(err, "settings");
		return NULL;
	}
	if (tool_attach(&segment, runtime, err) == -1 ||
	    settings_load(settings, runtime, atomic_load(&segment->settings),
	    err) == -1)
		return NULL;
	return steal_ptr(&settings);
}

static void
show_words(const struct rules *rules, const struct rule *rule, size_t match)
{
	const char *word = NULL, *before = "";
	char text[4 * SUBJECT_HOST];

	if (rule->match[match].count == 0)
		return;
	printf("   %-9s", match_row(match)->name);
	while ((word = rule_word(rules, rule, match, word)) != NULL) {
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
show_rule(const struct settings *settings, const struct rule *rule, size_t n)
{
	struct policy policy;
	size_t i;

	printf("%zu. %s\n", n, rule_name(rule));
	for (i = 0; rule != NULL && i < MATCH_COUNT; i++)
		show_words(&settings->rules, rule, i);
	rules_policy(rule, &settings->policy, &policy);
	if (policy.mode == POLICY_WATCH)
		puts("   mode     watch: what it blocks passes");
	show_limits(&policy.limits);
	show_actions(&policy, ACTION_BLOCK, "blocks");
	show_actions(&policy, ACTION_PASS, "passes");
}

static int
show(const struct settings *settings)
{
	uint32_t i;

	for (i = 0; i < settings->rules.count; i++)
		show_rule(settings, &settings->rules.rule[i], i + 1);
	show_rule(settings, NULL, i + 1);
	return TOOL_FINE;
}

/* As the module does it. */
static const struct rule *
rule_for(const struct settings *settings, const struct question *question)
{
	struct subject subject = {
		.client = question->client,
		.user = question->user,
		.method = question->method != NULL ? question->method : "GET",
		.is_upload = question->way != NULL &&
		    strcmp(question->way, "upload") == 0,
	};

	subject_host(&subject, question->url, NULL);
	if (question->type != NULL)
		subject_type(&subject, question->type, strlen(question->type));
	return rules_find(&settings->rules, &subject);
}

static int
test(const struct settings *settings, const struct question *question)
{
	const struct rule *rule = rule_for(settings, question);
	enum outcome outcome = OUTCOME_NONE;
	struct policy policy;
	enum action action;

	rules_policy(rule, &settings->policy, &policy);
	printf("policy %s\n", rule_name(rule));
	if (question->outcome == NULL) {
		show_limits(&policy.limits);
		show_actions(&policy, ACTION_BLOCK, "blocks");
		show_actions(&policy, ACTION_PASS, "passes");
		return TOOL_FINE;
	}
	outcome_parse(question->outcome, &outcome);	/* checked: check() */
	action = policy_action(&policy, outcome);
	printf("%s %s%s\n", outcome_name(outcome), action_name(action),
	    action == ACTION_BLOCK && policy_watches(&policy, outcome) ?
	    ", but passes: watch" : "");
	return action == ACTION_PASS || policy_watches(&policy, outcome) ?
	    TOOL_FINE : TOOL_FOUND;
}

/* Why not, or NULL. */
static const char *
take(struct question *question, const char *name, const char *value)
{
	const struct {
		const char *name, **value;
	} options[] = {
		{ "--client", &question->client },
		{ "--user", &question->user },
		{ "--url", &question->url },
		{ "--method", &question->method },
		{ "--type", &question->type },
		{ "--way", &question->way },
		{ "--outcome", &question->outcome },
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(name, options[i].name) == 0) {
			*options[i].value = value;
			return NULL;
		}
	return "no such option";
}

/* A slip here must not read as an answer. */
static const char *
check(const struct question *question)
{
	enum outcome outcome;

	if (question->way != NULL && strcmp(question->way, "download") != 0 &&
	    strcmp(question->way, "upload") != 0)
		return "--way: neither download nor upload";
	if (question->client != NULL && !subject_is_address(question->client))
		return "--client: no address";
	if (question->outcome != NULL &&
	    outcome_parse(question->outcome, &outcome) == -1)
		return "--outcome: no such outcome";
	return NULL;
}

int
policy_main(const char *runtime, int argc, char **argv)
{
	AUTO_FREE struct settings *settings = NULL;
	struct question question = { .client = NULL };
	const char *wrong = NULL;
	struct err err;
	int i;

	if (argc < 2 || (strcmp(argv[1], "show") != 0 &&
	    strcmp(argv[1], "test") != 0))
		return usage("show or test?");
	if (strcmp(argv[1], "show") == 0 && argc != 2)
		return usage("show takes no options");
	for (i = 2; wrong == NULL && i + 1 < argc; i += 2)
		wrong = take(&question, argv[i], argv[i + 1]);
	if (wrong == NULL && i != argc)
		wrong = "an option without its value";
	if (wrong == NULL)
		wrong = check(&question);
	if (wrong != NULL)
		return usage(wrong);
	settings = settings_in_use(runtime, &err);
	if (settings == NULL) {
		fprintf(stderr, "glassgate: %s\n", err.text);
		return TOOL_UNDECIDED;
	}
	if (strcmp(argv[1], "show") == 0)
		return show(settings);
	return test(settings, &question);
}
