/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "unpack/boundary.h"

#define FORM "multipart/form-data; "

static const struct {
	const char *name, *type, *body, *found;
} cases[] = {
	{ "plain", FORM "boundary=abc", "", "--abc" },
	{ "in quotes", FORM "boundary=\"abc\"", "", "--abc" },
	{ "capitals", "MULTIPART/FORM-DATA; BOUNDARY=aBc", "", "--aBc" },
	{ "a parameter behind it", FORM "boundary=abc; charset=utf-8", "",
	    "--abc" },
	{ "blanks around the sign", FORM "boundary = abc", "", "--abc" },
	{ "blanks in quotes", FORM "boundary=\"a b\"", "", "--a b" },
	{ "a semicolon in quotes", FORM "boundary=\"a;b\"", "", "--a;b" },
	{ "what RFC 2046 allows", FORM "boundary=\"a'()+_,-./:=?b\"", "",
	    "--a'()+_,-./:=?b" },
	{ "blanks without quotes", FORM "boundary=a b", "", "--a --a b" },
	{ "a comma without quotes", FORM "boundary=a,b", "", "--a --a,b" },
	{ "a quote escaped in quotes", FORM "boundary=\"a\\\"b\"", "",
	    "--a\\ --a\"b" },
	{ "a quote that is not closed", FORM "boundary=\"abc", "", "--abc" },
	{ "two", FORM "boundary=a; boundary=b", "", "--a --b" },
	{ "the same twice", FORM "boundary=a; boundary=\"a\"", "", "--a" },
	{ "word in another word", FORM "xboundary=a", "", "--a" },
	{ "in a second value", "text/plain, " FORM "boundary=a", "", "--a" },
	{ "no value", FORM "boundary=", "", "" },
	{ "empty quotes", FORM "boundary=\"\"", "", "" },
	{ "no sign", FORM "boundary abc", "", "" },
	{ "none", "multipart/form-data", "", "" },
	{ "RFC 2231", FORM "boundary*=utf-8''a%62c", "", "--abc" },
	{ "RFC 2231 without a character set", FORM "boundary*=a%62c", "",
	    "--abc" },
	{ "RFC 2231 in pieces", FORM "boundary*0=a; boundary*1=\"b c\"", "",
	    "--ab c" },
	{ "RFC 2231 in coded pieces",
	    FORM "boundary*0*=us-ascii'en'a%20; boundary*1=b", "", "--a b" },
	{ "RFC 2231 beside a plain one", FORM "boundary=x; boundary*=''y", "",
	    "--x --y" },
	{ "the body's first line", "multipart/form-data", "--abc\r\nA: b",
	    "--abc" },
	{ "the body's first line, too", FORM "boundary=x", "--abc \nA: b",
	    "--x --abc" },
	{ "first line behind empty ones", FORM, "\r\n\n--abc\r\n", "--abc" },
	{ "first line is the same", FORM "boundary=abc", "--abc\r\nA: b",
	    "--abc" },
	{ "first line is no boundary", FORM "boundary=abc", "abc\r\n--x\r\n",
	    "--abc" },
	{ "first line of dashes only", FORM "boundary=abc", "--\r\n", "--abc" },
};

static void
tell(const char *type, const char *body, char *out, size_t size)
{
	struct boundaries b;
	struct err err;
	size_t len = 0;
	unsigned i;

	out[0] = '\0';
	assert_int_equal(boundaries_find(&b, slice_text(type),
	    slice_text(body), &err), 0);
	for (i = 0; i < b.count; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%.*s",
		    i > 0 ? " " : "", (int)b.list[i].len,
		    (const char *)b.list[i].at);
	assert_false(b.more);
	boundaries_free(&b);
}

static void
each_boundary_that_a_reader_may_take_is_found(void **state)
{
	char got[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("# %s\n", cases[i].name);
		tell(cases[i].type, cases[i].body, got, sizeof got);
		assert_string_equal(got, cases[i].found);
	}
}

static void
boundary_of_ten_kilobytes_is_found(void **state)
{
	static char type[10100] = FORM "boundary=";
	struct boundaries b;
	struct err err;
	size_t start = strlen(type);

	(void)state;
	memset(type + start, 'a', 10000);
	assert_int_equal(boundaries_find(&b, slice_text(type),
	    slice_text(""), &err), 0);
	assert_int_equal(b.count, 1);
	assert_int_equal(b.list[0].len, 10002);
	assert_false(b.more);
	boundaries_free(&b);
}

/* The same text again and again; `more` says that not all was taken. */
static void
says_more(const char *text, size_t times)
{
	const size_t len = strlen(text);
	AUTO_FREE char *type = malloc(times * len + 1);
	struct boundaries b;
	struct err err;
	size_t i;

	assert_non_null(type);
	for (i = 0; i < times; i++) {
		memcpy(type + i * len, text, len);
		if (text[len - 1] == ';')	/* no two are equal */
			type[i * len + len - 2] = (char)('!' + i % 26);
	}
	assert_int_equal(boundaries_find(&b, slice_on(type, times * len),
	    slice_text("--x\r\n"), &err), 0);
	assert_true(b.more);
	assert_true(b.count <= BOUNDARIES_MAX);
	boundaries_free(&b);
}

static void
too_many_boundaries_are_not_passed_over_in_silence(void **state)
{
	(void)state;
	says_more("boundary=a;", 17);
	says_more("boundary=a", 7000);
	says_more("boundary=a\r\n", 65);
	says_more("boundary=a;", 100000);
	says_more("boundary*=", 7000);
	says_more("boundary*0*=''", 100000);
	says_more("boundary=\"", 7000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_boundary_that_a_reader_may_take_is_found),
		cmocka_unit_test(boundary_of_ten_kilobytes_is_found),
		cmocka_unit_test(
		    too_many_boundaries_are_not_passed_over_in_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
