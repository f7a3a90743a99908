/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/rules.h"

static struct rules rules;

static int
setup(void **state)
{
	(void)state;
	memset(&rules, 0, sizeof rules);
	return 0;
}

static void
set(const char *key, const char *value)
{
	struct err err;

	if (rules_set(&rules, key, value, &err) == -1)
		fail_msg("%s = %s: %s", key, value, err.text);
}

static struct subject
request(void)
{
	struct subject subject = { "10.1.2.3", "Anna", "POST", true, "", "" };

	strcpy(subject.host, "www.example.org");
	strcpy(subject.type, "image/png");
	return subject;
}

static const struct {
	const char *key, *value;
	bool holds;
} words[] = {
	{ "clients", "10.1.2.3", true }, { "clients", "10.1.2.4", false },
	{ "clients", "10.0.0.0/8", true }, { "clients", "10.9.9.9/8", true },
	{ "clients", "10.1.2.2/31", true }, { "clients", "10.1.2.4/31", false },
	{ "clients", "10.128.0.0/9", false }, { "clients", "0.0.0.0/0", true },
	{ "clients", "::/0", false }, { "clients", "::ffff:10.1.2.3", true },
	{ "clients", "192.0.2.1, 10.1.2.3", true },
	{ "users", "anna", true }, { "users", "ann", false },
	{ "users", "annab", false }, { "users", "*na", true },
	{ "users", "an*", true }, { "users", "a*a", true },
	{ "users", "anna*a", false }, { "users", "*", true },
	{ "users", "bert,ANNA", true },
	{ "hosts", "www.example.org", true }, { "hosts", "example.org", false },
	{ "hosts", ".example.org", true }, { "hosts", ".EXAMPLE.org", true },
	{ "hosts", ".ample.org", false }, { "hosts", ".www.example.org", true },
	{ "hosts", ".a.www.example.org", false }, { "hosts", "www", false },
	{ "methods", "POST", true }, { "methods", "post", true },
	{ "methods", "GET, PUT", false },
	{ "types", "image/png", true }, { "types", "image/*", true },
	{ "types", "IMAGE/PNG", true }, { "types", "image/p", false },
	{ "types", "imag/*", false }, { "types", "text/*", false },
	{ "ways", "upload", true }, { "ways", "download", false },
	{ "ways", "download,upload", true },
};

static void
words_match_what_they_say(void **state)
{
	struct subject subject = request();
	char key[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		setup(NULL);
		set("name", "one");
		snprintf(key, sizeof key, "match.%s", words[i].key);
		set(key, words[i].value);
		if ((rules_find(&rules, &subject) != NULL) != words[i].holds)
			fail_msg("%s = %s", key, words[i].value);
	}
}

static void
what_is_not_known_matches_no_word(void **state)
{
	static const char *const each[][2] = {
		{ "match.clients", "0.0.0.0/0,::/0" }, { "match.users", "*" },
		{ "match.hosts", "example.org,.org" },
		{ "match.methods", "GET,POST" }, { "match.types", "image/*" },
	};
	struct subject nothing = { .client = "-", .user = "", .method = "-" };
	struct subject null = { .client = NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof each / sizeof *each; i++) {
		setup(NULL);
		set("name", "one");
		set(each[i][0], each[i][1]);
		assert_null(rules_find(&rules, &nothing));
		assert_null(rules_find(&rules, &null));
	}
}

static void
six_and_four_are_told_apart(void **state)
{
	struct subject subject = { .client = "2001:db8::5" };

	(void)state;
	set("name", "one");
	set("match.clients", "2001:db8::/32,10.0.0.0/8");
	assert_non_null(rules_find(&rules, &subject));
	subject.client = "2001:db9::5";
	assert_null(rules_find(&rules, &subject));
	subject.client = "::ffff:10.3.3.3";
	assert_non_null(rules_find(&rules, &subject));
}

static void
all_lists_must_match_and_the_first_wins(void **state)
{
	struct subject subject = request();

	(void)state;
	set("name", "other-host");
	set("match.clients", "10.0.0.0/8");
	set("match.hosts", "other.test");
	set("name", "first");
	set("match.clients", "10.0.0.0/8");
	set("match.hosts", "other.test,.example.org");
	set("name", "second");
	set("match.clients", "10.0.0.0/8");
	set("name", "all");
	assert_string_equal(rule_name(rules_find(&rules, &subject)), "first");
	strcpy(subject.host, "third.test");
	assert_string_equal(rule_name(rules_find(&rules, &subject)), "second");
	subject.client = "192.0.2.9";
	assert_string_equal(rule_name(rules_find(&rules, &subject)), "all");
	setup(NULL);
	assert_string_equal(rule_name(rules_find(&rules, &subject)),
	    "default");
}

static void
what_a_policy_does_not_name_is_as_by_default(void **state)
{
	struct policy fallback, policy;

	(void)state;
	policy_defaults(&fallback);
	policy_set(&fallback, OUTCOME_MACRO, ACTION_BLOCK);
	fallback.types[TYPE_SCRIPT] = ACTION_BLOCK;
	fallback.types[TYPE_ARCHIVE] = ACTION_BLOCK;
	set("name", "one");
	set("types.archive", "pass");
	set("types.macro", "block");
	set("types.media", "skip");
	fallback.skips[SKIP_EVENTS] = WAY_SKIP;
	set("outcomes.infected", "pass");
	set("outcomes.encrypted", "block");
	rules_policy(&rules.rule[0], &fallback, &policy);
	assert_int_equal(policy_action(&policy, OUTCOME_INFECTED),
	    ACTION_PASS);
	assert_int_equal(policy_action(&policy, OUTCOME_ENCRYPTED),
	    ACTION_BLOCK);
	assert_int_equal(policy_action(&policy, OUTCOME_MACRO), ACTION_BLOCK);
	assert_int_equal(policy_action(&policy, OUTCOME_CLEAN), ACTION_PASS);
	assert_int_equal(policy_action(&policy, OUTCOME_TIMEOUT),
	    ACTION_BLOCK);
	assert_int_equal(policy.types[TYPE_SCRIPT], ACTION_BLOCK);
	assert_int_equal(policy.types[TYPE_ARCHIVE], ACTION_PASS);
	assert_int_equal(policy.types[TYPE_MACRO], ACTION_BLOCK);
	assert_int_equal(policy.types[TYPE_MISMATCH], ACTION_PASS);
	assert_int_equal(policy.skips[SKIP_MEDIA], WAY_SKIP);
	assert_int_equal(policy.skips[SKIP_EVENTS], WAY_SKIP);
	rules_policy(NULL, &fallback, &policy);
	assert_memory_equal(&policy, &fallback, sizeof policy);
}

static void
mode_and_answer_are_the_policys_own_or_those_of_all(void **state)
{
	struct policy fallback, policy;

	(void)state;
	policy_defaults(&fallback);
	fallback.mode = POLICY_WATCH;
	set("name", "one");
	set("match.users", "a");
	set("mode", "enforce");
	set("unchecked", "page");
	set("name", "two");
	fallback.unchecked = UNCHECKED_500;
	rules_policy(&rules.rule[0], &fallback, &policy);
	assert_int_equal(policy.unchecked, UNCHECKED_PAGE);
	assert_int_equal(policy.mode, POLICY_ENFORCE);
	rules_policy(&rules.rule[1], &fallback, &policy);
	assert_int_equal(policy.mode, POLICY_WATCH);
	assert_int_equal(policy.unchecked, UNCHECKED_500);
	set("mode", "watch");
	fallback.mode = POLICY_ENFORCE;
	rules_policy(&rules.rule[1], &fallback, &policy);
	assert_int_equal(policy.mode, POLICY_WATCH);
}

static void
limits_are_the_policys_own_and_never_above_the_settings(void **state)
{
	struct policy fallback, policy;
	struct told_limits told;

	(void)state;
	policy_defaults(&fallback);
	set("name", "one");
	set("match.users", "a");
	set("limits.body_max", "2K");
	set("limits.recursion", "5");
	set("name", "two");
	set("limits.scan_max", "3G");
	rules_policy(&rules.rule[0], &fallback, &policy);
	assert_true(limits_any(&policy.limits));
	assert_int_equal(limits_least(&policy.limits, LIMIT_BODY_MAX, 4096),
	    2048);
	assert_int_equal(limits_least(&policy.limits, LIMIT_BODY_MAX, 1024),
	    1024);
	assert_int_equal(limits_least(&policy.limits, LIMIT_FILES, 9), 9);
	told = limits_told(&policy.limits);
	assert_int_equal(told.recursion, 5);
	assert_int_equal(told.files, 0);
	assert_int_equal(told.scan_max, 0);
	rules_policy(&rules.rule[1], &fallback, &policy);
	assert_int_equal(limits_told(&policy.limits).scan_max, SCAN_MAX_MOST);
	rules_policy(NULL, &fallback, &policy);
	assert_false(limits_any(&policy.limits));
}

static void
own_lists_say_what_passes_and_a_block_wins(void **state)
{
	static const char hex[] = "0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef";
	const struct rule *one = &rules.rule[0], *two = &rules.rule[1];

	(void)state;
	set("name", "one");
	set("match.users", "a");
	set("lists.allow.hosts", ".example.org, b.test");
	set("lists.block.hosts", "bad.example.org");
	set("lists.allow.sha256", hex);
	set("name", "two");
	set("lists.block.signatures", "Some.Name");
	assert_int_equal(rule_listed(&rules, one, BY_HOST, "x.example.org"),
	    LISTED_ALLOWED);
	assert_int_equal(rule_listed(&rules, one, BY_HOST, "bad.example.org"),
	    LISTED_BLOCKED);
	assert_int_equal(rule_listed(&rules, one, BY_HOST, "c.test"),
	    LISTED_NOT);
	assert_int_equal(rule_listed(&rules, one, BY_HOST, ""), LISTED_NOT);
	assert_int_equal(rule_listed(&rules, one, BY_SHA256, hex),
	    LISTED_ALLOWED);
	assert_int_equal(rule_listed(&rules, two, BY_SHA256, hex),
	    LISTED_NOT);
	assert_int_equal(rule_listed(&rules, two, BY_SIGNATURE, "Some.Name"),
	    LISTED_BLOCKED);
	assert_int_equal(rule_listed(&rules, NULL, BY_SIGNATURE, "Some.Name"),
	    LISTED_NOT);
	assert_true(rule_lists(one, BY_SHA256));
	assert_false(rule_blocks(one, BY_SHA256));
	assert_true(rule_blocks(two, BY_SIGNATURE));
	assert_false(rule_lists(NULL, BY_SHA256));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(words_match_what_they_say, setup),
		cmocka_unit_test_setup(what_is_not_known_matches_no_word,
		    setup),
		cmocka_unit_test_setup(six_and_four_are_told_apart, setup),
		cmocka_unit_test_setup(all_lists_must_match_and_the_first_wins,
		    setup),
		cmocka_unit_test_setup(
		    what_a_policy_does_not_name_is_as_by_default, setup),
		cmocka_unit_test_setup(
		    mode_and_answer_are_the_policys_own_or_those_of_all, setup),
		cmocka_unit_test_setup(
		    limits_are_the_policys_own_and_never_above_the_settings,
		    setup),
		cmocka_unit_test_setup(
		    own_lists_say_what_passes_and_a_block_wins, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
