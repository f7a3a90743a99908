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
	{ "types.events", "pass", "\"pass\" is no way; allowed: scan, skip" },
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
	set("types.events", "scan");
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
	    "p.types.media=skip\np.types.events=scan\n"
	    "p.types.disk_image=block\n");
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
