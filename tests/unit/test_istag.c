/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/istag.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOW 1000

/* The tag of these lines; "" ends them. */
static const char *
tag_of(const char *const *lines)
{
	static char tags[8][ISTAG_LEN + 1];
	static unsigned n;
	static struct lists lists;
	char *tag = tags[n++ % COUNT(tags)];
	struct err err;

	for (lists.count = 0; *lines[lists.count] != '\0'; lists.count++)
		assert_int_equal(list_entry_read(&lists.entry[lists.count],
		    lines[lists.count], strlen(lines[lists.count]), &err), 0);
	assert_int_equal(istag_of_lists(tag, &lists, NOW, &err), 0);
	assert_int_equal(strlen(tag), ISTAG_LEN);
	return tag;
}

#define TAG(...) tag_of((const char *const[]){ __VA_ARGS__, "" })

static void
what_decides_is_in_the_tag(void **state)
{
	const char *tag = TAG("allow host a.test 0 why");

	(void)state;
	assert_string_not_equal(tag, TAG("block host a.test 0 why"));
	assert_string_not_equal(tag, TAG("allow host b.test 0 why"));
	assert_string_not_equal(tag, TAG("allow signature a.test 0 why"));
	assert_string_not_equal(tag, TAG("allow host a.test 0 why",
	    "block host b.test 0 why"));
	assert_string_not_equal(tag, TAG(""));
}

static void
reason_end_and_order_are_not(void **state)
{
	(void)state;
	assert_string_equal(TAG("allow host a.test 0 why"),
	    TAG("allow host a.test 1001 another"));
	assert_string_equal(
	    TAG("allow host a.test 0 x", "block host b.test 0 x"),
	    TAG("block host b.test 0 x", "allow host a.test 0 x"));
}

static void
what_is_over_is_as_if_it_were_not_there(void **state)
{
	(void)state;
	assert_string_equal(TAG("allow host a.test 1000 x"), TAG(""));
	assert_string_equal(
	    TAG("allow host a.test 1000 x", "block host b.test 0 x"),
	    TAG("block host b.test 0 x"));
}

static void
no_list_leaves_the_tag_of_what_scans(void **state)
{
	static const char scans[] = "0123456789abcdef01234567";
	char joined[ISTAG_LEN + 1];

	(void)state;
	istag_join(joined, scans, TAG(""));
	assert_string_equal(joined, scans);
	istag_join(joined, scans, TAG("allow host a.test 0 x"));
	assert_string_not_equal(joined, scans);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_decides_is_in_the_tag),
		cmocka_unit_test(reason_end_and_order_are_not),
		cmocka_unit_test(what_is_over_is_as_if_it_were_not_there),
		cmocka_unit_test(no_list_leaves_the_tag_of_what_scans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
