/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "cache/pending.h"

static struct pending pending;

static int
setup(void **state)
{
	(void)state;
	memset(&pending, 0, sizeof pending);
	return 0;
}

static const struct verdict_key one = { { 1, 2, 3, 4 }, 1 };

static void
the_first_scans_and_the_second_waits_until_it_is_done(void **state)
{
	struct claim mine, seen;

	(void)state;
	assert_true(pending_claim(&pending, &one, 1000, &mine));
	assert_false(pending_claim(&pending, &one, 1500, &seen));
	assert_true(pending_lasts(&pending, &seen, 1500));
	pending_end(&pending, &mine);
	assert_false(pending_lasts(&pending, &seen, 1500));
	assert_true(pending_claim(&pending, &one, 1500, &mine));
}

static void
who_is_killed_makes_nobody_wait_longer_than_its_second(void **state)
{
	struct claim mine, seen, next;

	(void)state;
	assert_true(pending_claim(&pending, &one, 1000, &mine));
	assert_false(pending_claim(&pending, &one, 1000 + PENDING_MS - 1,
	    &seen));
	assert_false(pending_lasts(&pending, &seen, 1000 + PENDING_MS));
	assert_true(pending_claim(&pending, &one, 1000 + PENDING_MS, &next));
	pending_end(&pending, &mine);	/* late: not what is its any more */
	assert_false(pending_claim(&pending, &one, 1000 + PENDING_MS, &seen));
	pending_end(&pending, &next);
	assert_true(pending_claim(&pending, &one, 1000 + PENDING_MS, &next));
}

static void
other_bodies_and_generations_do_not_wait(void **state)
{
	struct verdict_key other = one;
	struct claim mine, seen;

	(void)state;
	assert_true(pending_claim(&pending, &one, 1000, &mine));
	other.digest[2] += 1000;
	assert_true(pending_claim(&pending, &other, 1000, &seen));
	other = one;
	other.digest[3] += 10;
	assert_true(pending_claim(&pending, &other, 1000, &seen));
	other = one;
	other.generation++;
	assert_true(pending_claim(&pending, &other, 1000, &seen));
	assert_false(pending_claim(&pending, &one, 1000, &seen));
}

static void
without_a_place_all_scan(void **state)
{
	struct verdict_key key = one;
	struct claim claim;
	uint64_t i;

	(void)state;
	for (i = 0; i < 8; i++) {
		key.digest[2] = 10 + 2 * i;
		assert_true(pending_claim(&pending, &key, 1000, &claim));
		assert_int_equal(claim.mark != 0, i < 4);
		pending_end(&pending, &(struct claim){ 0 });
	}
}

/* --- at the same moment --- */

#define THREADS 4
#define ROUNDS 3000

static pthread_barrier_t together;
static _Atomic unsigned scans;

static void *
claim_each(void *nobody)
{
	unsigned i;

	for (i = 0; i < ROUNDS; i++) {
		struct verdict_key key = one;
		struct claim claim;

		key.digest[2] = i * 2;
		key.digest[3] = i;
		pthread_barrier_wait(&together);
		scans += pending_claim(&pending, &key, 1000 * i, &claim);
	}
	return nobody;
}

static void
of_those_that_come_at_once_hardly_more_than_one_scans(void **state)
{
	pthread_t thread[THREADS];
	unsigned i;

	(void)state;
	scans = 0;
	assert_int_equal(pthread_barrier_init(&together, NULL, THREADS), 0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, claim_each,
		    NULL), 0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	assert_true(scans >= ROUNDS);
	assert_true(scans < ROUNDS * 11 / 10);
	pthread_barrier_destroy(&together);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_scans_and_the_second_waits_until_it_is_done),
		TEST(who_is_killed_makes_nobody_wait_longer_than_its_second),
		TEST(other_bodies_and_generations_do_not_wait),
		TEST(without_a_place_all_scan),
		TEST(of_those_that_come_at_once_hardly_more_than_one_scans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
