/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unpack/data_urls.h"
#include "unpack/entities.h"
#include "unpack/escapes.h"

/* Long enough for a file. */
#define FILE64 "%3c0123456789012345678901234567890123456789012345678901"       \
	"234567890"
#define URL "data:a/b," FILE64
#define FOUND "[a/b," FILE64 "]"

static const struct {
	const char *name, *text, *urls;
} texts[] = {
	{ "quotes", "x \"" URL "\" y", FOUND },
	{ "apostrophes", "x'" URL "'y", FOUND },
	{ "a script's third quotes", "x`" URL "`y", FOUND },
	{ "parentheses", "url(" URL ") y", FOUND },
	{ "nothing", "<a href=" URL " id=x>", FOUND },
	{ "nothing but a tag's end", "<a href=" URL ">", FOUND },
	{ "quotes that are escaped", "\"x(\\\"" URL "\\\")\"",
	    "[a/b," FILE64 "\\]" },
	{ "quotes with others in them", "'data:a/b,\"" FILE64 "'",
	    "[a/b,\"" FILE64 "]" },
	{ "quotes with escaped ones in them", "'data:a/b,\\'" FILE64 "'",
	    "[a/b,\\'" FILE64 "]" },
	{ "a refresh with blanks", "<meta content='0;url=" URL " <b>'>",
	    FOUND "[a/b," FILE64 " <b>]" },
	{ "a refresh without a word", "<meta content='0;" URL "'>", FOUND },
	{ "a list", "srcset='a 1x, " URL " 2x'",
	    FOUND "[a/b," FILE64 " 2x]" },
	{ "behind a tag", "<x>" URL "</x>", FOUND },
	{ "behind blanks and controls", "\" \n\x01" URL "\"", FOUND },
	{ "at the start", URL, FOUND },
	{ "without an end", "'" URL, FOUND },
	{ "capitals", "'DATA:a/b," FILE64 "'", FOUND },
	{ "gaps", "'d\na\tt\r\na\n:a/b," FILE64 "'", FOUND },
	{ "needless backslashes", "'d\\a\\ta\\:a/b," FILE64 "'", FOUND },
	{ "gaps as escapes within", "'d\\na\\rt\\ta:a/b," FILE64 "'", FOUND },
	{ "two", "'" URL "' '" URL "'", FOUND FOUND },
	{ "another word", "'metadata:a/b," FILE64 "'", "" },
	{ "a key", "{data:a/b," FILE64 "}", "" },
	{ "a key among others", "{a:1,data:b," FILE64 "}", "" },
	{ "a type among others", "x,data:a/b," FILE64, FOUND },
	{ "a quoted key", "{\"data\":\"a/b," FILE64 "\"}", "" },
	{ "prose", "the data: " FILE64, "" },
	{ "a short one", "'data:a/b,abc'", "" },
	{ "the word alone", "data:", "" },
	{ "a colon", ":", "" },
	{ "nothing at all", "", "" },
};

static void
add(char *out, size_t size, struct slice s)
{
	size_t len = strlen(out);

	snprintf(out + len, size - len, "[%.*s]", (int)s.len,
	    (const char *)s.at);
}

static void
urls_end_as_what_is_before_them_says(void **state)
{
	struct data_urls urls;
	struct slice url;
	char got[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		print_message("# %s\n", texts[i].name);
		got[0] = '\0';
		urls = data_urls_on(slice_text(texts[i].text));
		while (data_urls_next(&urls, &url))
			add(got, sizeof got, url);
		assert_string_equal(got, texts[i].urls);
	}
}

/* Also where 32 bytes are looked at together, behind what nearly is one. */
static void
url_is_found_at_each_byte(void **state)
{
	static const char near[] = "a):A*: \\-:x";
	struct data_urls urls;
	struct slice url;
	char text[400];
	size_t at, i;

	(void)state;
	for (at = 1; at < 200; at++) {
		for (i = 0; i < at; i++)
			text[i] = near[i % (sizeof near - 1)];
		snprintf(text + at, sizeof text - at, "'%s'", URL);
		urls = data_urls_on(slice_text(text));
		assert_true(data_urls_next(&urls, &url));
		assert_ptr_equal(url.at, text + at + strlen("'data:"));
		assert_false(data_urls_next(&urls, &url));
	}
}

/* In each of these a URL might be looked for to the end, again and again. */
static void
many_words_take_linear_time(void **state)
{
	static const char *const words[] = { "'data:", "=data:,", ",data:x",
		"(data:", ";data:/,", "\\data:", "0data:,", "\"data:',", };
	const size_t len = 4 << 20;
	char *text = malloc(len + 1);
	struct data_urls urls;
	struct slice url;
	size_t i, at, sum;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		for (at = 0; at < len; at++)
			text[at] = words[i][at % strlen(words[i])];
		urls = data_urls_on(slice_on(text, len));
		for (sum = 0; data_urls_next(&urls, &url);)
			sum += url.len;
		assert_in_range(sum, 0, 2 * len);
	}
	free(text);
}

static void
mark_of_base64_is_at_the_end_of_the_type(void **state)
{
	static const struct {
		const char *type;
		bool is;
	} types[] = {
		{ ";base64", true }, { "a/b;base64", true },
		{ "a/b; BASE64 ", true }, { "a/b;x=y ;base64", true },
		{ "base64", false }, { ";base64;", false },
		{ "a/b;xbase64", false }, { ";base6", false }, { "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof types / sizeof *types; i++)
		assert_int_equal(data_url_is_base64(slice_text(types[i].type)),
		    types[i].is);
	assert_true(data_url_plain(slice_text("a/b;base64,x")));
	assert_false(data_url_plain(slice_text("a/b,;base64,x")));
	assert_false(data_url_plain(slice_text("a/b;base\n64,x")));
	assert_false(data_url_plain(slice_text("a/b;\nbase64,x")));
	assert_false(data_url_plain(slice_text(";base64")));
}

static const struct {
	const char *text, *undone, *script, *style;
	bool hide;
} escapes[] = {
	{ "abc", "abc", "abc", "abc", false },
	{ "\\x61b", "ab", "ab", "x61b", true },
	{ "\\u0061b", "ab", "ab", "u0061b", true },
	{ "\\u{00061}b", "ab", "ab", "u{00061}b", true },
	{ "\\141z", "az", "az", "?z", true },
	{ "\\61 b", "1 b", "1 b", "ab", true },
	{ "\\000061b", NULL, NULL, "ab", true },
	{ "\\61\r\nb", "1\r\nb", "1\r\nb", "ab", true },
	{ "a\\\nb\\\r\nc", "abc", "abc", "abc", true },
	{ "\\n\\t", "\n\t", "\n\t", "nt", false },
	{ "\\n:", "\n:", "\n:", "n:", true },
	{ "\\'\\\"\\\\", "'\"\\", "\\'\\\"\\\\", "\\'\\\"\\\\", false },
	{ "\\x27", "'", "\\x27", "x27", false },
	{ "\\27 x", "\x17 x", "\x17 x", "\\27 x", false },
	{ "\\q\\/", "q/", "q/", "q/", false },
	{ "\\u20ac\\xe4", "?\xe4", "?\xe4", "u20acxe4", false },
	{ "\\u{110000061}", "?", "?", "u{110000061}", false },
	{ "\\x6", "x6", "x6", "x6", false },
	{ "\\u006", "u006", "u006", "u006", false },
	{ "\\u{61", "u{61", "u{61", "u{61", false },
	{ "\\d+\\s\\f101", NULL, NULL, NULL, false },
	{ "\\", "\\", "\\", "\\", false },
	{ "", "", "", "", false },
};

static void
assert_undone(const char *want, const char *text,
    size_t make(struct slice, uint8_t *))
{
	uint8_t out[64];
	size_t len;

	if (want == NULL)
		return;
	memcpy(out, text, strlen(text) + 1);
	len = make(slice_on(out, strlen(text)), out);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(out, want, len);
}

static void
escapes_of_scripts_and_styles_are_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof escapes / sizeof *escapes; i++) {
		print_message("# %s\n", escapes[i].text);
		assert_int_equal(escapes_hide(slice_text(escapes[i].text)),
		    escapes[i].hide);
		assert_undone(escapes[i].undone, escapes[i].text,
		    escapes_undo);
		assert_undone(escapes[i].script, escapes[i].text,
		    escapes_of_script);
		assert_undone(escapes[i].style, escapes[i].text,
		    escapes_of_style);
	}
}

static void
references_hide_what_a_search_goes_by(void **state)
{
	static const char *const hide[] = { "&#97;", "&#x3a", "&colon;",
		"&comma;", "&semi;", "&Tab;", "&NewLine;", "&#92;", "&#10;" };
	static const char *const honest[] = { "&amp;", "&#39;", "&#8217;",
		"&nbsp;", "&copy;", "&#", "&", "&#x;", "&sol;", "&c=1" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof hide / sizeof *hide; i++)
		assert_true(entities_hide(slice_text(hide[i])));
	for (i = 0; i < sizeof honest / sizeof *honest; i++)
		assert_false(entities_hide(slice_text(honest[i])));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_end_as_what_is_before_them_says),
		cmocka_unit_test(url_is_found_at_each_byte),
		cmocka_unit_test(many_words_take_linear_time),
		cmocka_unit_test(mark_of_base64_is_at_the_end_of_the_type),
		cmocka_unit_test(escapes_of_scripts_and_styles_are_read),
		cmocka_unit_test(references_hide_what_a_search_goes_by),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
