/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "others_fixture.h"

#define LINE "08G)E860@86YD(&)U='1E<@``\n"	/* bread and butter */
#define END "`\nend\n"
#define FOUND "uu=bread and butter"
#define IN_BASE64 "YnJlYWQgYW5kIGJ1dHRlcg==\n"

static const char *
read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void
any_line_that_begins_with_the_word_is_one(void **state)
{
	static const char *const begins[] = {
		"begin 644 a", "begin 0644 a", "begin 7 a", "begin 100644 a",
		"begin x", "begin", "beginning", "begin\t7\ta", "text\nbegin 7",
		"\n\nbegin", "begin\nbegin", "begin 1 a\r", "#!\nbegin 7 a",
	};
	char text[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof begins / sizeof *begins; i++) {
		print_message("# %s\n", begins[i]);
		snprintf(text, sizeof text, "%s\n%s%s", begins[i], LINE, END);
		assert_string_equal(read_text(text), FOUND);
	}
	assert_string_equal(read_text("a begin 644 a\n" LINE END), "");
	assert_string_equal(read_text("Begin 644 a\n" LINE END), "");
	assert_string_equal(read_text("begi"), "");
	assert_string_equal(read_text("begin"), "");
}

static void
what_is_wrong_with_a_line_ends_it(void **state)
{
	(void)state;
	assert_string_equal(read_text("begin 7 a\n" LINE), FOUND);
	assert_string_equal(read_text("begin\n" LINE "word\n" LINE),
	    FOUND);
	assert_string_equal(read_text("begin\n" LINE "#\1\n"), FOUND);
	assert_string_equal(read_text("begin 7 a\nend\n" LINE), "");
	assert_string_equal(read_text("begin 7 a\n#8G)E\n"), "");
	assert_string_equal(read_text("begin\nwriteln('bread');\nend.\n"), "");
}

/* Letters that are missing are zeros. */
static void
a_line_may_be_short_or_longer(void **state)
{
	(void)state;
	assert_string_equal(read_text("begin\n08G)E860@86YD(&)U='1E<\n"),
	    "uu=bread and buttep");
	assert_string_equal(read_text("begin 7 a\n&8G)E860@rest\n" END),
	    "uu=bread ");
	assert_string_equal(read_text("begin 7 a\r\n" "&8G)E860@\r\nend\r\n"),
	    "uu=bread ");
}

/* As if it were letters of zeros. */
static void
an_empty_line_is_filled_up(void **state)
{
	(void)state;
	read_text("begin 7 a\n\n" LINE END);
	assert_memory_equal(heard.said, "uu=", 4);
	assert_int_equal(heard.spent, ('\n' - ' ' + 64) + 16);
	assert_string_equal(read_text("begin 7 a\n\n\n\n"), "");
}

/* "bread " by letters of which some are 64 higher, which is the same to those
 * who do not look; by the first line that is one to them. */
static void
any_byte_may_be_a_letter_to_some(void **state)
{
#define HIGH "&xGiExvp@\nend\n"
	(void)state;
	assert_string_equal(read_text("begin 7 a\n" HIGH), "uu=bread ");
	assert_string_equal(read_text("begin \n" HIGH), "uu=bread ");
	assert_string_equal(read_text("begin\n" HIGH), "");
	assert_string_equal(read_text("begin 7 a\nx\nbegin 7 a\n" HIGH), "");
	assert_string_equal(read_text("begin 7 a\n&xGiE\n"), "");
	assert_string_equal(read_text("begin 7 a\n&xGiExvp@\n&xG\n"),
	    "uu=bread ");
	assert_string_equal(read_text("begin 7 a\n" "MxGiExvp@\n"), "");
}

static void
a_zero_ends_a_line_for_those(void **state)
{
	static const char text[] = "begin 7 a\n&xGiE\0" "xvp@\nend\n";

	(void)state;
	assert_string_equal(read_bytes(text, sizeof text - 1), "");
}

static void
base64_may_be_behind_such_a_line(void **state)
{
	(void)state;
	assert_string_equal(read_text("begin-base64 7 a\n" IN_BASE64 "====\n"
	    "and text"), FOUND);
	assert_string_equal(read_text("text\nbegin-base64 a\n" IN_BASE64),
	    FOUND);
	assert_string_equal(read_text("begin-base64 \n====\n" IN_BASE64), "");
	assert_string_equal(read_text("begin-base64 "), "");
}

static void
what_comes_out_is_paid(void **state)
{
	static const char text[] = "begin 7 a\n" LINE END;

	(void)state;
	assert_string_equal(read_text(text), FOUND);
	assert_int_equal(heard.spent, 16);
	heard.most = 31;
	assert_false(others_read(slice_text(text), "", &hearing));
}

/* As a search byte by byte finds it. */
static void
a_line_is_found_wherever_it_begins(void **state)
{
	static const char letters[] = "\n\nbFx";
	uint8_t bytes[300] = { 0 };
	struct slice s = slice_on(bytes, 0);
	size_t round, at, from;

	(void)state;
	srand(3);
	for (round = 0; round < 4000; round++) {
		for (at = 0; at < sizeof bytes; at++)
			bytes[at] = rand() % 60 < (int)(round % 50) ? 'x' :
			    (uint8_t)letters[rand() % 5];
		s.len = (size_t)rand() % sizeof bytes;
		from = (size_t)rand() % (s.len + 1);
		at = from;
		while (at + 1 < s.len && (bytes[at] != '\n' ||
		    (bytes[at + 1] != 'b' && bytes[at + 1] != 'F')))
			at++;
		assert_int_equal(slice_find_line(s, from, 'b', 'F'),
		    at + 1 < s.len ? at : s.len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_line_that_begins_with_the_word_is_one),
		cmocka_unit_test(what_is_wrong_with_a_line_ends_it),
		cmocka_unit_test(a_line_may_be_short_or_longer),
		cmocka_unit_test(an_empty_line_is_filled_up),
		cmocka_unit_test(any_byte_may_be_a_letter_to_some),
		cmocka_unit_test(a_zero_ends_a_line_for_those),
		cmocka_unit_test(base64_may_be_behind_such_a_line),
		cmocka_unit_test(what_comes_out_is_paid),
		cmocka_unit_test(a_line_is_found_wherever_it_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
