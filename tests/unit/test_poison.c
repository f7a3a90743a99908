/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "cache/poison.h"

static struct poison_list list;

static int
setup(void **state)
{
	(void)state;
	memset(&list, 0, sizeof list);
	return 0;
}

static struct poison_key
key_of(const char *text)
{
	uint8_t digest[POISON_DIGEST] = { 0 };

	snprintf((char *)digest, sizeof digest, "%s", text);
	return poison_key(digest, strlen(text));
}

static void
an_empty_list_knows_nobody(void **state)
{
	struct poison_key key = key_of("body");

	(void)state;
	assert_false(poison_may_know(&list, 4));
	assert_false(poison_may_know(&list, 0));
	assert_int_equal(poison_deaths(&list, &key), 0);
}

static void
two_deaths_and_no_more_are_counted(void **state)
{
	struct poison_key key = key_of("body");

	(void)state;
	assert_int_equal(poison_add(&list, &key, 1), 1);
	assert_true(poison_may_know(&list, 4));
	assert_int_equal(poison_deaths(&list, &key), 1);
	assert_int_equal(poison_add(&list, &key, 2), 2);
	assert_int_equal(poison_add(&list, &key, 3), 2);
	assert_int_equal(poison_deaths(&list, &key), 2);
}

static void
the_same_length_alone_is_no_guilt(void **state)
{
	struct poison_key key = key_of("body"), other = key_of("BODY");

	(void)state;
	poison_add(&list, &key, 1);
	poison_add(&list, &key, 2);
	assert_true(poison_may_know(&list, 4));
	assert_int_equal(poison_deaths(&list, &other), 0);
	other = key;
	other.len++;
	assert_int_equal(poison_deaths(&list, &other), 0);
}

static void
a_single_death_can_be_forgiven_two_cannot(void **state)
{
	struct poison_key key = key_of("body");

	(void)state;
	poison_add(&list, &key, 1);
	poison_forgive(&list, &key);
	assert_int_equal(poison_deaths(&list, &key), 0);
	assert_false(poison_may_know(&list, 4));
	poison_add(&list, &key, 1);
	poison_add(&list, &key, 1);
	poison_forgive(&list, &key);
	assert_int_equal(poison_deaths(&list, &key), 2);
}

static void
other_signatures_forget_all(void **state)
{
	struct poison_key key = key_of("body");

	(void)state;
	poison_add(&list, &key, 1);
	poison_add(&list, &key, 2);
	poison_next(&list);
	assert_false(poison_may_know(&list, 4));
	assert_int_equal(poison_deaths(&list, &key), 0);
	assert_int_equal(poison_add(&list, &key, 3), 1);
	assert_true(poison_may_know(&list, 4));
}

static struct poison_key
key_number(unsigned n)
{
	char text[32];

	snprintf(text, sizeof text, "body %06u", n);
	return key_of(text);
}

static void
who_killed_once_makes_room_before_who_killed_twice(void **state)
{
	struct poison_key guilty = key_of("guilty"), key;
	unsigned i;

	(void)state;
	poison_add(&list, &guilty, 1);
	poison_add(&list, &guilty, 1);
	for (i = 0; i < 5 * POISON_MAX; i++) {
		key = key_number(i);
		assert_int_equal(poison_add(&list, &key, 2 + (int64_t)i), 1);
	}
	assert_int_equal(poison_deaths(&list, &guilty), 2);
	assert_int_equal(poison_deaths(&list, &key), 1);
	key = key_number(0);
	assert_int_equal(poison_deaths(&list, &key), 0);
}

static void
a_full_list_forgets_who_was_seen_longest_ago(void **state)
{
	struct poison_key key;
	unsigned i;

	(void)state;
	for (i = 0; i <= POISON_MAX; i++) {
		key = key_number(i);
		poison_add(&list, &key, (int64_t)i);
		poison_add(&list, &key, (int64_t)i);
	}
	key = key_number(0);
	assert_int_equal(poison_deaths(&list, &key), 0);
	for (i = 1; i <= POISON_MAX; i++) {
		key = key_number(i);
		assert_int_equal(poison_deaths(&list, &key), 2);
	}
}

/* Whatever word another child had half written: the entry is empty. */
static void
a_torn_entry_is_no_entry(void **state)
{
	struct poison_key key = key_of("body");
	unsigned w, bit;

	(void)state;
	poison_add(&list, &key, 1);
	poison_add(&list, &key, 2);
	for (w = 0; w < POISON_WORDS; w++)
		for (bit = 0; bit < 64; bit++) {
			atomic_fetch_xor(&list.entry[0][w], 1ULL << bit);
			assert_false(poison_may_know(&list, 4));
			assert_int_equal(poison_deaths(&list, &key), 0);
			atomic_fetch_xor(&list.entry[0][w], 1ULL << bit);
		}
	assert_int_equal(poison_deaths(&list, &key), 2);
}

static void *
add_many(void *arg)
{
	struct poison_key key;
	unsigned i;

	for (i = 0; i < 20000; i++) {
		key = key_number(i % (2 * POISON_MAX));
		poison_add(&list, &key, (int64_t)i);
		poison_forgive(&list, &key);
	}
	return arg;
}

static void
a_race_of_four_makes_nobody_guilty_who_is_not_there(void **state)
{
	struct poison_key innocent = key_of("body 9999999");
	pthread_t threads[4];
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many,
		    NULL), 0);
	for (i = 0; i < 20000; i++)
		assert_int_equal(poison_deaths(&list, &innocent), 0);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_empty_list_knows_nobody, setup),
		cmocka_unit_test_setup(two_deaths_and_no_more_are_counted,
		    setup),
		cmocka_unit_test_setup(the_same_length_alone_is_no_guilt,
		    setup),
		cmocka_unit_test_setup(
		    a_single_death_can_be_forgiven_two_cannot, setup),
		cmocka_unit_test_setup(other_signatures_forget_all, setup),
		cmocka_unit_test_setup(
		    who_killed_once_makes_room_before_who_killed_twice, setup),
		cmocka_unit_test_setup(
		    a_full_list_forgets_who_was_seen_longest_ago, setup),
		cmocka_unit_test_setup(a_torn_entry_is_no_entry, setup),
		cmocka_unit_test_setup(
		    a_race_of_four_makes_nobody_guilty_who_is_not_there,
		    setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
