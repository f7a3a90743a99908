/* SPDX-License-Identifier: GPL-2.0-only */
#include "conf_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORM "; allowed: the form of libconfig, see glassgate.conf(5)"

static struct settings other;

static const struct bad {
	const char *text, *want;
} bad[] = {
	/* what is not libconfig */
	{ "icap: {\n  threads = ;\n};", "F:2: syntax error" FORM },
	{ "icap: {\n  threads = 5;\n", "F:3: syntax error" FORM },
	{ "icap.threads = 5;", "F:1: syntax error" FORM },
	{ "\n\n}", "F:3: syntax error" FORM },
	{ "icap: {\n  threads = 5;\n  threads = 6;\n};",
	    "F:3: duplicate setting name" FORM },
	{ "log: { };\nlog: { };", "F:2: duplicate setting name" FORM },
	{ "icap: {\n clients = [ \"::1\", 5 ];\n};",
	    "F:2: mismatched element type in array" FORM },
	{ "\n @include \"/etc\"\n", "F:2: @include: is not supported; allowed: "
	    "all settings in one file" },
	{ "@include \"other.conf\"", "F:1: @include: is not supported; "
	    "allowed: all settings in one file" },
	/* keys */
	{ "\nicpa: {\n  threads = 5;\n};", "F:3: icpa.threads: there is no "
	    "such setting; allowed: sandbox, the list policies, the groups "
	    "log, icap, body, cache, names, types, proxy, trickle, "
	    "signatures, reload, scan, page, test, policy" },
	{ "icap: {\n  thread = 5;\n};", "F:2: icap.thread: there is no such "
	    "setting; allowed: listen, clients, threads, spare_threads, "
	    "preview, options_ttl, "
	    "keepalive, timeout, program, module, user" },
	{ "log: {\n  Level = \"info\";\n};", "F:2: log.Level: there is no such "
	    "setting; allowed: level" },
	{ "threads = 5;", "F:1: threads: a number is the wrong type; allowed: "
	    "a group, threads: { ... };" },
	{ "icap = [ 5 ];", "F:1: icap: a list is the wrong type; allowed: a "
	    "group, icap: { ... };" },
	/* types */
	{ "icap: {\n  threads: { a = 5; };\n};", "F:2: icap.threads: a group "
	    "is the wrong type; allowed: 4 to 4096" },
	{ "icap: {\n  threads = [ 5 ];\n};", "F:2: icap.threads: a list is the "
	    "wrong type; allowed: 4 to 4096" },
	{ "icap: {\n  threads = ( 5 );\n};", "F:2: icap.threads: a list is the "
	    "wrong type; allowed: 4 to 4096" },
	{ "icap: {\n  threads = 5.5;\n};", "F:2: icap.threads: a number with a "
	    "point is the wrong type; allowed: 4 to 4096" },
	{ "icap: {\n  threads = true;\n};", "F:2: icap.threads: true or false "
	    "is the wrong type; allowed: 4 to 4096" },
	{ "log: {\n  level = 3;\n};", "F:2: log.level: a number is the wrong "
	    "type; allowed: error, warn, info, debug" },
	{ "log: {\n  level = [ \"info\" ];\n};", "F:2: log.level: a list is "
	    "the wrong type; allowed: error, warn, info, debug" },
	{ "policy: {\n  timeout = false;\n};", "F:2: policy.timeout: true or "
	    "false is the wrong type; allowed: block, pass" },
	{ "signatures: {\n  folders = ( \"/\", 5 );\n};", "F:2: "
	    "signatures.folders: item 2 is no text; allowed: a list of texts" },
	{ "signatures: {\n  folders = [ \"/,/tmp\" ];\n};", "F:2: "
	    "signatures.folders: item 1 has a comma; allowed: one value in "
	    "each item" },
	/* values */
	{ "icap: {\n\n  threads = 3;\n};", "F:3: icap.threads: \"3\" is too "
	    "small; allowed: 4 to 4096" },
	{ "icap: {\n  threads = -3;\n};", "F:2: icap.threads: \"-3\" is no "
	    "whole number; allowed: 4 to 4096" },
	{ "icap: {\n  threads = 5000000000L;\n};", "F:2: icap.threads: "
	    "\"5000000000\" is too large; allowed: 4 to 4096" },
	/* libconfig 1.5 would make 1024 and 5 of these */
	{ "body: {\n  max = 4294968320;\n};", "F:2: a number is too large; "
	    "allowed: up to 2147483647" },
	{ "/* a\n \" */ icap: { # \"\n  timeout = 0x100000005;\n};", "F:3: "
	    "a number is too large; allowed: up to 2147483647" },
	{ "log: { x = \"\\\"99999999999\"; };", "F:1: log.x: there is no "
	    "such setting; allowed: level" },
	{ "log: { x99999999999 = 1; };", "F:1: log.x99999999999: there is no "
	    "such setting; allowed: level" },
	{ "icap: {\n  timeout = \"0\";\n};", "F:2: icap.timeout: \"0\" is too "
	    "small; allowed: 5 to 3600 seconds" },
	{ "icap: {\n  clients = [ ];\n};", "F:2: icap.clients: an item is "
	    "empty; allowed: 1 to 32 addresses or networks, such as 192.0.2.7, "
	    "10.0.0.0/8, ::1, 2001:db8::/32" },
	{ "icap: {\n  user = \"a\\nUser root\";\n};", "F:2: icap.user: "
	    "\"a\\x0aUser root\" cannot be the user; allowed: the name of a "
	    "user, or its number; not root" },
	{ "icap: {\n  user = 0;\n};", "F:2: icap.user: \"0\" cannot be the "
	    "user; allowed: the name of a user, or its number; not root" },
	{ "policy: {\n  none = \"pass\";\n};", "F:2: policy.none: \"pass\" may "
	    "not be for this outcome; allowed: block" },
	/* what needs the machine */
	{ "signatures: {\n  folders = [ \"/\",\n  \"/nowhere\" ];\n};",
	    "F:2: signatures.folders: /nowhere: No such file or directory; "
	    "allowed: folders with ClamAV signatures" },
	{ "body: {\n  max = \"500M\";\n};", "F:2: body.max: 524288000 bytes "
	    "are more than are scanned; allowed: at most scan.max, which is "
	    "419430400" },
	{ "scan: {\n  small_workers = 125;\n};", "F:2: scan.small_workers: 127 "
	    "workers are too many; allowed: scan.small_workers and "
	    "scan.big_workers together at most 126" },
};

static void
mistake_in_the_file_is_one_line_with_its_place(void **state)
{
	size_t i;

	(void)state;
	memset(&settings, 0x55, sizeof settings);
	other = settings;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_string_equal(load(bad[i].text, real, REAL),
		    bad[i].want);
	assert_memory_equal(&settings, &other, sizeof settings);
}

static void
file_that_cannot_be_read_as_one_is_refused(void **state)
{
	static const char nul[] = "log: {};\n\0 icap: {};";
	static char large[1024 * 1024 + 1];
	struct err err;

	(void)state;
	assert_int_equal(conf_file_load(&settings, "/nowhere", NULL, 0, &err),
	    -1);
	assert_string_equal(err.text, "/nowhere: No such file or directory");
	assert_int_equal(conf_file_load(&settings, "/tmp", NULL, 0, &err), -1);
	assert_string_equal(err.text,
	    "/tmp: is no file; allowed: a settings file");
	put_file(nul, sizeof nul - 1);
	assert_int_equal(conf_file_load(&settings, path, NULL, 0, &err), -1);
	assert_string_equal(err.text + strlen(path),
	    ": has a NUL byte; allowed: text");
	memset(large, '\n', sizeof large);
	put_file(large, sizeof large);
	assert_int_equal(conf_file_load(&settings, path, NULL, 0, &err), -1);
	assert_string_equal(err.text + strlen(path),
	    ": is too large; allowed: 1048576 bytes");
}

static void
no_file_gives_the_defaults(void **state)
{
	(void)state;
	settings_defaults(&other);
	assert_int_equal(settings_set(&other, "icap.program", "/bin/sh", NULL),
	    0);
	assert_int_equal(settings_set(&other, "icap.module", "/bin/sh", NULL),
	    0);
	assert_int_equal(settings_set(&other, "scan.program", "/bin/sh", NULL),
	    0);
	assert_int_equal(settings_set(&other, "page.templates", "/", NULL), 0);
	assert_string_equal(load(NULL, real, REAL), "");
	assert_memory_equal(&settings, &other, sizeof settings);
	assert_string_equal(load("", real, REAL), "");
	assert_memory_equal(&settings, &other, sizeof settings);
}

static void
every_form_of_a_value_is_read(void **state)
{
	(void)state;
	assert_string_equal(load(
	    "# comment 99999999999 \" @include\n"
	    "// comment 99999999999\n"
	    "icap: {\n"
	    "  threads = 0x10;          // as number\n"
	    "  preview = \"8K\";        /* as text */\n"
	    "  timeout = \"7\"\n"
	    "  clients = [ \"10.0.0.0/8\", \"::1\" ];\n"
	    "  user = 61771;\n"
	    "}\n"
	    "body = { max = 1048576L; }\n"
	    "signatures: { folders = \"/, /tmp\"; };\n"
	    "scan: { max = \"300\" \"M\"; };\n"
	    "policy: { too-big = \"pass\"; none = \"block\"; };\n"
	    "page: { contact = \"J\xc3\xbcrgen \\\"<J>\\\"\"; };\n",
	    real, REAL), "");
	assert_int_equal(settings.icap_threads, 16);
	assert_int_equal(settings.icap_preview, 8192);
	assert_int_equal(settings.icap_timeout, 7);
	assert_int_equal(settings.icap_clients.count, 2);
	assert_string_equal(settings.icap_clients.item[0], "10.0.0.0/8");
	assert_string_equal(settings.icap_user, "61771");
	assert_int_equal(settings.body_max, 1048576);
	assert_int_equal(settings.signature_folders.count, 2);
	assert_string_equal(settings.signature_folders.item[1], "/tmp");
	assert_int_equal(settings.scan_max, 300 << 20);
	assert_int_equal(policy_action(&settings.policy, OUTCOME_TOO_BIG),
	    ACTION_PASS);
	assert_string_equal(settings.page_contact, "J\xc3\xbcrgen \"<J>\"");
}

static void
override_wins_over_the_file(void **state)
{
	struct override all[REAL + 1];

	(void)state;
	memcpy(all, real, sizeof real);
	all[REAL] = (struct override){ "icap.threads", "9" };
	assert_string_equal(load("icap: { threads = 7; };", all, REAL + 1), "");
	assert_int_equal(settings.icap_threads, 9);
}

static void
mistake_in_an_override_is_told_as_such(void **state)
{
	static const struct {
		struct override override;
		const char *want;
	} cases[] = {
		{ { "icap.threads", "x" }, "--set: icap.threads: \"x\" is no "
		    "whole number; allowed: 4 to 4096" },
		{ { "log.levle", "x" }, "--set: log.levle: there is no such "
		    "setting; allowed: level" },
		{ { "scan.program", "/nowhere" }, "--set: scan.program: "
		    "/nowhere: No such file or directory; allowed: the program "
		    "glassgate-keeper of this glassgate" },
	};
	struct override all[REAL + 1];
	size_t i;

	(void)state;
	memcpy(all, real, sizeof real);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		all[REAL] = cases[i].override;
		assert_string_equal(load("", all, REAL + 1), cases[i].want);
	}
}

static void
default_that_does_not_fit_the_machine_is_told_as_such(void **state)
{
	/* None of the programs is built where it will be installed. */
	static const struct override some[] = {
		{ "icap.program", "/bin/sh" }, { "icap.module", "/bin/sh" },
	};
	static const char want[] = "default: scan.program: ";

	(void)state;
	assert_memory_equal(load("", some, 2), want, strlen(want));
}

#define TOO_LITTLE "scan.max: default: body.max: 104857600 bytes are more "    \
	"than are scanned; allowed: at most scan.max, which is 52428800"

static void
default_that_does_not_fit_a_setting_is_told_at_its_place(void **state)
{
	static const struct override less = { "scan.max", "50M" };

	(void)state;
	assert_string_equal(load("\nscan: {\n max = \"50M\"; };", NULL, 0),
	    "F:3: " TOO_LITTLE);
	assert_string_equal(load("", &less, 1), "--set: " TOO_LITTLE);
}

/* As an administrator does who takes away every first #. */
static void
sample_without_its_marks_gives_the_defaults(void **state)
{
	char *sample = NULL, *line, *rest;
	char plain[32768] = "";
	FILE *out;
	size_t len;

	(void)state;
	out = open_memstream(&sample, &len);
	assert_non_null(out);
	settings_print_sample(out);
	assert_int_equal(fclose(out), 0);
	for (line = strtok_r(sample, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		assert_int_equal(*line, '#');
		/* Paths of this build may be long. */
		if (strstr(line, " = \"/") == NULL)
			assert_true(strlen(line) <= 80);
		strcat(plain, line + 1);
		strcat(plain, "\n");
	}
	free(sample);
	assert_non_null(strstr(plain, "engine-error = \"block\";"));
	assert_string_equal(load("", real, REAL), "");
	other = settings;
	memset(&settings, 0, sizeof settings);
	assert_string_equal(load(plain, real, REAL), "");
	assert_memory_equal(&settings, &other, sizeof settings);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(mistake_in_the_file_is_one_line_with_its_place),
		TEST(file_that_cannot_be_read_as_one_is_refused),
		TEST(no_file_gives_the_defaults),
		TEST(every_form_of_a_value_is_read),
		TEST(override_wins_over_the_file),
		TEST(mistake_in_an_override_is_told_as_such),
		TEST(default_that_does_not_fit_the_machine_is_told_as_such),
		TEST(default_that_does_not_fit_a_setting_is_told_at_its_place),
		TEST(sample_without_its_marks_gives_the_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
