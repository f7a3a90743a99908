/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "icap/publish.h"
#include "icap/statistics.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int64_t shown[METRIC_COUNT];

static void
show(enum metric metric, int difference)
{
	__atomic_add_fetch(&shown[metric], difference, __ATOMIC_RELAXED);
}

static struct metrics now, told;
static struct policy_counts counts;

static void
published_values_are_those_of_the_table(void **state)
{
	unsigned i;

	(void)state;
	memset(shown, 0, sizeof shown);
	metrics_set(&now, METRIC_REQUESTS, 5);
	metrics_set(&now, METRIC_BODY_BYTES, 9000000000ull);
	metrics_set(&now, METRIC_NO_REAL_SIGNATURES, 1);
	publish(&now, &told, show);
	publish(&now, &told, show);
	for (i = 0; i < METRIC_COUNT; i++)
		assert_int_equal(shown[i], metrics_get(&now, i));
}

static void
a_gauge_goes_down_and_a_counter_does_not(void **state)
{
	(void)state;
	metrics_set(&now, METRIC_NO_REAL_SIGNATURES, 0);
	metrics_set(&now, METRIC_REQUESTS, 4);	/* read before another wrote */
	publish(&now, &told, show);
	assert_int_equal(shown[METRIC_NO_REAL_SIGNATURES], 0);
	assert_int_equal(shown[METRIC_REQUESTS], 5);
	metrics_set(&now, METRIC_REQUESTS, 5);
}

static void
a_new_c_icap_is_told_everything_again(void **state)
{
	unsigned i;

	(void)state;
	memset(shown, 0, sizeof shown);
	publish_forget(&told, &counts);
	publish(&now, &told, show);
	for (i = 0; i < METRIC_COUNT; i++)
		assert_int_equal(shown[i], metrics_get(&now, i));
}

static void *
count_and_publish(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < 20000; i++) {
		metrics_add(&now, METRIC_SCANS, 1);
		publish(&now, &told, show);
	}
	return NULL;
}

static void
many_threads_tell_each_difference_once(void **state)
{
	pthread_t threads[4];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(threads); i++)
		pthread_create(&threads[i], NULL, count_and_publish, NULL);
	for (i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	publish(&now, &told, show);
	assert_int_equal(shown[METRIC_SCANS], metrics_get(&now, METRIC_SCANS));
}

static int kids[POLICY_COUNTED], others;

static void
show_policy(const char *policy, enum policy_counted which, int difference)
{
	if (strcmp(policy, "kids") == 0)
		kids[which] += difference;
	else
		others += difference;
}

static int
new_policies(void **state)
{
	static const char *const names[] = { "default", "kids" };

	(void)state;
	memset(&counts, 0, sizeof counts);
	memset(kids, 0, sizeof kids);
	others = 0;
	policy_counts_name(&counts, names, COUNT(names));
	policy_counts_add(&counts, "kids", POLICY_REQUESTS);
	policy_counts_add(&counts, "kids", POLICY_BLOCKED);
	policy_counts_add(&counts, "kids", POLICY_REQUESTS);
	return 0;
}

static void
each_policy_is_told_once_by_its_name(void **state)
{
	(void)state;
	publish_policies(&counts, show_policy);
	publish_policies(&counts, show_policy);
	assert_int_equal(kids[POLICY_REQUESTS], 2);
	assert_int_equal(kids[POLICY_BLOCKED], 1);
	assert_int_equal(kids[POLICY_WATCHED], 0);
	assert_int_equal(others, 0);
}

static void
a_new_c_icap_is_told_of_the_policies_again(void **state)
{
	(void)state;
	publish_policies(&counts, show_policy);
	publish_forget(&told, &counts);
	publish_policies(&counts, show_policy);
	assert_int_equal(kids[POLICY_REQUESTS], 4);
}

static void
who_takes_the_place_of_another_policy_is_told_from_zero_on(void **state)
{
	static const char *const before[] = { "default" };
	static const char *const after[] = { "default", "kids" };

	(void)state;
	publish_policies(&counts, show_policy);
	policy_counts_name(&counts, before, COUNT(before));
	policy_counts_name(&counts, after, COUNT(after));
	policy_counts_add(&counts, "kids", POLICY_REQUESTS);
	publish_policies(&counts, show_policy);
	assert_int_equal(kids[POLICY_REQUESTS], 3);
	assert_int_equal(others, 0);
}

#define LABELS (METRIC_COUNT + 8 * POLICY_COUNTED)

static char labels[LABELS][192];
static int label_values[LABELS], label_count, label_room;

static int
name_label(const char *name)
{
	int i = 0;

	while (i < label_count && strcmp(labels[i], name) != 0)
		i++;
	if (i == label_room)
		return -1;
	label_count += i == label_count;
	snprintf(labels[i], sizeof labels[i], "%s", name);
	return i;
}

static void
add_to_label(int id, int difference)
{
	label_values[id] += difference;
}

static int
value_of(const char *name)
{
	int id = name_label(name);

	assert_in_range(id, 0, label_count - 1);
	return label_values[id];
}

static const struct icap_statistics statistics = {
	.name = name_label,
	.add = add_to_label,
};
static struct rules rules;

static int
new_labels(void **state)
{
	(void)state;
	memset(label_values, 0, sizeof label_values);
	label_count = 0;
	label_room = LABELS;
	rules.count = 1;
	strcpy(rules.rule[0].name, "kids");
	return 0;
}

static void
policies_that_came_later_are_told_as_newer(void **state)
{
	(void)state;
	assert_int_equal(statistics_name(&statistics), 0);
	assert_int_equal(statistics_name_policies(&rules), 0);
	statistics_tell_policy("kids", POLICY_REQUESTS, 3);
	statistics_tell_policy("default", POLICY_BLOCKED, 4);
	statistics_tell_policy("lab", POLICY_WATCHED, 5);
	statistics_tell_policy("shop", POLICY_WATCHED, 6);
	assert_int_equal(value_of(
	    "glassgate_policy_requests_total{policy=\"kids\"}"), 3);
	assert_int_equal(value_of(
	    "glassgate_policy_blocked_total{policy=\"default\"}"), 4);
	assert_int_equal(value_of(
	    "glassgate_policy_watched_total{policy=\"(newer)\"}"), 11);
}

static void
no_memory_for_a_name_is_told(void **state)
{
	(void)state;
	label_room = METRIC_COUNT - 1;
	assert_int_equal(statistics_name(&statistics), -1);
	label_room = METRIC_COUNT;
	assert_int_equal(statistics_name(&statistics), 0);
	while (label_room < METRIC_COUNT + 3 * POLICY_COUNTED) {
		assert_int_equal(statistics_name_policies(&rules), -1);
		label_room++;
	}
	assert_int_equal(statistics_name_policies(&rules), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_values_are_those_of_the_table),
		cmocka_unit_test(a_gauge_goes_down_and_a_counter_does_not),
		cmocka_unit_test(a_new_c_icap_is_told_everything_again),
		cmocka_unit_test(many_threads_tell_each_difference_once),
		cmocka_unit_test_setup(each_policy_is_told_once_by_its_name,
		    new_policies),
		cmocka_unit_test_setup(
		    a_new_c_icap_is_told_of_the_policies_again, new_policies),
		cmocka_unit_test_setup(
		    who_takes_the_place_of_another_policy_is_told_from_zero_on,
		    new_policies),
		cmocka_unit_test_setup(
		    policies_that_came_later_are_told_as_newer, new_labels),
		cmocka_unit_test_setup(no_memory_for_a_name_is_told,
		    new_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
