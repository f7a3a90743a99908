/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/settings.h"
#include "config/settings_rows.h"

static struct settings settings, other;
static char folder[64];

static int
setup(void **state)
{
	(void)state;
	settings_defaults(&settings);
	strcpy(folder, "/tmp/glassgate-settings-XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/settings-7", folder);
	unlink(path);
	return rmdir(folder);
}

static void
set_some(struct settings *to)
{
	assert_int_equal(settings_set(to, "policy.timeout", "pass", NULL), 0);
	assert_int_equal(settings_set(to, "icap.clients", "10.9.9.9/8,::1",
	    NULL), 0);
	assert_int_equal(settings_set(to, "page.contact", "a=b,\xc3\xa4 \"c\"",
	    NULL), 0);
	assert_int_equal(settings_set(to, "body.max", "12345", NULL), 0);
	assert_int_equal(settings_set(to, "proxy.drip", "never", NULL), 0);
}

static void
snapshot_comes_back_as_it_went(void **state)
{
	char path[128];
	struct stat st;
	struct err err;

	(void)state;
	set_some(&settings);
	if (settings_save(&settings, folder, 7, &err) == -1)
		fail_msg("%s", err.text);
	memset(&other, 0xee, sizeof other);
	if (settings_load(&other, folder, 7, &err) == -1)
		fail_msg("%s", err.text);
	assert_memory_equal(&settings, &other, sizeof settings);
	snprintf(path, sizeof path, "%s/settings-7", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
}

/* The text of a fresh snapshot; the caller frees. */
static char *
snapshot_text(size_t *len_out)
{
	char path[128], *text = malloc(65536);
	FILE *in;

	assert_non_null(text);
	assert_int_equal(settings_save(&settings, folder, 7, NULL), 0);
	snprintf(path, sizeof path, "%s/settings-7", folder);
	in = fopen(path, "r");
	assert_non_null(in);
	*len_out = fread(text, 1, 65535, in);
	text[*len_out] = '\0';
	fclose(in);
	return text;
}

static void
set_policies(struct rules *rules)
{
	assert_int_equal(rules_set(rules, "name", "one", NULL), 0);
	assert_int_equal(rules_set(rules, "match.users", "a=b", NULL), 0);
	assert_int_equal(rules_set(rules, "outcomes.macro", "block", NULL), 0);
	assert_int_equal(rules_set(rules, "name", "two", NULL), 0);
}

static void
policies_come_back_as_they_went(void **state)
{
	char *text, *again;
	struct err err;

	(void)state;
	set_policies(&settings.rules);
	assert_int_equal(settings_save(&settings, folder, 7, &err), 0);
	if (settings_load(&other, folder, 7, &err) == -1)
		fail_msg("%s", err.text);
	assert_int_equal(settings_text(&settings, &text, &err), 0);
	assert_int_equal(settings_text(&other, &again, &err), 0);
	assert_string_equal(text, again);
	assert_non_null(strstr(text, "\npolicies.name=one\n"
	    "policies.match.users=a=b\npolicies.outcomes.macro=block\n"
	    "policies.name=two\n"));
	free(text);
	free(again);
}

/* Each list as long as it may be. */
static void
largest_policies_fit_into_a_snapshot(void **state)
{
	char value[RULE_WORDS * 2], name[16];
	struct err err;
	unsigned i;

	(void)state;
	memset(value, 'a', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	for (i = 1; i < sizeof value; i += 2)
		value[i] = ',';
	value[sizeof value - 1] = '\0';
	for (i = 0; i < RULES_MAX; i++) {
		snprintf(name, sizeof name, "n%u", i);
		assert_int_equal(rules_set(&settings.rules, "name", name,
		    &err), 0);
		if (rules_set(&settings.rules, "match.users", value, &err) ==
		    -1)
			fail_msg("%s", err.text);
	}
	assert_int_equal(settings_save(&settings, folder, 7, &err), 0);
	assert_int_equal(settings_load(&other, folder, 7, &err), 0);
	assert_int_equal(other.rules.used, settings.rules.used);
	assert_int_equal(other.rules.count, RULES_MAX);
}

static void
snapshot_that_was_cut_anywhere_is_refused(void **state)
{
	struct err err;
	size_t len, cut;
	char *text;

	(void)state;
	text = snapshot_text(&len);
	other = settings;
	assert_int_equal(snapshot_parse(&settings, text, len, &err), 0);
	for (cut = 0; cut < len; cut++)
		assert_int_equal(snapshot_parse(&settings, text, cut, &err),
		    -1);
	assert_memory_equal(&settings, &other, sizeof settings);
	free(text);
}

static void
snapshot_with_one_bit_changed_is_refused(void **state)
{
	struct err err;
	size_t len, i;
	char *text;

	(void)state;
	text = snapshot_text(&len);
	for (i = 0; i < len; i++) {
		text[i] ^= 1;
		assert_int_equal(snapshot_parse(&settings, text, len, &err),
		    -1);
		text[i] ^= 1;
	}
	assert_int_equal(snapshot_parse(&settings, text, len, &err), 0);
	free(text);
}

static void
snapshot_of_another_version_is_refused(void **state)
{
	struct err err;
	size_t len;
	char *text;

	(void)state;
	text = snapshot_text(&len);
	assert_non_null(strstr(text, " " PACKAGE_VERSION "\n"));
	*strstr(text, PACKAGE_VERSION) = '9';
	assert_int_equal(snapshot_parse(&settings, text, len, &err), -1);
	assert_string_equal(err.text, "is no snapshot of version "
	    PACKAGE_VERSION);
	free(text);
}

static void
snapshot_that_is_not_there_or_no_file_is_refused(void **state)
{
	char path[128], want[256];
	struct err err;

	(void)state;
	assert_int_equal(settings_load(&other, folder, 7, &err), -1);
	snprintf(want, sizeof want,
	    "%s/settings-7: No such file or directory", folder);
	assert_string_equal(err.text, want);
	snprintf(path, sizeof path, "%s/settings-7", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(settings_load(&other, folder, 7, &err), -1);
	assert_int_equal(settings_save(&settings, folder, 7, &err), -1);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(settings_load(&other, folder, 7, &err), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(settings_save(&settings, "/nowhere", 7, &err), -1);
}

static void
failed_save_leaves_nothing_behind(void **state)
{
	char path[128];
	struct err err;

	(void)state;
	snprintf(path, sizeof path, "%s/settings-7", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(settings_save(&settings, folder, 7, &err), -1);
	snprintf(path, sizeof path, "%s/settings-7.new", folder);
	assert_int_equal(access(path, F_OK), -1);
	snprintf(path, sizeof path, "%s/settings-7", folder);
	assert_int_equal(rmdir(path), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(snapshot_comes_back_as_it_went),
		TEST(policies_come_back_as_they_went),
		TEST(largest_policies_fit_into_a_snapshot),
		TEST(snapshot_that_was_cut_anywhere_is_refused),
		TEST(snapshot_with_one_bit_changed_is_refused),
		TEST(snapshot_of_another_version_is_refused),
		TEST(snapshot_that_is_not_there_or_no_file_is_refused),
		TEST(failed_save_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
