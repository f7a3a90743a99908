/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "unpack/budget.h"
#include "unpack/room.h"

/* Adds them as a reader does, as long as it may. */
static bool
fill(struct room *room, size_t len, int byte)
{
	size_t space;
	struct err err;
	uint8_t *at;

	for (; len > 0; len -= space) {
		at = room_space(room, &space, &err);
		assert_non_null(at);
		if (space > len)
			space = len;
		memset(at, byte, space);
		if (!room_filled(room, space))
			return false;
	}
	return true;
}

static void
no_more_than_the_limit_is_kept(void **state)
{
	struct room room;
	struct err err;

	(void)state;
	assert_int_equal(room_open(&room, 10000, &err), 0);
	assert_true(fill(&room, 6000, 'a'));
	assert_true(fill(&room, 4000, 'b'));
	assert_int_equal(room.len, 10000);
	assert_false(fill(&room, 1, 'c'));
	assert_int_equal(room.len, 10000);
	assert_int_equal(room.data[5999], 'a');
	assert_int_equal(room.data[9999], 'b');
	room_free(&room);
	assert_null(room.data);
}

static void
what_is_filled_stays_when_the_rest_is_given_back(void **state)
{
	static const size_t lengths[] = {
		0, 1, 4095, 4096, 4097, (1 << 20) - 1, 1 << 20, (1 << 20) + 1,
		5000000,
	};
	struct room room;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		assert_int_equal(room_open(&room, 1ULL << 32, &err), 0);
		assert_true(fill(&room, lengths[i], 'x'));
		room_close(&room);
		assert_int_equal(room.len, lengths[i]);
		assert_true(room.mapped <= lengths[i] + 4096);
		if (lengths[i] > 0)
			assert_int_equal(room.data[lengths[i] - 1], 'x');
		room_free(&room);
	}
}

static void
a_room_that_has_no_memory_left_says_so(void **state)
{
	struct room room;
	struct err err;
	size_t space;

	(void)state;
	assert_int_equal(room_open(&room, 1ULL << 60, &err), 0);
	assert_true(fill(&room, 1 << 20, 'x'));
	assert_null(room_space(&room, &space, &err));
	assert_int_equal(room.len, 1 << 20);
	assert_int_equal(room.data[0], 'x');
	room_free(&room);
}

static void
a_room_for_nothing_sees_that_there_is_something(void **state)
{
	struct room room;
	struct err err;

	(void)state;
	assert_int_equal(room_open(&room, 0, &err), 0);
	assert_false(fill(&room, 5, 'x'));
	assert_int_equal(room.len, 0);
	room_free(&room);
	room_free(&room);
}

static void
what_the_budget_has_not_is_not_taken(void **state)
{
	struct budget budget = { .bytes = 10,
		.deadline = clock_ms() + 60000 };

	(void)state;
	assert_true(budget_take(&budget, 4));
	assert_false(budget_take(&budget, 7));
	assert_true(budget_take(&budget, 6));
	assert_false(budget_take(&budget, 1));
	assert_true(budget_take(&budget, 0));
	assert_false(budget_late(&budget));
	budget.deadline = clock_ms();
	assert_true(budget_late(&budget));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_more_than_the_limit_is_kept),
		cmocka_unit_test(
		    what_is_filled_stays_when_the_rest_is_given_back),
		cmocka_unit_test(a_room_that_has_no_memory_left_says_so),
		cmocka_unit_test(
		    a_room_for_nothing_sees_that_there_is_something),
		cmocka_unit_test(what_the_budget_has_not_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
