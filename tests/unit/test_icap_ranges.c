/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "icap/ranges.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static struct settings settings;

static const struct {
	const char *line;
	bool want;
} lines[] = {
	{ "Range: bytes=0-1", true },
	{ "range:bytes=0-1", true },
	{ "RANGE \t: bytes=0-1", true },
	{ "If-Range: \"x\"", true },
	{ "Request-Range: bytes=0-1", true },
	{ "Range", false },
	{ "Ranges: 1", false },
	{ "X-Range: 1", false },
	{ "Range-Unit: bytes", false },
	{ "Content-Range: bytes 0-1/2", false },
	{ "If-Range-X: 1", false },
	{ "", false },
};

static void
only_what_asks_for_a_part_is_such_a_header(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++)
		if (range_header(lines[i].line) != lines[i].want)
			fail_msg("%s", lines[i].line);
}

static void
an_upload_in_pieces_says_so(void **state)
{
	(void)state;
	assert_true(range_piece("Content-Range: bytes 0-1/2"));
	assert_true(range_piece("content-range\t:bytes */2"));
	assert_true(range_piece("Upload-Offset: 100"));
	assert_false(range_piece("Content-Ranges: 1"));
	assert_false(range_piece("Upload-Offset"));
	assert_false(range_piece("Range: bytes=0-1"));
	assert_false(range_piece(""));
}

static const struct {
	const char *url;
	bool want;
} urls[] = {
	{ "http://a.test/film.mp4", true },
	{ "http://a.test/film.MP4?x=1", true },
	{ "http://a.test/a.exe", false },
	{ "http://a.test/a.exe?b.mp4", false },
	{ "http://a.test/a.exe?/b.mp4", false },
	{ "http://a.test/a.exe#b.mp4", false },
	{ "http://a.test/a.exe;b.mp4", false },
	{ "http://a.test/film.mp4/a", false },
	{ "http://a.test/a.xmp4", false },
	{ "http://a.test/mp4", false },
	{ "http://a.test.mp4", false },
	{ "http://a.mp4/", false },
	{ "http://u.test/a.exe", true },
	{ "http://U.TEST:8080/a.exe", true },
	{ "https://below.u.test./a.exe", true },
	{ "http://me:secret@u.test/a.exe", true },
	{ "http://xu.test/a.exe", false },
	{ "http://u.test.evil.test/a.exe", false },
	{ "http://u.test@evil.test/a.exe", false },
	{ "http://evil.test/@u.test/a.exe", false },
	{ "http://evil.test\\@u.test/a.exe", false },
	{ "http://evil.test?@u.test/a.exe", false },
	{ "http://evil.test#@u.test/a.exe", false },
	{ "http://evil.test:u.test/a.exe", false },
	{ "http://evil.test/?x=http://u.test/a.exe", false },
	{ "http:///film.mp4", false },
	{ "/film.mp4", false },
	{ "u.test:443", false },
	{ "", false },
	{ NULL, false },
};

static void
only_listed_hosts_and_endings_may_ask_for_a_part(void **state)
{
	size_t i;

	(void)state;
	settings_defaults(&settings);
	settings.range_hosts.count = 1;
	strcpy(settings.range_hosts.item[0], "u.test");
	for (i = 0; i < COUNT(urls); i++)
		if (range_is_allowed(&settings, urls[i].url) != urls[i].want)
			fail_msg("%s", urls[i].url);
}

static void
a_star_is_every_host_and_an_empty_list_none(void **state)
{
	struct err err;

	(void)state;
	settings_defaults(&settings);
	assert_int_equal(settings_set(&settings, "proxy.range_endings", "",
	    &err), 0);
	assert_false(range_is_allowed(&settings, "http://a.test/film.mp4"));
	assert_int_equal(settings_set(&settings, "proxy.range_hosts", "*",
	    &err), 0);
	assert_true(range_is_allowed(&settings, "http://a.test/a.exe"));
	assert_int_equal(settings_set(&settings, "proxy.range_hosts", "",
	    &err), 0);
	assert_false(range_is_allowed(&settings, "http://a.test/a.exe"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_asks_for_a_part_is_such_a_header),
		cmocka_unit_test(an_upload_in_pieces_says_so),
		cmocka_unit_test(
		    only_listed_hosts_and_endings_may_ask_for_a_part),
		cmocka_unit_test(a_star_is_every_host_and_an_empty_list_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
