/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "cache/trust.h"

static struct trust trust;

static int
setup(void **state)
{
	(void)state;
	memset(&trust, 0, sizeof trust);
	return 0;
}

static struct voucher
vouch(uint32_t worker, enum lane lane)
{
	struct trust_before before = trust_before(&trust, lane);
	struct voucher voucher;

	assert_int_equal(trust_vouch(&trust, &before, worker, &voucher), 0);
	return voucher;
}

static void
who_lives_is_believed_who_died_is_not(void **state)
{
	struct voucher dead = vouch(100, LANE_SMALL);
	struct voucher other = vouch(101, LANE_SMALL);

	(void)state;
	assert_true(trust_holds(&trust, &dead));
	trust_doubt_worker(&trust, 100);
	assert_false(trust_holds(&trust, &dead));
	assert_true(trust_holds(&trust, &other));
}

static void
who_has_the_pid_of_a_dead_one_is_believed_anew(void **state)
{
	struct voucher dead = vouch(100, LANE_BIG), next;

	(void)state;
	trust_doubt_worker(&trust, 100);
	next = vouch(100, LANE_BIG);
	assert_true(trust_holds(&trust, &next));
	assert_false(trust_holds(&trust, &dead));
}

static void
a_breach_is_held_against_its_lane(void **state)
{
	struct voucher small = vouch(100, LANE_SMALL);
	struct voucher big = vouch(101, LANE_BIG);

	(void)state;
	trust_doubt_lane(&trust, LANE_SMALL);
	assert_false(trust_holds(&trust, &small));
	assert_true(trust_holds(&trust, &big));
}

static void
who_was_doubted_while_it_answered_is_not_vouched_for(void **state)
{
	struct trust_before before = trust_before(&trust, LANE_SMALL);
	struct voucher voucher;

	(void)state;
	assert_int_equal(trust_vouch(&trust, &before, 0, &voucher), -1);
	trust_doubt_worker(&trust, 100);
	assert_int_equal(trust_vouch(&trust, &before, 100, &voucher), -1);
	before = trust_before(&trust, LANE_SMALL);
	trust_doubt_lane(&trust, LANE_SMALL);
	assert_int_equal(trust_vouch(&trust, &before, 100, &voucher), 0);
	assert_false(trust_holds(&trust, &voucher));
}

static void
a_voucher_of_nobody_or_of_no_lane_does_not_hold(void **state)
{
	struct voucher voucher = vouch(100, LANE_BIG);

	(void)state;
	voucher.lane = LANE_COUNT;
	assert_false(trust_holds(&trust, &voucher));
	voucher = (struct voucher){ 0 };
	assert_false(trust_holds(&trust, &voucher));
}

/* --- a worker that is doubted while others answer --- */

#define ROUNDS 20000

static void *
doubt_often(void *nobody)
{
	unsigned i;

	for (i = 0; i < ROUNDS; i++)
		trust_doubt_worker(&trust, 100);
	return nobody;
}

/* A death is counted in all before it is counted of the worker: a voucher that
 * counts it was asked for after it. */
static void
nobody_vouches_for_a_dead_one_by_its_heirs_number(void **state)
{
	struct trust_before before;
	struct voucher voucher;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, doubt_often, NULL), 0);
	do {
		before = trust_before(&trust, LANE_SMALL);
		if (trust_vouch(&trust, &before, 100, &voucher) == 0)
			assert_true(voucher.of_worker <= before.doubts);
	} while (before.doubts < ROUNDS);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(who_lives_is_believed_who_died_is_not,
		    setup),
		cmocka_unit_test_setup(
		    who_has_the_pid_of_a_dead_one_is_believed_anew, setup),
		cmocka_unit_test_setup(a_breach_is_held_against_its_lane,
		    setup),
		cmocka_unit_test_setup(
		    who_was_doubted_while_it_answered_is_not_vouched_for,
		    setup),
		cmocka_unit_test_setup(
		    a_voucher_of_nobody_or_of_no_lane_does_not_hold, setup),
		cmocka_unit_test_setup(
		    nobody_vouches_for_a_dead_one_by_its_heirs_number, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
