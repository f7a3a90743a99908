/* SPDX-License-Identifier: GPL-2.0-only */
#include "conf_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct settings other;

/* Whose reason begins with place: nothing is wrong but in the file. */
static const char *
load_real(const char *text)
{
	return load(text, real, REAL);
}

static const struct bad {
	const char *text, *want;	/* how the reason begins */
} bad[] = {
	{ "policies = 5;", "F:1: policies: a number is the wrong type; "
	    "allowed: ( { name" },
	{ "policies: { a = 1; };", "F:1: policies: a group is the wrong type; "
	    "allowed: ( {" },
	{ "policies = ( 5 );", "F:1: policies: a number is the wrong type; "
	    "allowed: ( {" },
	{ "policies = (\n { match = { }; } );", "F:2: policies: a policy has "
	    "no name; allowed: ( {" },
	{ "policies = (\n { match = { };\n name = \"a b\"; } );", "F:3: "
	    "policies: name: \"a b\" cannot be a name; allowed: 1 to 63" },
	{ "policies = (\n { name = 7; } );", "F:2: policies: name: a number is "
	    "the wrong type; allowed: a text" },
	{ "policies = ( { name = \"a\";\n match = {\n clients = "
	    "[ \"10.0.0.0/8\", \"x\" ]; }; } );", "F:3: policies: a: "
	    "match.clients: \"x\" is no address or network; allowed: "
	    "addresses or networks" },
	{ "policies = ( { name = \"a\"; match = {\n clients = [ ]; }; } );",
	    "F:2: policies: a: match.clients: the list is empty; allowed" },
	{ "policies = ( { name = \"a\"; match = {\n clients = ( \"::1\", 5 ); "
	    "}; } );", "F:2: policies: a: match.clients: the list: item 2 is "
	    "no text" },
	{ "policies = ( { name = \"a\"; match = {\n client = \"::1\"; }; } );",
	    "F:2: policies: a: match.client: \"match.client\" is no key of a "
	    "policy; allowed: name, mode, unchecked, match.clients," },
	{ "policies = ( { name = \"a\";\n match = \"::1\"; } );",
	    "F:2: policies: a: match: \"match\" is no key of a policy" },
	{ "policies = ( { name = \"a\"; match = {\n clients: { a: { b = 1; }; "
	    "}; }; } );", "F:2: policies: a: match.clients.: a group is the "
	    "wrong type" },
	{ "policies = ( { name = \"a\"; outcomes = {\n infected = true; }; "
	    "} );",
	    "F:2: policies: a: outcomes.infected: true or false is the wrong" },
	{ "policies = ( { name = \"a\"; outcomes = {\n none = \"pass\"; }; "
	    "} );",
	    "F:2: policies: a: outcomes.none: \"pass\" may not be for this "
	    "outcome; allowed: block" },
	{ "policies = ( { name = \"a\"; limits = {\n body_max = 1.5; }; } );",
	    "F:2: policies: a: limits.body_max: a number with a point is the" },
	{ "policies = ( { name = \"a\"; limits = {\n body_max = 7; }; } );",
	    "F:2: policies: a: limits.body_max: \"7\" is too small; allowed: "
	    "1K up to body.max" },
	{ "policies = ( { name = \"a\"; limits = {\n body_max = \"9M\";\n"
	    "files = 10001; }; } );", "F:3: policies: a: limits.files: 10001 "
	    "is above the settings; allowed: up to 10000 (scan.files)" },
	{ "policies = ( { name = \"a\"; match = { users = \"u\"; }; },\n"
	    "{ name = \"b\"; limits = {\n body_max = \"9M\"; }; } );\n"
	    "body: { max = \"8M\"; };", "F:3: policies: b: limits.body_max: "
	    "9437184 is above the settings; allowed: up to 8388608 "
	    "(body.max)" },
	{ "policies = ( { name = \"a\"; limits = {\n seconds = 121; }; } );",
	    "F:2: policies: a: limits.seconds: 121 is above the settings; "
	    "allowed: up to 120 (scan.small_seconds or scan.big_seconds)" },
	{ "policies = ( { name = \"a\"; match = { clients = [ \"10.0.0.1\",\n"
	    "\"10.0.0.2\",\n\"x y\" ]; }; } );", "F:3: policies: a: "
	    "match.clients: \"x y\" is no address or network; allowed: " },
	{ "policies = ( { name = \"a\"; lists = { block = { hosts = (\n"
	    "\"a.test\",\n7 ); }; }; } );", "F:3: policies: a: "
	    "lists.block.hosts: the list: item 2 is no text; allowed: " },
	{ "policies = ( { name = \"a\"; match = { users = [\n\"u\",\n"
	    "\"v,w\" ]; }; } );", "F:3: policies: a: match.users: the list: "
	    "item 2 has a comma; allowed: " },
	{ "policies = ( { name = \"a\"; match = { users = \"x\"; }; },\n"
	    "{ name = \"a\"; } );", "F:2: policies: name: \"a\" is there "
	    "twice" },
};

static void
mistake_in_a_policy_is_one_line_with_its_place_and_remedy(void **state)
{
	size_t i;

	(void)state;
	memset(&settings, 0x55, sizeof settings);
	other = settings;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *said = load_real(bad[i].text);

		if (strncmp(said, bad[i].want, strlen(bad[i].want)) != 0)
			fail_msg("%s\n%s", bad[i].text, said);
		assert_non_null(strstr(said, "; allowed: "));
	}
	assert_memory_equal(&settings, &other, sizeof settings);
}

static void
every_form_of_a_policy_is_read_in_its_order(void **state)
{
	struct subject subject = { .client = "10.1.1.1", .user = "bert" };

	(void)state;
	assert_string_equal(load_real("policies = (\n"
	    "  { outcomes = { too-big = \"pass\"; };\n"
	    "    match: { users = \"anna,bert\"; }\n"
	    "    name = \"second-line\"; },\n"
	    "  { name = \"b\"; match = { clients = ( \"10.0.0.0/8\" ); "
	    "methods = [ \"GET\", \"PUT\" ]; }; },\n"
	    "  { name = \"c\"; }\n"
	    ");\npolicy: { macro = \"block\"; };\n"), "");
	assert_int_equal(settings.rules.count, 3);
	assert_string_equal(settings.rules.rule[0].name, "second-line");
	assert_ptr_equal(rules_find(&settings.rules, &subject),
	    &settings.rules.rule[0]);
	assert_int_equal(settings.rules.rule[0].set,
	    OUTCOME_BIT(OUTCOME_TOO_BIG));
	subject.user = "cora";
	assert_ptr_equal(rules_find(&settings.rules, &subject),
	    &settings.rules.rule[2]);
	subject.method = "PUT";
	assert_ptr_equal(rules_find(&settings.rules, &subject),
	    &settings.rules.rule[1]);
	assert_string_equal(load_real("policies = ( );\n"), "");
	assert_int_equal(settings.rules.count, 0);
}

static void
limits_are_numbers_or_texts_and_lower_ones_are_taken(void **state)
{
	const struct limits *limits = &settings.rules.rule[0].policy.limits;

	(void)state;
	assert_string_equal(load_real("policies = ( { name = \"a\"; limits = "
	    "{ body_max = 2048; scan_max = \"2M\"; recursion = 3; files = "
	    "\"10000\"; seconds = 120; }; } );\n"), "");
	assert_int_equal(limits->value[LIMIT_BODY_MAX], 2048);
	assert_int_equal(limits->value[LIMIT_SCAN_MAX], 2 << 20);
	assert_int_equal(limits->value[LIMIT_RECURSION], 3);
	assert_int_equal(limits->value[LIMIT_FILES], 10000);
	assert_int_equal(limits->value[LIMIT_SECONDS], 120);
}

static void
example_of_the_sample_file_is_good(void **state)
{
	char *text = NULL, *at, *to;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	settings_print_sample(out);
	assert_int_equal(fclose(out), 0);
	at = strstr(text, "## policies = (");
	assert_non_null(at);
	for (to = text; *at == '#' && at[1] == '#'; at++) {
		for (at += 2; *at != '\n'; at++)
			*to++ = *at;
		*to++ = '\n';
	}
	*to = '\0';
	assert_string_equal(load_real(text), "");
	assert_int_equal(settings.rules.count, 2);
	free(text);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(mistake_in_a_policy_is_one_line_with_its_place_and_remedy),
		TEST(every_form_of_a_policy_is_read_in_its_order),
		TEST(limits_are_numbers_or_texts_and_lower_ones_are_taken),
		TEST(example_of_the_sample_file_is_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
