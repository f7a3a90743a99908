/* SPDX-License-Identifier: GPL-2.0-only */
/* What a worker can write into the log, whatever it writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "keeper/said.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define NEVER_EARLY INT64_MAX
#define OWN "2026-11-24T08:15:00.123Z warn worker[80] "

static const char words[] = "ewid";	/* by level */

/* All lines that were said: "w:text" each. */
static struct heard {
	struct said said;
	char text[SAID_LINES_MAX * 2][SAID_LINE_MAX + 64];
	unsigned count;
} heard;

static void
hear(void *ctx, enum log_level level, const char *text)
{
	(void)ctx;
	assert_true(heard.count < COUNT(heard.text));
	snprintf(heard.text[heard.count], sizeof heard.text[0], "%c:%s",
	    words[level], text);
	heard.count++;
}

static int
begin(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof heard);
	heard.said.say = hear;
	said_begin(&heard.said, 80);
	return 0;
}

static void
feed(const char *text, int64_t now_ms)
{
	said_feed(&heard.said, text, strlen(text), now_ms);
}

static void
expect_one(const char *text)
{
	assert_int_equal(heard.count, 1);
	assert_string_equal(heard.text[0], text);
	heard.count = 0;
}

static void
lines_of_its_own_log_stay_as_they_are(void **state)
{
	static const struct {
		const char *given, *want;
	} cases[] = {
		{ "warn worker[80] call failed call=\"open: No\"",
		    "w:call failed call=\"open: No\"" },
		{ "error worker[80] no cage reason=\"\\x20\"",
		    "e:no cage reason=\"\\x20\"" },
		{ "info worker[80] a", "i:a" },
		{ "debug worker[80] a", "d:a" },
	};
	char line[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		snprintf(line, sizeof line, "2026-11-24T08:15:00.123Z %s\n",
		    cases[i].given);
		feed(line, 0);
		expect_one(cases[i].want);
	}
}

static void
what_is_no_line_of_its_own_is_a_warning_in_quotes(void **state)
{
	static const char *const fakes[] = {
		"2026-11-24T08:15:00.123Z error supervisor[80] all is lost",
		"2026-11-24T08:15:00.123Z info keeper[1] ready",
		"2026-11-24T08:15:00.123Z warn worker[8] of another",
		"2026-11-24T08:15:00.123Z warn worker[801] of another",
		"2026-11-24T08:15:00.123Z warn worker[080] of another",
		"2026-11-24T08:15:00.123Z fatal worker[80] level",
		"2026-11-24T08:15:00.123Z warning worker[80] level",
		"2026-11-24T08:15:00.123Z  worker[80] level",
		"2026-11-24T08:15:00.123Z warn worker[80]",
		"2026-11-24T08:15:00Z warn worker[80] time",
		"2026-11-24 08:15:00.123Z warn worker[80] time",
		"202x-11-24T08:15:00.123Z warn worker[80] time",
		" 2026-11-24T08:15:00.123Z warn worker[80] time",
		"==80==ERROR: AddressSanitizer: heap-use-after-free",
		"double free or corruption (out)",
		"2026-11-24T",
		"w",
	};
	char line[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(fakes); i++) {
		feed(fakes[i], 0);
		feed("\n", 0);
		snprintf(line, sizeof line, "w:says text=\"%s\"", fakes[i]);
		expect_one(line);
	}
}

static void
quotes_do_not_end_the_text(void **state)
{
	(void)state;
	feed("\" pid=1 text=\"\n", 0);
	expect_one("w:says text=\"' pid=1 text='\"");
}

static void
a_line_within_a_line_is_a_line_of_the_worker(void **state)
{
	(void)state;
	feed(OWN "ends here\n"
	    "2026-11-24T08:15:00.123Z error supervisor[1] begins here\n", 0);
	assert_int_equal(heard.count, 2);
	assert_string_equal(heard.text[0], "w:ends here");
	assert_string_equal(heard.text[1], "w:says text=\""
	    "2026-11-24T08:15:00.123Z error supervisor[1] begins here\"");
}

static void
bytes_that_are_not_printable_are_written_out(void **state)
{
	static const char hostile[] = "a\0b\r\t\x1b[2J\x7f\x80\xc2\x9b\xff\n";

	(void)state;
	said_feed(&heard.said, hostile, sizeof hostile - 1, 0);
	expect_one("w:says text=\"a\\x00b\\x0d\\x09\\x1b[2J\\x7f\\x80\\xc2\\x9b"
	    "\\xff\"");
	/* in a line of its own as well; the head has none */
	said_feed(&heard.said, OWN "a\rb\0c\n", sizeof OWN + 5, 0);
	expect_one("w:a\\x0db\\x00c");
	said_feed(&heard.said, OWN, 20, 0);
	said_feed(&heard.said, "\0\n", 2, 0);
	expect_one("w:says text=\"2026-11-24T08:15:00.\\x00\"");
}

static void
pieces_make_the_same_lines_as_the_whole(void **state)
{
	static const char whole[] = OWN "one\nraw two\n" OWN "three\n";
	size_t step, at, len;

	(void)state;
	for (step = 1; step < sizeof whole; step++) {
		heard.count = 0;
		for (at = 0; at < sizeof whole - 1; at += len) {
			len = sizeof whole - 1 - at;
			if (len > step)
				len = step;
			said_feed(&heard.said, whole + at, len,
			    (int64_t)step * SAID_WINDOW_MS);
		}
		assert_int_equal(heard.count, 3);
		assert_string_equal(heard.text[0], "w:one");
		assert_string_equal(heard.text[1], "w:says text=\"raw two\"");
		assert_string_equal(heard.text[2], "w:three");
	}
}

static void
last_words_need_no_end_of_line(void **state)
{
	(void)state;
	feed("Aborted", 0);
	assert_int_equal(heard.count, 0);
	said_end(&heard.said, 0);
	expect_one("w:says text=\"Aborted\"");
	said_end(&heard.said, 0);
	assert_int_equal(heard.count, 0);
}

static void
the_next_process_does_not_end_the_line_of_the_last_one(void **state)
{
	(void)state;
	feed(OWN, 0);
	said_begin(&heard.said, 81);
	feed("hello\n" OWN "not mine\n", 0);
	assert_int_equal(heard.count, 2);
	assert_string_equal(heard.text[0], "w:says text=\"hello\"");
	assert_string_equal(heard.text[1], "w:says text=\"" OWN "not mine\"");
}

static void
empty_lines_say_nothing(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 2 * SAID_LINES_MAX; i++)
		feed("\n\n\n", 0);
	assert_int_equal(heard.count, 0);
	assert_int_equal(said_dropped(&heard.said, NEVER_EARLY), 0);
}

static void
feed_many(char byte, size_t count)
{
	char piece[100];

	memset(piece, byte, sizeof piece);
	for (; count > 0; count -= sizeof piece)
		said_feed(&heard.said, piece, sizeof piece, 0);
}

/* Cut where it is long, also by what became of its bytes. */
static void
a_line_without_end_is_one_line_that_is_cut(void **state)
{
	static const char bytes[] = { 'x', '\0', '"', '\xff' };
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(bytes); i++) {
		feed_many(bytes[i], 1000000);
		assert_int_equal(heard.count, 0);
		feed("\nnext\n", 0);
		assert_int_equal(heard.count, 2);
		len = strlen(heard.text[0]);
		assert_in_range(len, SAID_LINE_MAX, SAID_LINE_MAX + 32);
		assert_string_equal(heard.text[0] + len - 4, "...\"");
		assert_string_equal(heard.text[1], "w:says text=\"next\"");
		heard.count = 0;
	}
}

static void
a_line_that_just_fits_is_not_cut(void **state)
{
	char line[SAID_LINE_MAX + 2];

	(void)state;
	memset(line, 'x', SAID_LINE_MAX);
	strcpy(line + SAID_LINE_MAX, "\n");
	feed(line, 0);
	assert_int_equal(heard.count, 1);
	assert_null(strstr(heard.text[0], "..."));
	assert_int_equal(strlen(heard.text[0]),
	    SAID_LINE_MAX + strlen("w:says text=\"\""));
}

static void
flood(unsigned lines, int64_t now_ms)
{
	while (lines-- > 0)
		feed("x\n", now_ms);
}

static void
a_flood_is_dropped_counted_and_told_once(void **state)
{
	(void)state;
	flood(SAID_LINES_MAX, 5000);
	assert_int_equal(heard.count, SAID_LINES_MAX);
	assert_int_equal(said_dropped(&heard.said, NEVER_EARLY), 0);
	heard.count = 0;
	flood(1000, 5000);
	flood(1000, 5000 + SAID_WINDOW_MS - 1);
	assert_int_equal(heard.count, 0);
	assert_int_equal(said_dropped(&heard.said,
	    5000 + SAID_WINDOW_MS - 1), 0);
	assert_int_equal(said_dropped(&heard.said, 5000 + SAID_WINDOW_MS),
	    2000);
	assert_int_equal(said_dropped(&heard.said, NEVER_EARLY), 0);
}

/* Not told at the begin of the next window would be never told. */
static void
a_flood_that_goes_on_is_told_each_time(void **state)
{
	unsigned long told, all = 0;
	int64_t now = 0;
	unsigned i, tells = 0;

	(void)state;
	for (i = 0; i < 10; i++, now += SAID_WINDOW_MS) {
		heard.count = 0;
		flood(SAID_LINES_MAX + 7, now);
		assert_int_equal(heard.count, SAID_LINES_MAX);
		told = said_dropped(&heard.said, now);
		tells += told > 0;
		all += told;
	}
	assert_in_range(tells, 4, 9);
	assert_int_equal(all + said_dropped(&heard.said, NEVER_EARLY), 70);
}

static void
lines_of_its_own_are_dropped_in_a_flood_too(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < SAID_LINES_MAX + 5; i++)
		feed(i % 2 == 0 ? OWN "error\n" : "raw\n", 0);
	assert_int_equal(heard.count, SAID_LINES_MAX);
	assert_int_equal(said_dropped(&heard.said, NEVER_EARLY), 5);
}

static void
who_dies_after_each_flood_may_say_no_more_than_who_lives(void **state)
{
	pid_t pid;

	(void)state;
	for (pid = 80; pid < 90; pid++) {
		said_begin(&heard.said, pid);
		flood(100, 0);
		said_end(&heard.said, 0);
	}
	assert_int_equal(heard.count, SAID_LINES_MAX);
	assert_int_equal(said_dropped(&heard.said, NEVER_EARLY), 800);
}

#define SAYS(test) cmocka_unit_test_setup(test, begin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SAYS(lines_of_its_own_log_stay_as_they_are),
		SAYS(what_is_no_line_of_its_own_is_a_warning_in_quotes),
		SAYS(quotes_do_not_end_the_text),
		SAYS(a_line_within_a_line_is_a_line_of_the_worker),
		SAYS(bytes_that_are_not_printable_are_written_out),
		SAYS(pieces_make_the_same_lines_as_the_whole),
		SAYS(last_words_need_no_end_of_line),
		SAYS(the_next_process_does_not_end_the_line_of_the_last_one),
		SAYS(empty_lines_say_nothing),
		SAYS(a_line_without_end_is_one_line_that_is_cut),
		SAYS(a_line_that_just_fits_is_not_cut),
		SAYS(a_flood_is_dropped_counted_and_told_once),
		SAYS(a_flood_that_goes_on_is_told_each_time),
		SAYS(lines_of_its_own_are_dropped_in_a_flood_too),
		SAYS(who_dies_after_each_flood_may_say_no_more_than_who_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
