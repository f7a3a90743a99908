/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static const struct {
	const char *bytes;
	size_t used;
	uint32_t code;
} cases[] = {
	{ "a", 1, 'a' },
	{ "\x7f", 1, 0x7f },
	{ "\xc2\x80", 2, 0x80 },
	{ "\xc3\xa4x", 2, 0xe4 },
	{ "\xe2\x82\xac", 3, 0x20ac },
	{ "\xf0\x9f\x98\x80", 4, 0x1f600 },
	{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
	{ "\x80", 0, 0 },			/* a middle byte alone */
	{ "\xc3", 0, 0 },			/* cut */
	{ "\xe2\x82", 0, 0 },
	{ "\xc3(", 0, 0 },
	{ "\xc0\xbc", 0, 0 },			/* '<', too long */
	{ "\xe0\x80\xbc", 0, 0 },
	{ "\xf0\x80\x80\xbc", 0, 0 },
	{ "\xed\xa0\x80", 0, 0 },		/* a surrogate */
	{ "\xf4\x90\x80\x80", 0, 0 },		/* beyond the end */
	{ "\xf8\x88\x80\x80\x80", 0, 0 },
	{ "\xff", 0, 0 },
};

static void
only_well_formed_characters_are_read(void **state)
{
	uint32_t code;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		code = 0;
		assert_int_equal(utf8_next(cases[i].bytes,
		    strlen(cases[i].bytes), &code), cases[i].used);
		assert_int_equal(code, cases[i].code);
	}
}

static void
character_that_is_cut_by_the_length_is_refused(void **state)
{
	uint32_t code;
	size_t len;

	(void)state;
	for (len = 1; len < 4; len++)
		assert_int_equal(utf8_next("\xf0\x9f\x98\x80", len, &code), 0);
}

static void
controls_and_direction_marks_are_not_printable(void **state)
{
	static const uint32_t bad[] = { 0, '\n', '\r', 0x1b, 0x7f, 0x85, 0x9b,
		0x2028, 0x2029, 0x202e, 0x2066, 0xfeff };
	static const uint32_t good[] = { ' ', '~', 0xa0, 0xe4, 0x20ac,
		0x1f600 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(utf8_printable(bad[i]));
	for (i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(utf8_printable(good[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_well_formed_characters_are_read),
		cmocka_unit_test(
		    character_that_is_cut_by_the_length_is_refused),
		cmocka_unit_test(
		    controls_and_direction_marks_are_not_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
