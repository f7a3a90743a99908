/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unpack/texts.h"
#include "wire/verdict.h"

/* 70 letters, plain and as base64. */
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"         \
	"012345678901234567"
#define B64_REST "jZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNERUZHSElKS0xNTk9QUVJTVFV"\
	"WV1hZWjAxMjM0NTY3ODkwMTIzNDU2Nw=="
#define B64 "YWJ" B64_REST
#define B64_CUT "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNERUZHSElKS0xNTk9QUVJT" \
	"VFVWV1\n\t  hZWjAxMjM0NTY3ODkwMTIzNDU2Nw==\n"

/* As many, but no file. */
#define WORDS "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"           \
	"abcdefghijklmnopqr"
#define HEX60 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"

/* What came: "[bytes]". */
struct seen {
	char text[2048];
	size_t visits;
};

static bool
spend(void *ctx, size_t len)
{
	(void)ctx, (void)len;
	return true;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct seen *seen = ctx;
	size_t at = strlen(seen->text);

	(void)name;
	snprintf(seen->text + at, sizeof seen->text - at, "[%.*s]", (int)len,
	    (const char *)bytes);
	seen->visits++;
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx, (void)outcome, (void)name;
	fail_msg("%s", cause);
}

/* What is found in a body is likely there, too. */
static void
read_page(struct slice body, struct seen *seen)
{
	const struct sink sink = { seen, spend, visit, visit, visit, note };
	struct texts page = { .sink = &sink, .path = "" };

	assert_true(texts_page(&page, body));
	assert_true(seen->visits == 0 || texts_likely(body));
}

static const struct {
	const char *name, *body;
} pages[] = {
	{ "percent", "<a href='data:a/b,a%62%63defghijklmnopqrstuvwxyzABCDEFGHI"
	    "JKLMNOPQRSTUVWXYZ01234567890123456%37'>" },
	{ "nothing to undo", "<a href='data:," LETTERS "'>" },
	{ "gaps", "<a href='da\nta:,abcdef\r\n\tghijklmnopqrstuvwxyzABCDEFGHI"
	    "JKLMNOPQRSTUVWXYZ012345678901234567'>" },
	{ "references in the URL alone", "<a href='data:,abc&#100;ef"
	    "ghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567890123456"
	    "&#x37;'>" },
	{ "escapes in the URL alone", "x = 'data:,abc\\144ef\\\nghijklmnopqrst"
	    "uvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567890123456\\x37'" },
	{ "the mark torn", "<a href='data:;base\n64," B64 "'>" },
	{ "the mark behind an escape", "open('data:;b\\ase64," B64 "')" },
	{ "the mark by a code", "open('data:;b\\x61se64," B64 "')" },
	{ "the mark by a style's code", "url('data:;b\\61 se64," B64 "')" },
	{ "the word by a code", "open('d\\u{61}ta:;base64," B64 "')" },
	{ "the decoder by a code", "\\u0061tob('" B64 "')" },
	{ "a literal by codes", "atob('\\x59\\127\\u004A" B64_REST "')" },
	{ "a literal in lines", "atob('YW\\\nJ\\\r\n" B64_REST "')" },
	{ "hex", "Uint8Array.fromHex('6162636465666768696a6b6c6d6e6f70717273"
	    "7475767778797a4142434445464748494A4b4C4d4E4f505152535455565758"
	    "595a303132333435363738393031323334353637')" },
	{ "base64 in a literal", "f('" B64 "')" },
	{ "base64 in a literal, by its alphabet of URLs", "f('" B64 "-_')" },
	{ "base64 in an element", "<x>" B64 "</x>" },
	{ "base64 in lines of one", "f(`\n" B64_CUT "`)" },
	{ "base64 in lines that are indented", "<x>\n\t  " B64_CUT "</x>" },
	{ "base64 in short lines, for a decoder", "fromBase64('YWJj\\\nZGVmZ2"
	    "hpamtsbW5vcHFyc3R1dn\\\nd4eXpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZ"
	    "\\\nWjAxMjM0NTY3ODkwMTIzNDU2Nw==')" },
	{ "base64 with escaped line ends, for a decoder", "Buffer.from(\"YWJj"
	    "\\nZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNERUZHSElKS0xNTk9QUVJTVFVW"
	    "V1hZ\\nWjAxMjM0NTY3ODkwMTIzNDU2Nw==\", 'base64')" },
	{ "base64 behind a remark", "The file comes here:\n" B64 "\n" },
	{ "base64 behind a word", "<p>The file\n" B64 "\n" },
	{ "base64 that is no URL's", "x;y, base64," B64 },
	{ "references and escapes", "<p a=\"open('d&#92;x61ta:;base64," B64
	    "')\">" },
};

static void
what_is_written_otherwise_is_found(void **state)
{
	struct seen seen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pages / sizeof *pages; i++) {
		print_message("# %s\n", pages[i].name);
		memset(&seen, 0, sizeof seen);
		read_page(slice_text(pages[i].body), &seen);
		assert_non_null(strstr(seen.text, "[" LETTERS));
	}
}

static void
text_of_two_bytes_without_a_mark_is_read(void **state)
{
	static const char page[] = "<p><a href='data:;base64," B64 "'>";
	uint8_t wide[2 * sizeof page] = { 0 };
	struct seen seen;
	size_t i, high;

	(void)state;
	for (high = 0; high < 2; high++) {
		memset(wide, 0, sizeof wide);
		for (i = 0; page[i] != '\0'; i++)
			wide[2 * i + high] = (uint8_t)page[i];
		memset(&seen, 0, sizeof seen);
		read_page(slice_on(wide, 2 * i), &seen);
		assert_string_equal(seen.text, "[" LETTERS "]");
	}
}

static void
shifts_of_japanese_are_no_text(void **state)
{
	static const char page[] = "<a href='da\x1b(Jta:;bas\x1b$B\x1b(Be64,"
	    B64 "'>\x1b(\x1b";
	struct seen seen = { "", 0 };

	(void)state;
	read_page(slice_text(page), &seen);
	assert_string_equal(seen.text, "[" LETTERS "]");
}

static void
honest_pages_have_nothing_in_them(void **state)
{
	static const char *const honest[] = {
		"<a href='/data:a/b'>the data: of " WORDS "</a>",
		"x = { data: y, z: 'data:' + " WORDS " }",
		"/[\\d\\s]+\\u00e4\\u{1F600}/.test('\\n\\t" WORDS "')",
		"p { content: '\\f101'; } .a\\:b { c: url(data:a/b,x) }",
		"<script integrity=\"sha512-AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
		    "GBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw"
		    "==\">",
		"x = '" HEX60 "0123'",
		"y = '" HEX60 HEX60 "01234567'",
		"z = '12345678901234567890123456789012345678901234567890"
		    "1234567890123456789012345678901234567890'",
		"<a href='/2024/05/12/" WORDS "/The-Title_of_it'>",
		"<a href='/wiki/%D0%97%D0%B0%D0%B3%D0%BB%D0%B0%D0%B2%D0%BD"
		    "%D0%B0%D1%8F_%D1%81%D1%82%D1%80%D0%B0%D0%BD%D0%B8%D1'>",
		"\x1b[31m" WORDS "\x1b[0m",
		"<p>&amp; &#39;" WORDS "&#39; &copy;</p>",
	};
	struct seen seen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof honest / sizeof *honest; i++) {
		memset(&seen, 0, sizeof seen);
		read_page(slice_text(honest[i]), &seen);
		assert_string_equal(seen.text, "");
		assert_false(texts_likely(slice_text(honest[i])));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_otherwise_is_found),
		cmocka_unit_test(text_of_two_bytes_without_a_mark_is_read),
		cmocka_unit_test(shifts_of_japanese_are_no_text),
		cmocka_unit_test(honest_pages_have_nothing_in_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
