/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "metrics/policy_counts.h"

static struct policy_counts counts;

static int
setup(void **state)
{
	(void)state;
	memset(&counts, 0, sizeof counts);
	return 0;
}

/* Its requests; -1: it has no place. */
static int
requests_of(const char *name)
{
	char found[POLICY_COUNT_NAME];
	uint64_t value[POLICY_COUNTED];
	int requests = -1;
	size_t i;

	for (i = 0; i < POLICY_COUNTS; i++) {
		if (policy_counts_get(&counts, i, found, value) == -1 ||
		    strcmp(found, name) != 0)
			continue;
		assert_int_equal(requests, -1);
		requests = (int)value[POLICY_REQUESTS];
	}
	return requests;
}

static void
each_name_counts_for_itself_and_nobody_else(void **state)
{
	static const char *const names[] = { "default", "a", "b", "a" };

	(void)state;
	policy_counts_name(&counts, names, 4);
	policy_counts_add(&counts, "a", POLICY_REQUESTS);
	policy_counts_add(&counts, "a", POLICY_REQUESTS);
	policy_counts_add(&counts, "b", POLICY_BLOCKED);
	policy_counts_add(&counts, "c", POLICY_REQUESTS);
	assert_int_equal(requests_of("a"), 2);
	assert_int_equal(requests_of("b"), 0);
	assert_int_equal(requests_of("default"), 0);
	assert_int_equal(requests_of("c"), -1);
}

static void
a_name_keeps_its_counters_until_it_is_given_up(void **state)
{
	static const char *const first[] = { "a", "b" };
	static const char *const second[] = { "c", "a", "b" };
	static const char *const third[] = { "c" };

	(void)state;
	policy_counts_name(&counts, first, 2);
	policy_counts_add(&counts, "a", POLICY_REQUESTS);
	policy_counts_name(&counts, second, 3);
	policy_counts_add(&counts, "a", POLICY_REQUESTS);
	assert_int_equal(requests_of("a"), 2);
	assert_int_equal(requests_of("c"), 0);
	policy_counts_name(&counts, third, 1);
	assert_int_equal(requests_of("a"), -1);
	policy_counts_name(&counts, first, 2);
	assert_int_equal(requests_of("a"), 0);
	assert_int_equal(requests_of("c"), -1);
}

static void
there_is_a_place_for_all_of_two_settings(void **state)
{
	static char text[POLICY_COUNTS + 1][8];
	const char *names[POLICY_COUNTS + 1];
	size_t i;

	(void)state;
	for (i = 0; i <= POLICY_COUNTS; i++) {
		snprintf(text[i], sizeof text[i], "p%zu", i);
		names[i] = text[i];
	}
	policy_counts_name(&counts, names, POLICY_COUNTS + 1);
	for (i = 0; i < POLICY_COUNTS; i++)
		assert_int_equal(requests_of(names[i]), 0);
	assert_int_equal(requests_of(names[POLICY_COUNTS]), -1);
}

static void
a_name_that_was_written_over_is_not_shown(void **state)
{
	static const char *const names[] = { "a" };

	(void)state;
	policy_counts_name(&counts, names, 1);
	memset(counts.place[0].name, 'x', POLICY_COUNT_NAME);
	assert_int_equal(requests_of("a"), -1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(each_name_counts_for_itself_and_nobody_else),
		TEST(a_name_keeps_its_counters_until_it_is_given_up),
		TEST(there_is_a_place_for_all_of_two_settings),
		TEST(a_name_that_was_written_over_is_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
