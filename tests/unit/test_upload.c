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
#include "unpack/texts.h"
#include "unpack/upload.h"
#include "wire/verdict.h"

#define FORM "multipart/form-data; boundary=b"
#define FILE_HEAD "Content-Disposition: form-data; name=f; filename=a.exe\r\n"
#define FIELD_HEAD "Content-Disposition: form-data; name=f\r\n"
#define CTE "Content-Transfer-Encoding: "
#define END "\r\n--b--\r\n"

/* 70 letters, plain and as base64. */
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"         \
	"012345678901234567"
#define B64 "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNERUZHSElKS0xNTk9QUVJTVFV"  \
	"WV1hZWjAxMjM0NTY3ODkwMTIzNDU2Nw=="

#define BLANKS "                                                            "  \
	"\t\r\n\n                                                          "
#define BOM "\xef\xbb\xbf"

/* What came: "name(cause)" for a note, "name[bytes]" for a visit. */
struct seen {
	char text[4096];
	size_t len, spent, visits, most;
	enum outcome worst;
};

static bool
spend(void *ctx, size_t len)
{
	struct seen *seen = ctx;

	seen->spent += len;
	return true;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct seen *seen = ctx;

	if (seen->len < sizeof seen->text - 1)
		seen->len += (size_t)snprintf(seen->text + seen->len,
		    sizeof seen->text - seen->len, "%s[%.*s]", name, (int)len,
		    (const char *)bytes);
	return ++seen->visits < seen->most;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	struct seen *seen = ctx;

	assert_true(verdict_name_valid(cause, strlen(cause)));
	if (seen->len < sizeof seen->text - 1)
		seen->len += (size_t)snprintf(seen->text + seen->len,
		    sizeof seen->text - seen->len, "%s(%s)", name, cause);
	seen->worst = outcome;
}

static void
walk(const char *type, struct slice body, struct seen *seen)
{
	const struct sink sink = { seen, spend, visit, visit, visit, note };
	const char *missing = upload_walk(slice_text(type), body, "", &sink);

	if (missing != NULL)
		note(seen, OUTCOME_DAMAGED, missing, "");
}

static const struct {
	const char *name, *type, *body, *seen;
} cases[] = {
	{ "a file", FORM, "--b\r\n" FILE_HEAD "\r\none" END, "a.exe[one]" },
	{ "a field", FORM, "--b\r\n" FIELD_HEAD "\r\none" END, "f[one]" },
	{ "no name", FORM, "--b\r\n\r\none" END, "part 1[one]" },
	{ "an empty file", FORM, "--b\r\n" FILE_HEAD "\r\n" END, "" },
	{ "around the parts", FORM, "x\r\n--b\r\n\r\none" END "y",
	    "preamble[x]part 2[one]epilogue[y]" },
	{ "base64", FORM, "--b\r\n" FILE_HEAD CTE "base64\r\n\r\nQUJD" END,
	    "a.exe[QUJD]a.exe[ABC]" },
	{ "quoted-printable", FORM, "--b\r\n" FILE_HEAD CTE
	    "Quoted-Printable\r\n\r\n=41=\r\nB" END,
	    "a.exe[=41=\r\nB]a.exe[AB]" },
	{ "8bit", FORM, "--b\r\n" FILE_HEAD CTE "8bit\r\n\r\n=41" END,
	    "a.exe[=41]" },
	{ "unknown encoding", FORM, "--b\r\n" FILE_HEAD CTE "x\r\n\r\none" END,
	    "a.exe[one]a.exe(Multipart.TransferEncoding)" },
	{ "two encodings", FORM, "--b\r\n" FILE_HEAD CTE "base64\r\n" CTE
	    "binary\r\n\r\nQUJD" END,
	    "a.exe[QUJD]a.exe[ABC]a.exe(Multipart.TransferEncoding)" },
	{ "nested", FORM, "--b\r\nContent-Type: multipart/mixed;\r\n"
	    " boundary=c\r\n\r\n--c\r\n" FILE_HEAD "\r\none\r\n--c--" END,
	    "part 1[--c\r\n" FILE_HEAD "\r\none\r\n--c--]part 1/a.exe[one]" },
	{ "nested and cut", FORM, "--b\r\nContent-Type: multipart/mixed;"
	    "boundary=c\r\n\r\n--c\r\n\r\none" END,
	    "part 1[--c\r\n\r\none]part 1/part 2[one](Multipart.Cut)" },
	{ "cut", FORM, "--b\r\n" FILE_HEAD "\r\none",
	    "a.exe[one](Multipart.Cut)" },
	{ "no boundary given", "multipart/form-data",
	    "--b\r\n" FILE_HEAD "\r\none" END, "a.exe[one]" },
	{ "another boundary given", "multipart/form-data; boundary=c",
	    "--b\r\n" FILE_HEAD "\r\none" END, "a.exe[one]" },
	{ "boundaries that differ in the reading",
	    "multipart/form-data; boundary=c,b; boundary=\"b\"",
	    "--b\r\n" FILE_HEAD "\r\none" END, "a.exe[one]" },
	{ "no boundary at all", "multipart/form-data", "one",
	    "(Multipart.NoBoundary)" },
	{ "nothing", FORM, "", "" },
	{ "an empty form", FORM, "--b--\r\n", "" },
	{ "odd", FORM, "--b\r\n\r\none --b\r\n\r\ntwo" END,
	    "part 1[one --b\r\n\r\ntwo]part 2[one ]part 3[two]" },
	{ "not multipart", "text/plain", "--b\r\n\r\none" END, "" },
	{ "a field of JSON in base64", FORM, "--b\r\n" FIELD_HEAD "\r\n"
	    "{\"x\":\"" B64 "\"}" END,
	    "f[{\"x\":\"" B64 "\"}]f/value 1[" LETTERS "]" },
	{ "a field that is a data URL", FORM, "--b\r\n" FIELD_HEAD "\r\n"
	    "data:image/png;base64," B64 END,
	    "f[data:image/png;base64," B64 "]f/value 1[" LETTERS "]" },
	{ "a file of base64 is a file", FORM,
	    "--b\r\n" FILE_HEAD "\r\n" B64 END, "a.exe[" B64 "]" },
	{ "JSON", "application/json", "{\"x\":\"" B64 "\"}",
	    "value 1[" LETTERS "]" },
	{ "JSON of an API", "application/vnd.x+JSON; charset=utf-8",
	    "[\"data:;base64," B64 "\"]", "value 1[" LETTERS "]" },
	{ "JSON that calls itself text", "text/plain;charset=UTF-8",
	    " {\"x\":\"" B64 "\"}", "value 1[" LETTERS "]" },
	{ "JSON without a name", "", "[\"" B64 "\"]", "value 1[" LETTERS "]" },
	{ "text", "text/plain", "x \"" B64 "\"", "" },
	{ "JSON with escapes", "text/json",
	    "{\"x\":\"\\u0059" "WJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNERUZHSEl"
	    "KS0xNTk9QUVJTVFVWV1hZWjAxMjM0NTY3ODkwMTIzNDU2Nw=\\u003d\"}",
	    "value 1[" LETTERS "]" },
	{ "JSON in JSON", "application/json",
	    "{\"x\":\"{\\\"y\\\":\\\"" B64 "\\\"}\"}",
	    "value 1[" LETTERS "]" },
	{ "JSON behind blanks", "text/plain", BLANKS "{\"x\":\"" B64 "\"}",
	    "value 1[" LETTERS "]" },
	{ "JSON behind a mark", "text/plain", BOM "[\"" B64 "\"]",
	    "value 1[" LETTERS "]" },
	{ "JSON of one string", "text/plain", "\"" B64 "\"",
	    "value 1[" LETTERS "]" },
	{ "a parameter says nothing", "image/png; x=json, a/b; x=json",
	    "{\"x\":\"" B64 "\"}", "" },
	{ "the second of two types", "image/png; x=y, text/json",
	    "{\"x\":\"" B64 "\"}", "value 1[" LETTERS "]" },
	{ "JSON without files", "application/json",
	    "{\"x\":\"one\",\"y\":[1,2]}", "" },
	{ "a form", "application/x-www-form-urlencoded", "a=%41+b&c",
	    "value 1[a=A b&c]" },
};

/* By their first bytes, or by their type. */
static const struct {
	const char *name, *type, *body, *seen;
} pages[] = {
	{ "a page", "text/html; charset=utf-8",
	    "<a href='data:;base64," B64 "'>x</a>", "value 1[" LETTERS "]" },
	{ "a page in capitals", "TEXT/HTML",
	    "<IFRAME SRC=DATA:;BASE64," B64 ">", "value 1[" LETTERS "]" },
	{ "a page, all of the head in references", "text/html",
	    "<a href='&#100;&#x61;ta&colon;&semi;b&#97;se6&#x34&comma;" B64
	    "'>", "value 1[" LETTERS "]" },
	{ "a page, the first digit a reference", "text/html",
	    "<a href='data:;base64,&#0000089;WJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eX"
	    "pBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWjAxMjM0NTY3ODkwMTIzNDU2Nw&#x3D"
	    ";'>", "value 1[" LETTERS "]" },
	{ "a page, a script in an attribute", "text/html",
	    "<a onclick=\"x = &#x61;tob(&quot;" B64 "&quot;)\">",
	    "value 1[" LETTERS "]" },
	{ "a page, blanks around the word", "text/html",
	    "<a href='data:a/b; \tbase64 ," B64 "'>",
	    "value 1[" LETTERS "]" },
	{ "a page, references to other things", "text/html",
	    "&amp; &#; &#x; &co <a href='data:;base64," B64 "'>&#8364;&#",
	    "value 1[" LETTERS "]" },
	{ "a page, the word alone", "text/html",
	    "<p>(that is: base64," B64, "value 1[" LETTERS "]" },
	{ "a picture", "image/svg+xml",
	    "<image href=\"data:a/b;base64," B64 "\"/>",
	    "value 1[" LETTERS "]" },
	{ "a style", "text/css", "p { a: url(data:a/b;base64," B64 ") }",
	    "value 1[" LETTERS "]" },
	{ "a script", "text/javascript", "x = atob('" B64 "')",
	    "value 1[" LETTERS "]" },
	{ "a script, other quotes", "application/ecmascript",
	    "x = atob(`" B64 "`)", "value 1[" LETTERS "]" },
	{ "a page without a type", "",
	    " <html><script>atob('" B64 "')</script>", "value 1[" LETTERS "]" },
	{ "a page that says nothing of base64", "text/html",
	    "<p title='" B64 "'>", "value 1[" LETTERS "]" },
	{ "a page that calls itself a picture", "image/png",
	    "<p a='data:;base64," B64 "'>", "value 1[" LETTERS "]" },
	{ "a page behind blanks", "*/*", BLANKS "\f<p a='data:;b&#97;se64,"
	    B64 "'>", "value 1[" LETTERS "]" },
	{ "a page behind a mark", "", BOM "<p a='data:;base64," B64 "'>",
	    "value 1[" LETTERS "]" },
	{ "a page with a parameter", "text/html; x=json",
	    "<script>atob('" B64 "')</script>", "value 1[" LETTERS "]" },
	{ "a script without a type", "", "x = atob('" B64 "')",
	    "value 1[" LETTERS "]" },
	{ "what is base64 as a whole is no value of a page", "text/html",
	    B64 "base64", "" },
};

/* As a worker, which reads what it visits. */
static void
open_page(const char *type, struct slice body, struct seen *seen)
{
	const struct sink sink = { seen, spend, visit, visit, visit, note };
	struct texts page = { .sink = &sink, .path = "" };

	assert_true(!texts_likely(body) || texts_fits(body));
	if (texts_fits(body))
		(void)texts_page(&page, body);
	assert_true(seen->visits == 0 || texts_likely(body));
	walk(type, body, seen);
}

static void
what_a_browser_takes_out_is_visited(void **state)
{
	struct seen seen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pages / sizeof *pages; i++) {
		print_message("# %s\n", pages[i].name);
		seen = (struct seen){ .most = SIZE_MAX };
		open_page(pages[i].type, slice_text(pages[i].body), &seen);
		assert_string_equal(seen.text, pages[i].seen);
	}
}

static void
what_is_no_text_is_a_page_by_its_type(void **state)
{
	static const char page[] = "\0\0\0<a href='data:;base64," B64 "'>";
	struct seen seen = { .most = SIZE_MAX };

	(void)state;
	open_page("image/png; x=html", slice_on(page, sizeof page - 1), &seen);
	assert_string_equal(seen.text, "");
	open_page("text/html; x=json", slice_on(page, sizeof page - 1), &seen);
	assert_string_equal(seen.text, "value 1[" LETTERS "]");
}

static void
what_a_server_takes_out_is_visited(void **state)
{
	struct seen seen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("# %s\n", cases[i].name);
		seen = (struct seen){ .most = SIZE_MAX };
		walk(cases[i].type, slice_text(cases[i].body), &seen);
		assert_string_equal(seen.text, cases[i].seen);
	}
}

static void
a_file_in_a_page_is_found_at_each_byte(void **state)
{
	static const char *const files[] = {
		"'data:;base64," B64 "'", "atob('" B64 "')",
		"ATob(\"" B64 "\")",
	};
	struct seen seen;
	char page[900];
	size_t i, j, at;

	(void)state;
	for (i = 0; i < sizeof files / sizeof *files; i++)
		for (at = 0; at < 600; at++) {
			for (j = 0; j < sizeof page; j++)
				page[j] = "o("[j % 2];
			memcpy(page + at, files[i], strlen(files[i]));
			seen = (struct seen){ .most = SIZE_MAX };
			open_page("text/html", slice_on(page,
			    at + strlen(files[i])), &seen);
			assert_string_equal(seen.text,
			    "value 1[" LETTERS "]");
		}
}

static void
assert_wide_page_says(const char *type, bool little, const char *words)
{
	static const char text[] = "<a href='data:;base64," B64 "'>";
	struct seen seen = { .most = SIZE_MAX };
	uint8_t page[2 * sizeof text] = { 0 };
	size_t i;

	page[0] = little ? 0xff : 0xfe;
	page[1] = little ? 0xfe : 0xff;
	for (i = 0; text[i] != '\0'; i++)
		page[2 + 2 * i + !little] = (uint8_t)text[i];
	open_page(type, slice_on(page, 2 + 2 * i), &seen);
	assert_string_equal(seen.text, words);
}

static void
a_page_in_utf_16_is_read(void **state)
{
	(void)state;
	assert_wide_page_says("text/html", true, "value 1[" LETTERS "]");
	assert_wide_page_says("text/html", false, "value 1[" LETTERS "]");
	assert_wide_page_says("", true, "value 1[" LETTERS "]");
	assert_wide_page_says("image/png", true, "value 1[" LETTERS "]");
}

static void
paths_begin_with_what_the_body_is_called(void **state)
{
	static const char form[] = "--b\r\n" FILE_HEAD "\r\none";
	struct seen seen = { .most = SIZE_MAX };
	const struct sink sink = { &seen, spend, visit, visit, visit, note };

	(void)state;
	assert_string_equal(upload_walk(slice_text(FORM), slice_text(form),
	    "gzip", &sink), "Multipart.Cut");
	assert_null(upload_walk(slice_text("text/json"),
	    slice_text("[\"" B64 "\"]"), "br", &sink));
	assert_string_equal(seen.text,
	    "gzip/a.exe[one]br/value 1[" LETTERS "]");
}

static void
long_value_of_a_form_is_a_file_and_may_hold_one(void **state)
{
	struct seen seen = { .most = SIZE_MAX };

	(void)state;
	walk("application/x-www-form-urlencoded",
	    slice_text("f=" LETTERS "%21&g=data%3A%3Bbase64%2C" B64), &seen);
	assert_non_null(strstr(seen.text, "[" LETTERS "!]"));
	assert_non_null(strstr(seen.text, "[" LETTERS "]"));
}

static void
long_value_of_a_form_that_is_mere_words_is_no_file(void **state)
{
	static const char words[] = "some+words%2C+and+more.%0D%0A";
	struct seen seen = { .most = SIZE_MAX };
	char body[200] = "";
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		strcat(strcat(body, i == 0 ? "a=b&f=" : ""), words);
	walk("application/x-www-form-urlencoded", slice_text(body), &seen);
	assert_non_null(strstr(seen.text, "[a=b&f=some words,"));
	assert_null(strstr(seen.text, "[some words"));
	seen = (struct seen){ .most = SIZE_MAX };
	strcat(body, "%3B");
	walk("application/x-www-form-urlencoded", slice_text(body), &seen);
	assert_non_null(strstr(seen.text, "[some words"));
}

/* "+" is a digit of base64, and many forget to escape it. */
static void
plus_that_a_form_made_a_blank_is_read_as_both(void **state)
{
	static const char body[] = "f=" "+++++++++++++++++++++++++++++++++++++"
	    "+++++++++++++++++++++++++++++++++++++++++++++++QUJDQUJDQUJDQUJD"
	    "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD";
	struct seen seen = { .most = SIZE_MAX };

	(void)state;
	walk("application/x-www-form-urlencoded", slice_text(body), &seen);
	assert_non_null(strstr(seen.text, "[\xfb\xef\xbe\xfb\xef\xbe"));
	assert_non_null(strstr(seen.text, "[ABCABC"));
}

static void
walk_ends_when_the_sink_wants_no_more(void **state)
{
	static const char body[] = "x\r\n--b\r\n" FILE_HEAD CTE
	    "base64\r\n\r\nQUJD\r\n--b\r\n\r\ntwo" END "y";
	struct seen seen;
	size_t most;

	(void)state;
	for (most = 1; most <= 5; most++) {
		seen = (struct seen){ .most = most };
		walk(FORM, slice_text(body), &seen);
		assert_int_equal(seen.visits, most);
		assert_int_equal(seen.worst, OUTCOME_NONE);
	}
}

static void
too_many_parts_are_too_deep(void **state)
{
	static const char part[] = "--b\r\n\r\none\r\n";
	const size_t len = strlen(part), parts = 100000;
	AUTO_FREE char *body = malloc(parts * len);
	struct seen seen = { .most = SIZE_MAX };
	size_t i;

	(void)state;
	assert_non_null(body);
	for (i = 0; i < parts; i++)
		memcpy(body + i * len, part, len);
	walk(FORM, slice_on(body, parts * len), &seen);
	assert_int_equal(seen.visits, UPLOAD_PARTS_MAX);
	assert_int_equal(seen.worst, OUTCOME_TOO_DEEP);
}

/* Each level has the boundary of the next one. */
static void
nested(unsigned levels, struct seen *seen)
{
	static char body[65536];
	size_t len = 0;
	unsigned i;

	for (i = 0; i < levels; i++)
		len += (size_t)snprintf(body + len, sizeof body - len,
		    "--b%u\r\nContent-Type: multipart/mixed; boundary=b%u"
		    "\r\n\r\n", i, i + 1);
	len += (size_t)snprintf(body + len, sizeof body - len,
	    "--b%u\r\n\r\none\r\n", levels);
	for (i = levels + 1; i-- > 0;)
		len += (size_t)snprintf(body + len, sizeof body - len,
		    "--b%u--\r\n", i);
	walk("multipart/mixed; boundary=b0", slice_on(body, len), seen);
}

static void
nesting_has_an_end_and_a_name(void **state)
{
	struct seen seen = { .most = SIZE_MAX };

	(void)state;
	nested(UPLOAD_DEPTH_MAX - 1, &seen);
	assert_int_equal(seen.worst, OUTCOME_NONE);
	assert_non_null(strstr(seen.text, "[one]"));
	nested(UPLOAD_DEPTH_MAX, &seen);
	assert_int_equal(seen.worst, OUTCOME_TOO_DEEP);
}

/* Sixteen boundaries that all fit, on each of some levels. */
static void
readings_that_multiply_are_too_deep(void **state)
{
	static char body[1 << 20];
	struct seen seen = { .most = SIZE_MAX };
	char list[512] = "multipart/mixed";
	size_t len = 0;
	unsigned i, level;

	(void)state;
	for (i = 0; i < 16; i++)
		len += (size_t)snprintf(list + len, sizeof list - len,
		    "%sboundary=%c", i > 0 ? "; " : "multipart/mixed; ",
		    'a' + i);
	for (len = level = 0; level < UPLOAD_DEPTH_MAX; level++)
		for (i = 0; i < 16; i++)
			len += (size_t)snprintf(body + len, sizeof body - len,
			    "\r\n--%c\r\nContent-Type: %s\n\nx\r\r\r\n\r\n",
			    'a' + i, list);
	memset(body + len, 'x', sizeof body - len);
	walk(list, slice_on(body, sizeof body), &seen);
	assert_int_equal(seen.worst, OUTCOME_TOO_DEEP);
	assert_in_range(seen.visits, 1, UPLOAD_PARTS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_server_takes_out_is_visited),
		cmocka_unit_test(what_a_browser_takes_out_is_visited),
		cmocka_unit_test(what_is_no_text_is_a_page_by_its_type),
		cmocka_unit_test(a_file_in_a_page_is_found_at_each_byte),
		cmocka_unit_test(a_page_in_utf_16_is_read),
		cmocka_unit_test(paths_begin_with_what_the_body_is_called),
		cmocka_unit_test(
		    long_value_of_a_form_is_a_file_and_may_hold_one),
		cmocka_unit_test(
		    long_value_of_a_form_that_is_mere_words_is_no_file),
		cmocka_unit_test(plus_that_a_form_made_a_blank_is_read_as_both),
		cmocka_unit_test(walk_ends_when_the_sink_wants_no_more),
		cmocka_unit_test(too_many_parts_are_too_deep),
		cmocka_unit_test(nesting_has_an_end_and_a_name),
		cmocka_unit_test(readings_that_multiply_are_too_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
