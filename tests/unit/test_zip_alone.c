/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "others_fixture.h"
#include "unpack/zip.h"

#define HEADER 30
#define FLAGS 6
#define METHOD 8
#define PACKED 18

/* "abc" in "a", and a descriptor that its header says nothing of. */
static const char whole[] = "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0" "\3\0\0\0"
    "\3\0\0\0" "\1\0\0\0" "aabc" "PK\7\10" "\0\0\0\0" "\3\0\0\0" "\3\0\0";
static char body[sizeof whole];

static const char *
read_alone(void)
{
	const struct slice s = slice_on(body, sizeof body);
	size_t used;

	heard = (struct heard){ .most = 1 << 20 };
	if (!zip_alone_likely(s))
		return "not likely";
	assert_true(zip_alone(s, "", &hearing, &used));
	assert_int_equal(used, HEADER + 4);
	return heard.said;
}

static void
a_stored_member_is_visited_by_its_length_or_its_descriptor(void **state)
{
	(void)state;
	memcpy(body, whole, sizeof body);
	assert_string_equal(read_alone(), "a=abc");
	body[FLAGS] = 8;
	body[PACKED] = 0;
	assert_string_equal(read_alone(), "a=abc");
}

static void
what_is_encrypted_or_the_engine_s_or_has_no_name_is_none(void **state)
{
	static const struct {
		size_t at;
		char value;
	} rows[] = {
		{ FLAGS, 1 }, { METHOD, 6 }, { METHOD, 9 }, { HEADER, '\0' },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		memcpy(body, whole, sizeof body);
		body[rows[i].at] = rows[i].value;
		assert_string_equal(read_alone(), "not likely");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_stored_member_is_visited_by_its_length_or_its_descriptor),
		cmocka_unit_test(
		    what_is_encrypted_or_the_engine_s_or_has_no_name_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
