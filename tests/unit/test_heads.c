/* SPDX-License-Identifier: GPL-2.0-only */
/* What is looked at in the headers of archives that others open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "unpack/places.h"
#include "unpack/rar.h"

static const char *said;
static size_t spent, most;

static bool
spend(void *ctx, size_t len)
{
	(void)ctx;
	spent += len;
	return spent <= most;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	(void)ctx, (void)bytes, (void)len, (void)name;
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx, (void)outcome, (void)name;
	said = cause;
}

static const struct sink sink = { NULL, spend, visit, visit, visit, note };

static void
start(void)
{
	said = "";
	spent = 0;
	most = SIZE_MAX;
}

static void
marks_of_rar_in_what_is_read_cost_nothing(void **state)
{
	static const char mark[] = "Rar!\x1a\7\0";
	struct places_known known = { .first = NULL };
	static uint8_t marks[300 * 7];
	const struct slice body = slice_on(marks, sizeof marks);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof marks; i += 7)	/* each is a block, too */
		memcpy(marks + i, mark, 7);
	start();
	most = 100 * 64;
	assert_false(rar_check(body, "", &sink));
	assert_int_equal(spent, 101 * 64);
	known.to = body.len;
	start();
	assert_true(places_read(body, &known, "", &sink));
	assert_int_equal(spent, 299 * 64);	/* by the first alone */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_of_rar_in_what_is_read_cost_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
