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
		assert_non_null(strstr(seen.text, "[" LETTERS "]"));
	}
}

static void
honest_pages_have_nothing_in_them(void **state)
{
	static const char *const honest[] = {
		"<a href='/data:a/b'>the data: of " LETTERS "</a>",
		"x = { data: y, z: 'data:' + " LETTERS " }",
		"/[\\d\\s]+\\u00e4\\u{1F600}/.test('\\n\\t" LETTERS "')",
		"p { content: '\\f101'; } .a\\:b { c: url(data:a/b,x) }",
		"<p>&amp; &#39;" LETTERS "&#39; &copy;</p>",
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
		cmocka_unit_test(honest_pages_have_nothing_in_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
