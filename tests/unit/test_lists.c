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

#include "base/file.h"
#include "policy/lists.h"

#define HEX                                                                    \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct lists lists, again;

static int
setup(void **state)
{
	(void)state;
	lists.count = 0;
	return 0;
}

static void
put(const char *line, int64_t now)
{
	struct list_entry entry;
	struct err err;

	if (list_entry_read(&entry, line, strlen(line), &err) == -1 ||
	    lists_put(&lists, &entry, now, &err) == -1)
		fail_msg("%s: %s", line, err.text);
}

static const struct {
	const char *line, *want;
} bad[] = {
	{ "", "no action" }, { "pass host a 0 x", "neither allow nor block" },
	{ "allow", "no action" }, { "allow url a 0 x", "by what?" },
	{ "allow host", "no kind" }, { "allow host a", "no value" },
	{ "allow sha256 " HEX "0 0 x", "sha256: is no SHA-256" },
	{ "allow sha256 0" HEX " 0 x", "sha256: is no SHA-256" },
	{ "allow sha256 x 0 x", "sha256: is no SHA-256" },
	{ "allow host http://a 0 x", "host: is no host; allowed: hosts as" },
	{ "allow signature a/b 0 x", "signature: is no name" },
	{ "allow host a x y", "no end" }, { "allow host a -1 y", "no end" },
	{ "allow host a 1234567890123 y", "no end" },
	{ "allow host a 0 ", "no reason" },
	{ "allow host a 0   ", "no reason" },
	{ "allow host a 0 x\ty", "the reason has a letter" },
	{ "allow host a 0 x\"y", "the reason has a letter" },
	{ "allow host a 0 x\ny", "the reason has a letter" },
	{ "allow host a 0 M\xc3\xbcller", "the reason has a letter" },
};

static void
bad_entry_is_refused_with_what_is_wrong(void **state)
{
	struct list_entry entry;
	char line[512] = "allow host a 0 ";
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(list_entry_read(&entry, bad[i].line,
		    strlen(bad[i].line), &err), -1);
		if (strstr(err.text, bad[i].want) != err.text)
			fail_msg("%s: %s", bad[i].line, err.text);
	}
	memset(line + strlen(line), 'r', LISTS_REASON);
	assert_int_equal(list_entry_read(&entry, line, strlen(line), &err),
	    -1);
	assert_string_equal(err.text,
	    "the reason has more than 95 characters");
	assert_int_equal(list_entry_read(&entry, line, strlen(line) - 1,
	    &err), 0);
	memset(line, 'r', sizeof line);
	assert_int_equal(list_entry_read(&entry, line, sizeof line, &err), -1);
	assert_string_equal(err.text, "the entry has more than 511 characters");
	assert_int_equal(list_entry_read(&entry, "allow host a 0 x\0y", 18,
	    &err), -1);
}

static void
entry_is_found_by_its_kind_until_its_end(void **state)
{
	(void)state;
	put("allow sha256 " HEX " 0 ours", 100);
	put("allow host .Example.org 200 partner", 100);
	put("block signature Evil.Name-1 0 seen", 100);
	assert_non_null(lists_find(&lists, BY_SHA256, HEX, 100));
	assert_null(lists_find(&lists, BY_SIGNATURE, HEX, 100));
	assert_non_null(lists_find(&lists, BY_HOST, "a.example.org", 199));
	assert_null(lists_find(&lists, BY_HOST, "a.example.org", 200));
	assert_null(lists_find(&lists, BY_HOST, "badexample.org", 100));
	assert_true(lists_find(&lists, BY_SIGNATURE, "Evil.Name-1", 1)->block);
	assert_null(lists_find(&lists, BY_SIGNATURE, "evil.name-1", 1));
	assert_true(lists_has(&lists, BY_SHA256));
	assert_int_equal(lists_remove(&lists, BY_SHA256, HEX), 0);
	assert_int_equal(lists_remove(&lists, BY_SHA256, HEX), -1);
	assert_false(lists_has(&lists, BY_SHA256));
	assert_int_equal(lists.count, 2);
}

static void
host_lets_pass_what_was_checked_digest_all_decided(void **state)
{
	(void)state;
	assert_true(list_lets_pass(BY_HOST, OUTCOME_INFECTED));
	assert_true(list_lets_pass(BY_HOST, OUTCOME_MACRO));
	assert_false(list_lets_pass(BY_HOST, OUTCOME_TOO_BIG));
	assert_false(list_lets_pass(BY_HOST, OUTCOME_TIMEOUT));
	assert_false(list_lets_pass(BY_HOST, OUTCOME_ENCRYPTED));
	assert_true(list_lets_pass(BY_SHA256, OUTCOME_TIMEOUT));
	assert_true(list_lets_pass(BY_SIGNATURE, OUTCOME_DAMAGED));
	assert_false(list_lets_pass(BY_SHA256, OUTCOME_NONE));
	assert_false(list_lets_pass(BY_SHA256, OUTCOME_COUNT));
}

static void
list_is_read_whole_or_not_at_all(void **state)
{
	static const char line[] = "allow host a.test 0 x\n";
	char folder[] = "/tmp/glassgate-lists-XXXXXX", path[64];
	struct err err;
	FILE *out;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/" LISTS_FILE, folder);
	assert_int_equal(lists_load(&lists, folder, &err), 1);
	assert_int_equal(lists.count, 0);
	assert_int_equal(file_replace(path, line, strlen(line), 0600, &err),
	    0);
	assert_int_equal(lists_load(&lists, folder, &err), 0);
	assert_int_equal(lists.count, 1);
	assert_int_equal(file_replace(path, line, strlen(line) - 1, 0600,
	    &err), 0);
	assert_int_equal(lists_load(&lists, folder, &err), -1);
	assert_int_equal(strncmp(err.text, path, strlen(path)), 0);
	out = fopen(path, "w");
	assert_non_null(out);
	for (size_t i = 0; i <= LISTS_TEXT_MAX / strlen(line); i++)
		fputs(line, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(lists_load(&lists, folder, &err), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	assert_int_equal(lists_load(&lists, folder, &err), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void
block_wins_over_allow(void **state)
{
	(void)state;
	put("allow host a.example.org 0 x", 1);
	put("block host .example.org 0 x", 1);
	put("allow host .org 0 x", 1);
	assert_true(lists_find(&lists, BY_HOST, "a.example.org", 1)->block);
	assert_false(lists_find(&lists, BY_HOST, "b.org", 1)->block);
}

static void
second_entry_for_a_value_replaces_the_first(void **state)
{
	(void)state;
	put("allow host a.test 0 x", 1);
	put("block host A.test 0 y", 1);
	assert_int_equal(lists.count, 1);
	assert_true(lists.entry[0].block);
	assert_string_equal(lists.entry[0].reason, "y");
}

static void
what_is_blocked_is_allowed_only_after_remove(void **state)
{
	struct list_entry entry;
	struct err err;

	(void)state;
	put("block host a.test 100 phishing", 1);
	list_entry_read(&entry, "allow host A.test 0 x", 21, &err);
	assert_int_equal(lists_put(&lists, &entry, 99, &err), -1);
	assert_string_equal(err.text, "there is a block of it (phishing); "
	    "remedy: first glassgate remove host a.test");
	assert_true(lists.entry[0].block);
	assert_int_equal(lists_put(&lists, &entry, 100, &err), 0);
	assert_int_equal(lists.count, 1);
	assert_false(lists.entry[0].block);
}

static void
list_is_full_until_something_is_over(void **state)
{
	struct list_entry entry;
	char line[64];
	struct err err;
	unsigned i;

	(void)state;
	for (i = 0; i < LISTS_MAX; i++) {
		snprintf(line, sizeof line, "allow host h%u %u x", i,
		    i == 7 ? 50 : 0);
		put(line, 1);
	}
	list_entry_read(&entry, "allow host z 0 x", 16, &err);
	assert_int_equal(lists_put(&lists, &entry, 49, &err), -1);
	assert_int_equal(lists_put(&lists, &entry, 50, &err), 0);
	assert_int_equal(lists.count, LISTS_MAX);
	assert_null(lists_find(&lists, BY_HOST, "h7", 1));
	list_entry_read(&entry, "allow host y 5 x", 16, &err);
	assert_int_equal(lists_put(&lists, &entry, 5, &err), -1);
}

static void
file_reads_back_as_it_was_and_no_half_one_is_taken(void **state)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct err err;

	(void)state;
	put("allow sha256 " HEX " 0 our own tool", 1);
	put("block host .example.org 99999999999 a = b", 1);
	assert_non_null(out);
	lists_print(&lists, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(lists_read(&again, text, len, &err), 0);
	assert_int_equal(again.count, 2);
	assert_memory_equal(again.entry, lists.entry,
	    2 * sizeof lists.entry[0]);
	assert_int_equal(lists_read(&again, text, len - 1, &err), -1);
	text[0] = 'x';
	assert_int_equal(lists_read(&again, text, len, &err), -1);
	assert_non_null(strstr(err.text, "entry 1: "));
	free(text);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(bad_entry_is_refused_with_what_is_wrong),
		TEST(entry_is_found_by_its_kind_until_its_end),
		TEST(block_wins_over_allow),
		TEST(host_lets_pass_what_was_checked_digest_all_decided),
		TEST(list_is_read_whole_or_not_at_all),
		TEST(second_entry_for_a_value_replaces_the_first),
		TEST(what_is_blocked_is_allowed_only_after_remove),
		TEST(list_is_full_until_something_is_over),
		TEST(file_reads_back_as_it_was_and_no_half_one_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
