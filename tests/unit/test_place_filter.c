/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "unpack/place_filter.h"
#include "unpack/wide.h"

#define MARKS 60
#define LONGEST 6

static struct place_filter filter;
static uint8_t bytes[MARKS][LONGEST];
static struct slice marks[MARKS];
static size_t count;

/* Of few different bytes, so that many a mark begins as another one. */
static uint8_t
any_byte(unsigned round)
{
	static const uint8_t few[] = { 0, 'a', 'b', 0x80, 0xff, 0x1a, '1' };

	return round % 2 == 0 ? (uint8_t)rand() :
	    few[(size_t)rand() % sizeof few];
}

static void
make_marks(unsigned round)
{
	size_t i, j, len;

	memset(&filter, 0, sizeof filter);
	count = 1 + (size_t)rand() % MARKS;
	for (i = 0; i < count; i++) {
		len = 2 + (size_t)rand() % (LONGEST - 1);
		for (j = 0; j < len; j++)
			bytes[i][j] = any_byte(round);
		marks[i] = slice_on(bytes[i], len);
		place_filter_add(&filter, marks[i]);
	}
}

/* A mark, or its first bytes `len` at most. */
static bool
begins(struct slice s, size_t at, size_t len)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const size_t most = marks[i].len < len ? marks[i].len : len;

		if (most <= s.len - at &&
		    memcmp(s.at + at, marks[i].at, most) == 0)
			return true;
	}
	return false;
}

static void
assert_none_is_passed_over(struct slice s)
{
	size_t from, at, found;

	for (from = 0; from <= s.len; from = found + 1) {
		found = place_filter_next(&filter, s, from);
		for (at = from; at < found; at++)
			assert_false(begins(s, at, LONGEST));
		if (found == s.len)
			break;
		assert_true(begins(s, found, 2));
	}
}

static void
no_mark_is_passed_over(void **state)
{
	static uint8_t body[400];
	unsigned round;
	size_t i, len;

	(void)state;
	srand(1);
	for (round = 0; round < 4000; round++) {
		make_marks(round);
		for (i = 0; i < sizeof body; i++)
			body[i] = any_byte(round);
		len = (size_t)rand() % sizeof body;
		for (i = 0; i < 4 && len > LONGEST; i++)
			memcpy(body + (size_t)rand() % (len - LONGEST),
			    marks[i % count].at, marks[i % count].len);
		filter.is_wide = WIDE_HERE;
		assert_none_is_passed_over(slice_on(body, len));
		filter.is_wide = false;
		assert_none_is_passed_over(slice_on(body, len));
	}
}

/* The buffer ends with the body: for valgrind. */
static void
nothing_is_read_behind_the_end(void **state)
{
	uint8_t *body;
	size_t len;

	(void)state;
	make_marks(0);
	for (len = 0; len < 100; len++) {
		body = malloc(len > 0 ? len : 1);
		assert_non_null(body);
		memset(body, *marks[0].at, len);
		filter.is_wide = WIDE_HERE;
		assert_none_is_passed_over(slice_on(body, len));
		filter.is_wide = false;
		assert_none_is_passed_over(slice_on(body, len));
		free(body);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_mark_is_passed_over),
		cmocka_unit_test(nothing_is_read_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
