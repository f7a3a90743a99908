/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/conf_file.h"

/* What must exist, so that settings_check() is content. */
static const struct override real[] = {
	{ "icap.program", "/bin/sh" }, { "icap.module", "/bin/sh" },
	{ "scan.program", "/bin/sh" }, { "page.templates", "/" },
};
#define REAL (sizeof real / sizeof *real)

static struct settings settings, other;
static char folder[64], path[96];

static int
setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/glassgate-policies-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/F", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* The reason, its folder taken away; "" when all was fine. */
static const char *
load(const char *text)
{
	FILE *out = fopen(path, "w");
	static struct err err;

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
	if (conf_file_load(&settings, path, real, REAL, &err) == 0)
		return "";
	assert_null(strchr(err.text, '\n'));
	assert_int_equal(strncmp(err.text, folder, strlen(folder)), 0);
	return err.text + strlen(folder) + 1;
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
		const char *said = load(bad[i].text);

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
	assert_string_equal(load("policies = (\n"
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
	assert_string_equal(load("policies = ( );\n"), "");
	assert_int_equal(settings.rules.count, 0);
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
	assert_string_equal(load(text), "");
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
		TEST(example_of_the_sample_file_is_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
