/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unpack/numbers.h"
#include "unpack/percent.h"
#include "unpack/runs.h"
#include "unpack/strings.h"
#include "unpack/value.h"

/* 64 digits, as of a real file: bytes from 0. */
#define B64 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"

static void
add(char *out, size_t size, struct slice s)
{
	size_t len = strlen(out);

	snprintf(out + len, size - len, "[%.*s]", (int)s.len,
	    (const char *)s.at);
}

static const struct {
	const char *body, *texts;
} fields[] = {
	{ "a=b&c=d", "[a][b][c][d]" },
	{ "a", "[a]" },
	{ "a=", "[a][]" },
	{ "=b", "[][b]" },
	{ "a=b=c", "[a][b=c]" },
	{ "a=b;c=d", "[a][b;c=d][a][b][c][d]" },
	{ "a=1;b&c=d", "[a][1;b][a][1][b][c][d]" },
	{ "&&", "[][]" },
	{ "a=b&", "[a][b]" },
	{ "", "" },
};

static void
each_key_and_value_of_a_form_is_a_candidate(void **state)
{
	struct fields f;
	struct slice s;
	char got[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof fields / sizeof *fields; i++) {
		got[0] = '\0';
		f = fields_on(slice_text(fields[i].body));
		while (fields_next(&f, &s))
			add(got, sizeof got, s);
		assert_string_equal(got, fields[i].texts);
	}
}

static const struct {
	const char *name, *body, *texts;
} strings[] = {
	{ "strings", "{\"abc\":\"defg\"}", "[abc][defg]" },
	{ "array", "[\"abc\",\"def\"]", "[abc][def]" },
	{ "a stray quote before them", "/* \" */{\"a\":\"defg\"}",
	    "[/* ][ */{][defg]" },
	{ "not closed", "{\"abc\":\"defg", "[abc][defg]" },
	{ "escaped quotes", "\"a\\\"bcd\\\"e\"", "[a\\\"bcd\\\"e][bcd\\]" },
	{ "an escaped backslash at the end", "\"abc\\\\\",\"def\"",
	    "[abc\\\\][def]" },
	{ "JSON in JSON", "\"{\\\"k\\\":\\\"defg\\\"}\"",
	    "[{\\\"k\\\":\\\"defg\\\"}][defg\\]" },
	{ "no quotes", "abcdef", "[abcdef]" },
	{ "short ones are passed over", "\"ab\",\"\",\"abc\"", "[abc]" },
	{ "a backslash at the very end", "\"abc\\", "[abc\\]" },
	{ "a quote at the very end", "\"abc\\\"", "[abc\\\"][abc\\]" },
	{ "empty", "", "" },
};

static void
whatever_is_between_quotes_is_a_candidate(void **state)
{
	struct strings j;
	struct slice s;
	char got[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof strings / sizeof *strings; i++) {
		print_message("# %s\n", strings[i].name);
		got[0] = '\0';
		j = strings_on(slice_text(strings[i].body), 3);
		while (strings_next(&j, &s))
			add(got, sizeof got, s);
		assert_string_equal(got, strings[i].texts);
	}
}

/* Those of a length and more are the same as of all texts. */
static void
texts_that_are_too_short_are_passed_over_and_no_other(void **state)
{
	static const char letters[] = { '"', '\\' };
	struct slice all_text, text;
	struct strings all, some;
	uint8_t body[600];
	size_t round, i, len, least, letter;

	(void)state;
	srand(3);
	for (round = 0; round < 20000; round++) {
		len = (size_t)rand() % sizeof body;
		for (i = 0; i < len; i++) {
			letter = (size_t)rand() % (2 + round % 60);
			body[i] = letter >= sizeof letters ? 'a' :
			    (uint8_t)letters[letter];
			if (body[i] == '\\' && round % 3 == 0)
				body[i] = 'b';
		}
		least = 1 + (size_t)rand() % 70;
		all = strings_on(slice_on(body, len), 0);
		some = strings_on(slice_on(body, len), least);
		while (strings_next(&all, &all_text))
			if (all_text.len >= least) {
				assert_true(strings_next(&some, &text));
				assert_ptr_equal(text.at, all_text.at);
				assert_int_equal(text.len, all_text.len);
			}
		assert_false(strings_next(&some, &text));
	}
}

static const struct {
	const char *text;
	size_t len;
	const char *bytes;
	bool encoded;
} escapes[] = {
	{ "abc", 3, "abc", false },
	{ "a\\/b", 4, "a/b", true },
	{ "\\n\\r\\t\\b\\f\\\"\\\\", 14, "\n\r\t\b\f\"\\", true },
	{ "\\u0041\\u002B", 12, "A+", true },
	{ "\\u00e4\\u20ac", 12, "\xc3\xa4\xe2\x82\xac", true },
	{ "\\u004", 5, "\\u004", true },
	{ "\\u00zz", 6, "\\u00zz", true },
	{ "\\x", 2, "\\x", true },
	{ "\\", 1, "\\", true },
	{ "a\0b\0", 4, "ab", true },
	{ "\\\0", 2, "\\", true },
	{ "", 0, "", false },
};

static void
escapes_of_a_string_are_read_and_broken_ones_stay(void **state)
{
	uint8_t out[64];
	struct slice s;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof escapes / sizeof *escapes; i++) {
		s = slice_on(escapes[i].text, escapes[i].len);
		len = strings_decode(s, out);
		assert_int_equal(len, strlen(escapes[i].bytes));
		assert_memory_equal(out, escapes[i].bytes, len);
		assert_int_equal(strings_encoded(s), escapes[i].encoded);
	}
}

#define HEX60 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"
#define HEX64 "cdef" HEX60

#define PROSE "The proxy hands every body over and waits for a verdict while "\
	"people read pages about gardens and bread, trains and the weather"

static const struct {
	const char *name, *text, *found;	/* kind, data */
} values[] = {
	{ "base64", B64, "0[" B64 "]" },
	{ "in lines", B64 "\r\n" B64, "0[" B64 "\r\n" B64 "]" },
	{ "in indented lines", B64 "\n        " B64 "\n",
	    "0[" B64 "\n        " B64 "\n]" },
	{ "with blanks for plus", "a " B64, "0[a " B64 "]" },
	{ "a blank after each four",
	    "AAEC AwQF BgcI CQoL DA0O DxAR EhMU FRYX GBka Gxwd Hh8g ISIj JCUm "
	    "JygpKissLS4v",
	    "0[AAEC AwQF BgcI CQoL DA0O DxAR EhMU FRYX GBka Gxwd Hh8g ISIj "
	    "JCUm JygpKissLS4v]" },
	{ "some foreign bytes", "!" B64 "!" B64 "!" B64 B64,
	    "0[!" B64 "!" B64 "!" B64 B64 "]" },
	{ "too short", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj"
	    "JCUmJygpKissLS4", "" },
	{ "a digest in hex", HEX64, "" },
	{ "a digest in two cases is none", "ABCD" HEX60, "0[ABCD" HEX60 "]" },
	{ "more than a digest", HEX64 "0", "0[" HEX64 "0]" },
	{ "a digest of a package list", "sha512-" B64 "AAECAwQFBgcICQoLDA0ODw"
	    "==", "" },
	{ "longer than a digest", "sha512-" B64 "AAECAwQFBgcICQoLDA0ODxAA==",
	    "0[sha512-" B64 "AAECAwQFBgcICQoLDA0ODxAA==]" },
	{ "prose", PROSE, "" },
	{ "a long URL", "https://www.example.org/a/b/c.html?x=1&y=2&z=3&w=4"
	    "&some-more-words=and-words", "" },
	{ "a data URL", "data:image/png;base64," B64, "1[" B64 "]" },
	{ "a data URL in capitals", "DATA:image/png;BASE64 ," B64,
	    "1[" B64 "]" },
	{ "a data URL with a parameter", "data:a/b;x=y;base64," B64,
	    "1[" B64 "]" },
	{ "blanks around it", " data:;base64," B64 "\n", "1[" B64 "\n]" },
	{ "a data URL without base64", "data:text/html," PROSE,
	    "2[" PROSE "]" },
	{ "a data URL of a few bytes", "data:;base64,QUJD", "" },
	{ "a data URL in CSS", "p { background: url(data:;base64," B64
	    ") } q { background: url('data:;base64," B64 "') }",
	    "1[" B64 "]1[" B64 "]" },
	{ "the mark without a comma", "x;base64;base64," B64, "1[" B64 "]" },
	{ "the mark at the end", "x;base64", "" },
	{ "empty", "", "" },
};

static void
files_in_a_text_are_found(void **state)
{
	struct found_value found;
	struct values v;
	char got[1024];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof values / sizeof *values; i++) {
		print_message("# %s\n", values[i].name);
		got[0] = '\0';
		v = values_on(slice_text(values[i].text));
		while (values_next(&v, &found)) {
			len = strlen(got);
			snprintf(got + len, sizeof got - len, "%d",
			    (int)found.kind);
			add(got, sizeof got, found.data);
		}
		assert_string_equal(got, values[i].found);
	}
}

/* Those of a length and more, whole; and no other. */
static void
runs_are_found_wherever_they_are(void **state)
{
	struct runs runs;
	struct slice run;
	uint8_t body[600];
	size_t round, i, len, from;

	(void)state;
	srand(5);
	for (round = 0; round < 20000; round++) {
		len = (size_t)rand() % sizeof body;
		for (i = 0; i < len; i++)
			body[i] = (size_t)rand() % (1 + round % 200) == 0 ?
			    '.' : (uint8_t)('A' + rand() % 26);
		runs = runs_on(slice_on(body, len));
		for (i = from = 0; i <= len; i++) {
			if (i < len && body[i] != '.')
				continue;
			if (i - from >= VALUE_MIN) {
				assert_true(runs_next(&runs, &run));
				assert_ptr_equal(run.at, body + from);
				assert_int_equal(run.len, i - from);
			}
			from = i + 1;
		}
		assert_false(runs_next(&runs, &run));
	}
}

static const struct {
	const char *name, *text, *run;
	enum run_kind kind;
} runs_in[] = {
	{ "lines", "'" B64 "\n" B64 "\r\nQQ==\n'", B64 "\n" B64 "\r\nQQ==",
	    RUN_BASE64 },
	{ "indented lines", "<x>\n \t" B64 "\n \tQQ== x", B64 "\n \tQQ==",
	    RUN_BASE64 },
	{ "a title", "a title\n" B64 "\n", B64, RUN_BASE64 },
	{ "a title that is as long", B64 "\n" B64, B64 "\n" B64, RUN_BASE64 },
	{ "a blank", B64 " " B64, B64, RUN_BASE64 },
	{ "hex", HEX64 "01", HEX64 "01", RUN_HEX },
	{ "half a byte of hex", HEX64 "0", HEX64 "0", RUN_BASE64 },
	{ "a digest", HEX64, HEX64, RUN_NONE },
	{ "small letters", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"
	    "yz0123456789-/", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst"
	    "uvwxyz0123456789-/", RUN_NONE },
};

static void
runs_have_lines_and_a_kind(void **state)
{
	struct runs runs;
	struct slice run;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof runs_in / sizeof *runs_in; i++) {
		print_message("# %s\n", runs_in[i].name);
		runs = runs_on(slice_text(runs_in[i].text));
		assert_true(runs_next(&runs, &run));
		assert_int_equal(run.len, strlen(runs_in[i].run));
		assert_memory_equal(run.at, runs_in[i].run, run.len);
		assert_int_equal(run_kind(run), runs_in[i].kind);
	}
}

/* Each has one foreign byte in 32, or is as near to it as can be. */
static void
hopeless_literals_are_no_base64(void **state)
{
	struct base64_look look;
	uint8_t text[400];
	size_t round, i, len;

	(void)state;
	srand(7);
	for (round = 0; round < 20000; round++) {
		len = VALUE_MIN + (size_t)rand() % (sizeof text - VALUE_MIN);
		for (i = 0; i < len; i++)
			text[i] = rand() % (20 + (int)(round % 30)) == 0 ?
			    (uint8_t)"\\{. \n"[rand() % 5] : 'A';
		if (run_hopeless(slice_on(text, len)))
			assert_false(value_is_base64(slice_on(text, len),
			    &look));
	}
	assert_true(run_hopeless(slice_text("<p>, <q>, <r>")));
	assert_false(run_hopeless(slice_text("\\u{59}\\x59\\\n")));
}

static const struct {
	const char *before, *first, *last, *behind;
	bool hex;
	size_t count, want;
} lists[] = {
	{ "f(", "", ",", "88)", false, 64, 65 },
	{ "[", "0x", ", ", "]", true, 64, 64 },
	{ "[", "0X", ",\n\t", "]", true, 70, 70 },
	{ "[300, 1, 2.5; ", "", " ,", "1000]", false, 64, 64 },
	{ "[", "", ",", "]", false, 63, 0 },
	{ "[", "", " ", "]", false, 100, 0 },
	{ "[", "10", ",", "]", false, 100, 0 },
	{ "[", "", "", "]", true, 300, 0 },
	{ "[", "0x", ",", "0x", true, 64, 65 },
	{ "", "", "", "", false, 0, 0 },
};

static void
lists_of_bytes_are_files(void **state)
{
	struct numbers n;
	uint8_t out[1024];
	char text[2048], digits[8];
	size_t i, j, len;

	(void)state;
	for (i = 0; i < sizeof lists / sizeof *lists; i++) {
		len = (size_t)snprintf(text, sizeof text, "%s",
		    lists[i].before);
		for (j = 0; j < lists[i].count; j++) {
			snprintf(digits, sizeof digits, lists[i].hex ?
			    "%02zx" : "%zu", j * 3 % 256);
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "%s%s%s", lists[i].first, digits, lists[i].last);
		}
		snprintf(text + len, sizeof text - len, "%s",
		    lists[i].behind);
		n = numbers_on(slice_text(text));
		assert_int_equal(numbers_next(&n, out), lists[i].want);
		for (j = 0; j < lists[i].want && j < lists[i].count; j++)
			assert_int_equal(out[j], j * 3 % 256);
	}
}

/* Each is a list of one. */
static void
many_numbers_take_linear_time(void **state)
{
	const size_t len = 16 << 20;
	char *text = malloc(len);
	struct numbers n;
	size_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < len; i++)
		text[i] = "1 "[i % 2];
	n = numbers_on(slice_on(text, len));
	assert_int_equal(numbers_next(&n, NULL), 0);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_and_value_of_a_form_is_a_candidate),
		cmocka_unit_test(whatever_is_between_quotes_is_a_candidate),
		cmocka_unit_test(
		    texts_that_are_too_short_are_passed_over_and_no_other),
		cmocka_unit_test(
		    escapes_of_a_string_are_read_and_broken_ones_stay),
		cmocka_unit_test(files_in_a_text_are_found),
		cmocka_unit_test(runs_are_found_wherever_they_are),
		cmocka_unit_test(runs_have_lines_and_a_kind),
		cmocka_unit_test(lists_of_bytes_are_files),
		cmocka_unit_test(many_numbers_take_linear_time),
		cmocka_unit_test(hopeless_literals_are_no_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
