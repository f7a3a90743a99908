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

static struct rules rules, again;

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

static const struct {
	const char *url, *header, *want;
} hosts[] = {
	{ "http://Example.ORG/a?b", NULL, "example.org" },
	{ "http://example.org", NULL, "example.org" },
	{ "https://example.org.:8443/", "other.test", "example.org" },
	{ "http://user:pass@example.org/", NULL, "example.org" },
	{ "http://good.test@evil.test/", NULL, "evil.test" },
	{ "http://a@good.test@evil.test/", NULL, "evil.test" },
	{ "http://evil.test/@good.test", NULL, "evil.test" },
	{ "http://evil.test?@good.test", NULL, "evil.test" },
	{ "http://evil.test#@good.test", NULL, "evil.test" },
	{ "http://evil.test\\@good.test", NULL, "evil.test" },
	{ "http://[2001:DB8::1]:80/", NULL, "2001:db8::1" },
	{ "http://[2001:db8::1", NULL, "" },
	{ "ftp://192.0.2.7/x", NULL, "192.0.2.7" },
	{ "example.org:443", NULL, "example.org" },
	{ "/path", " Example.org:80", "example.org" },
	{ "/path", NULL, "" },
	{ "*", "example.org", "example.org" },
	{ NULL, NULL, "" },
	{ "", "", "" },
	{ "http:///path", "example.org", "" },
	{ "http://b\xc3\xbc" "cher.test/", NULL, "" },
	{ "http://a%2eexample.org/", NULL, "" },
	{ "http://a b/", NULL, "a" },
};

static void
host_is_that_which_a_client_goes_to(void **state)
{
	struct subject subject;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		subject_host(&subject, hosts[i].url, hosts[i].header);
		assert_string_equal(subject.host, hosts[i].want);
	}
}

static void
host_longer_than_any_is_none(void **state)
{
	char url[600] = "http://";
	struct subject subject;

	(void)state;
	memset(url + 7, 'a', 300);
	subject_host(&subject, url, NULL);
	assert_string_equal(subject.host, "");
	url[7 + 255] = '\0';
	subject_host(&subject, url, NULL);
	assert_int_equal(strlen(subject.host), 255);
}

static const struct {
	const char *given, *want;
} types[] = {
	{ "Text/HTML; charset=utf-8", "text/html" },
	{ " image/png ", "image/png" },
	{ "text/html, application/zip", "" },
	{ "text", "" }, { "text/", "" }, { "/html", "" }, { "", "" },
	{ "text/h tml", "" }, { "a/b/c", "" },
	{ "application/vnd.ms-excel", "application/vnd.ms-excel" },
};

static void
type_is_one_or_none(void **state)
{
	struct subject subject;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof types / sizeof *types; i++) {
		subject_type(&subject, types[i].given, strlen(types[i].given));
		assert_string_equal(subject.type, types[i].want);
	}
	subject_type(&subject, NULL, 0);
	assert_string_equal(subject.type, "");
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
	assert_int_equal(policy.media, MEDIA_SKIP);
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

static const struct {
	const char *key, *value, *want;
} bad[] = {
	{ "unchecked", "501", "\"501\" is no answer; allowed: page, 500" },
	{ "mode", "watching", "\"watching\" is no mode; allowed: enforce, "
	    "watch" },
	{ "match.clients", "10.0.0.0/33", "\"10.0.0.0/33\" is no address or "
	    "network; allowed: addresses or networks" },
	{ "match.clients", "host.test", "\"host.test\" is no address" },
	{ "match.clients", "10.0.0.0/", "\"10.0.0.0/\" is no address" },
	{ "match.clients", "10.0.0.0/8x", "\"10.0.0.0/8x\" is no address" },
	{ "match.clients", "10.0.0.1,,10.0.0.2", "\"\" is empty; allowed" },
	{ "match.clients", "", "\"\" is empty; allowed" },
	{ "match.users", "a*b*c", "\"a*b*c\" has more than one *; allowed" },
	{ "match.users", "a\tb", "\"a?b\" is no printable text; allowed" },
	{ "match.hosts", "http://x.test", "\"http://x.test\" is no host; "
	    "allowed: hosts as they stand in URLs" },
	{ "match.hosts", "x.test.", "\"x.test.\" is no host" },
	{ "match.hosts", "*.x.test", "\"*.x.test\" is no host" },
	{ "match.hosts", ".", "\".\" is no host" },
	{ "match.methods", "G3T", "\"g3t\" is no method" },
	{ "match.types", "image", "\"image\" is no type" },
	{ "match.types", "*/*", "\"*/*\" has a * where none can be" },
	{ "match.types", "image/p*", "\"image/p*\" has a * where" },
	{ "match.ways", "both", "\"both\" is no way; allowed: download, "
	    "upload" },
	{ "match.client", "10.0.0.1", "\"match.client\" is no key of a "
	    "policy; allowed: name, mode, unchecked, match.clients, "
	    "match.users, match.hosts, match.methods, match.types, match.ways, "
	    "limits.body_max, limits.scan_max, limits.recursion, limits.files, "
	    "limits.seconds, lists.allow and lists.block with sha256, hosts, "
	    "signatures, outcomes.OUTCOME" },
	{ "lists.allow.sha256", "12", "\"12\" is no SHA-256; allowed: 64 hex" },
	{ "lists.block.hosts", "a b", "\"a b\" is no host; allowed: hosts" },
	{ "lists.block.signatures", "a/b", "\"a/b\" is no name of a finding; "
	    "allowed: the name as it stands in the log" },
	{ "lists.deny.hosts", "a", "\"lists.deny.hosts\" is no key of a" },
	{ "lists.allow.host", "a", "\"lists.allow.host\" is no key of a" },
	{ "outcomes.virus", "block", "\"outcomes.virus\" is no key of a" },
	{ "outcomes.infected", "deny", "\"deny\" is no action; allowed: "
	    "block, pass" },
	{ "outcomes.none", "pass", "\"pass\" may not be for this outcome; "
	    "allowed: block" },
	{ "outcomes.skipped", "block", "\"block\" may not be for this" },
	{ "types.video", "block", "\"types.video\" is no key of a policy" },
	{ "types.media", "block", "\"block\" is no way; allowed: scan, skip" },
	{ "types.archive", "skip", "\"skip\" is no action; allowed: block" },
	{ "types.script", "no", "\"no\" is no action; allowed: block, pass" },
	{ "limits.max", "5", "\"limits.max\" is no key of a policy" },
	{ "limits.body_max", "5", "\"5\" is too small; allowed: 1K up to "
	    "body.max" },
	{ "limits.body_max", "1T", "\"1T\" is no number of bytes; allowed" },
	{ "limits.files", "5K", "\"5K\" is no whole number; allowed: 2 up to "
	    "scan.files" },
	{ "limits.recursion", "2", "\"2\" is too small; allowed: 3 up to" },
	{ "limits.seconds", "0", "\"0\" is too small; allowed: 1 up to the "
	    "larger of scan.small_seconds and scan.big_seconds" },
	{ "limits.scan_max", "-1", "\"-1\" is no number of bytes" },
	{ "name", "two words", "\"two words\" cannot be a name; allowed: 1 "
	    "to 63 of" },
	{ "name", "", "\"\" cannot be a name" },
	{ "name", "default", "\"default\" cannot be a name" },
	{ "name", "one", "\"one\" is there twice; allowed: a name that no" },
	{ "name", "two", "\"two\" is never reached, the policy before it has "
	    "no match and takes all; allowed: such a one at the end" },
};

static void
bad_values_say_what_is_allowed_and_change_nothing(void **state)
{
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		setup(NULL);
		set("name", "one");
		again = rules;
		assert_int_equal(rules_set(&rules, bad[i].key, bad[i].value,
		    &err), -1);
		if (strncasecmp(err.text, bad[i].want,
		    strlen(bad[i].want)) != 0)
			fail_msg("%s", err.text);
		assert_memory_equal(&rules, &again,
		    offsetof(struct rules, text));
	}
}

static void
nothing_is_said_twice_or_of_no_policy(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(rules_set(&rules, "match.users", "a", &err), -1);
	set("name", "one");
	set("match.users", "a");
	assert_int_equal(rules_set(&rules, "match.users", "b", &err), -1);
	set("outcomes.clean", "block");
	assert_int_equal(rules_set(&rules, "outcomes.clean", "pass", &err),
	    -1);
	set("types.script", "pass");
	assert_int_equal(rules_set(&rules, "types.script", "block", &err), -1);
}

static void
lists_end_at_their_limits(void **state)
{
	char value[4096] = "", name[16];
	struct err err;
	unsigned i;

	(void)state;
	set("name", "long");
	for (i = 0; i < RULE_WORDS; i++)
		strcat(value, i == 0 ? "a" : ",a");
	strcat(value, ",a");
	assert_int_equal(rules_set(&rules, "match.users", value, &err), -1);
	value[strlen(value) - 2] = '\0';
	set("match.users", value);
	for (i = 1; i < RULES_MAX; i++) {
		snprintf(name, sizeof name, "n%u", i);
		set("name", name);
		set("match.users", "a");
	}
	assert_int_equal(rules_set(&rules, "name", "more", &err), -1);
	assert_non_null(strstr(err.text, "is one policy too many"));
}

static void
room_for_words_has_an_end(void **state)
{
	char word[201], value[4096] = "", name[16];
	struct err err = { "" };
	unsigned i;
	int got = 0;

	(void)state;
	memset(word, 'a', 200);
	word[200] = '\0';
	for (i = 0; i < 20; i++)
		sprintf(value + strlen(value), "%s%s", i > 0 ? "," : "", word);
	for (i = 0; got == 0; i++) {
		snprintf(name, sizeof name, "n%u", i);
		set("name", name);
		got = rules_set(&rules, "match.users", value, &err);
	}
	assert_int_equal(i, RULES_TEXT / (20 * 201) + 1);
	assert_non_null(strstr(err.text, "are too long"));
}

static char *
printed(const struct rules *from)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	rules_print(from, "p.", out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
what_is_printed_reads_back_as_the_same(void **state)
{
	char *text, *copy, *line, *rest, *value;

	(void)state;
	set("name", "one");
	set("outcomes.too-big", "pass");
	set("match.hosts", ".example.org, b.test");
	set("match.clients", "10.0.0.0/8");
	set("name", "two");
	set("mode", "watch");
	set("unchecked", "500");
	set("types.disk_image", "block");
	set("types.media", "skip");
	set("match.users", "a=b,c");
	set("limits.seconds", "7");
	set("limits.scan_max", "2048K");
	set("lists.block.hosts", "Bad.test,.worse.test");
	set("lists.allow.signatures", "Evil.Name-1");
	text = printed(&rules);
	assert_string_equal(text, "p.name=one\np.match.clients=10.0.0.0/8\n"
	    "p.match.hosts=.example.org,b.test\np.outcomes.too-big=pass\n"
	    "p.name=two\np.match.users=a=b,c\np.mode=watch\n"
	    "p.unchecked=500\np.limits.scan_max=2M\np.limits.seconds=7\n"
	    "p.lists.allow.signatures=Evil.Name-1\n"
	    "p.lists.block.hosts=bad.test,.worse.test\n"
	    "p.types.media=skip\np.types.disk_image=block\n");
	copy = strdup(text);
	memset(&rules, 0, sizeof rules);
	for (line = strtok_r(copy, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		value = strchr(line, '=');
		*value = '\0';
		set(line + 2, value + 1);
	}
	free(copy);
	copy = printed(&rules);
	assert_string_equal(copy, text);
	free(copy);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_is_that_which_a_client_goes_to),
		cmocka_unit_test(host_longer_than_any_is_none),
		cmocka_unit_test(type_is_one_or_none),
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
		cmocka_unit_test_setup(
		    bad_values_say_what_is_allowed_and_change_nothing, setup),
		cmocka_unit_test_setup(nothing_is_said_twice_or_of_no_policy,
		    setup),
		cmocka_unit_test_setup(lists_end_at_their_limits, setup),
		cmocka_unit_test_setup(room_for_words_has_an_end, setup),
		cmocka_unit_test_setup(what_is_printed_reads_back_as_the_same,
		    setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
