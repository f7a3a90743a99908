/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "page/html.h"
#include "page/language.h"
#include "page/page.h"
#include "page/template.h"

/* All names but {{id}}, which each case brings or lacks. */
#define MOST                                                                   \
	"{{title}}{{text}}{{name}}{{url}}{{client}}{{user}}{{when}}"           \
	"{{contact}}"

#define NEEDED                                                                 \
	"; remedy: put it where its value shall stand; each is needed: "       \
	"title, text, name, url, client, user, when, id, contact"

static char folder[64];

static int
setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/glassgate-page-XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	static const char *const names[] = { "en/blocked.html", "en",
		"de/blocked.html", "de", "BAD", "README", ".git" };
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		if (unlink(path) == -1)
			rmdir(path);
	}
	return rmdir(folder);
}

static void
put_folder(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void
put_page(const char *language, const char *text)
{
	char path[128];
	FILE *out;

	put_folder(language);
	snprintf(path, sizeof path, "%s/%s/blocked.html", folder, language);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void
assert_escapes(const char *text, const char *want)
{
	char *html = NULL;
	size_t len;
	FILE *out = open_memstream(&html, &len);

	assert_non_null(out);
	html_put(out, text);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(html, want);
	free(html);
}

static void
text_from_outside_is_harmless_in_a_page(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "plain", "plain" },
		{ NULL, "-" },
		{ "", "-" },
		{ "\x06\r\n", "-" },
		{ "<script>alert(1)</script>",
		    "&lt;script&gt;alert(1)&lt;/script&gt;" },
		{ "\"><img src=x onerror='a'>",
		    "&quot;&gt;&lt;img src=x onerror=&#39;a&#39;&gt;" },
		{ "a&amp;b", "a&amp;amp;b" },
		{ "{{url}}", "{{url}}" },
		{ "a\r\nX: b\t\x1b[31m\x7f", "aX: b[31m" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xc0\xbcscript", "\xef\xbf\xbd\xef\xbf\xbdscript" },
		{ "cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe2\x80\xaegpj.exe", "gpj.exe" },	/* turns direction */
		{ "\xff<", "\xef\xbf\xbd&lt;" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_escapes(cases[i].text, cases[i].want);
}

static void
long_value_is_cut(void **state)
{
	static char text[5000], want[HTML_VALUE_MAX + 4];

	(void)state;
	memset(text, 'u', sizeof text - 1);
	memset(want, 'u', HTML_VALUE_MAX);
	strcpy(want + HTML_VALUE_MAX, "...");
	assert_escapes(text, want);
	text[HTML_VALUE_MAX] = '\0';
	want[HTML_VALUE_MAX] = '\0';
	assert_escapes(text, want);
}

static const char *const tags[] = { "de", "en", "fr", "pt-br" };

static void
reader_gets_the_language_with_the_highest_weight(void **state)
{
	static const struct {
		const char *accept, *want;
	} cases[] = {
		{ NULL, "en" },
		{ "", "en" },
		{ "de", "de" },
		{ "DE", "de" },
		{ "de-AT", "de" },
		{ "de-AT-1996, en", "de" },
		{ "de_AT", "en" },
		{ "pt-BR", "pt-br" },
		{ "pt", "en" },
		{ "ja, fr;q=0.5", "fr" },
		{ "en;q=0.8, de;q=0.9", "de" },
		{ "en;q=0.801, de;q=0.8", "en" },
		{ "fr;q=0.5,de;q=0.5", "fr" },
		{ "de;q=0", "en" },
		{ "de;q=0, fr;q=0.001", "fr" },
		{ "*", "en" },
		{ "*;q=0.1, de;q=0.2", "de" },
		{ "  de-CH ;  q=1.0 , en", "de" },
		{ "de;q=2, fr", "fr" },
		{ "de;q=", "en" },
		{ "de;q=abc, fr;q=0.1", "fr" },
		{ "de;level=1", "en" },
		{ ",,;,;q=,de", "de" },
		{ "-,--,-de", "en" },
	};
	size_t i, got;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		got = language_choose(cases[i].accept, tags, 4, 1);
		assert_string_equal(tags[got], cases[i].want);
	}
}

static void
only_lower_case_tags_are_languages(void **state)
{
	static const char *const good[] = { "en", "de-at", "zh-hant-tw" };
	static const char *const bad[] = { "", "e", "EN", "-en", "en-", "a--b",
		"en/..", "..", "en us",
		"aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(language_valid(good[i]));
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(language_valid(bad[i]));
}

static void
bad_template_is_refused_with_file_and_line(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "F:1: {{title}} is missing" NEEDED },
		{ MOST "\n\n", "F:3: {{id}} is missing" NEEDED },
		{ MOST "\n{{id}}{{virus}}", "F:2: {{virus}} is not known; "
		    "allowed: title, text, name, url, client, user, when, id, "
		    "contact" },
		{ "{{ title }}", "F:1: {{ title }} is not known; allowed: "
		    "title, text, name, url, client, user, when, id, contact" },
		{ "a\nb {{title", "F:2: {{ has no }} behind it" },
		{ "{{tit\nle}}", "F:1: {{ has no }} behind it" },
		{ "{{title}", "F:1: {{ has no }} behind it" },
		{ "{{{title}}}", "F:1: {{ has no }} behind it" },
		{ "\n\n\xff", "F:3: a character is no UTF-8; allowed: "
		    "printable UTF-8" },
		{ "\x1b", "F:1: a character is not printable; allowed: "
		    "printable UTF-8" },
	};
	struct template *template = NULL;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(template_parse(&template, "F", cases[i].text,
		    strlen(cases[i].text), &err), -1);
		assert_null(template);
		assert_string_equal(err.text, cases[i].want);
	}
}

static void
template_with_a_nul_byte_or_too_much_is_refused(void **state)
{
	static char text[TEMPLATE_MAX + 1], many[300 * 6 + 1];
	static const char nul[] = MOST "{{id}}\n\0";
	struct template *template = NULL;
	struct err err;
	size_t i;

	(void)state;
	assert_int_equal(template_parse(&template, "F", nul, sizeof nul - 1,
	    &err), -1);
	assert_string_equal(err.text, "F:2: a character is not printable; "
	    "allowed: printable UTF-8");
	memset(text, ' ', sizeof text);
	assert_int_equal(template_parse(&template, "F", text, sizeof text,
	    &err), -1);
	assert_string_equal(err.text,
	    "F: is too large; allowed: 65536 bytes");
	for (i = 0; i < 300; i++)
		memcpy(many + i * 6, "{{id}}", 6);
	assert_int_equal(template_parse(&template, "F", many, 1800, &err), -1);
	assert_string_equal(err.text, "F:1: more than 255 values");
}

static void
every_value_is_escaped_and_in_its_place(void **state)
{
	const struct page_values values = {
		.title = "<1>", .text = "<2>", .name = "<3>", .url = "<4>",
		.client = "<5>", .user = "<6>", .when = "<7>", .id = "<8>",
		.contact = "<9>",
	};
	struct page_set *set = NULL;
	const char *language;
	struct err err;
	char *html;
	size_t len;

	(void)state;
	put_page("en", "<p>{{title}} {{text}} {{name}} {{url}} {{client}} "
		       "{{user}} {{when}} {{id}} {{contact}} {{id}}</p>\n");
	assert_int_equal(page_set_load(&set, folder, &err), 0);
	assert_int_equal(page_render(set, NULL, &values, &html, &len,
	    &language), 0);
	assert_string_equal(html, "<p>&lt;1&gt; &lt;2&gt; &lt;3&gt; &lt;4&gt; "
	    "&lt;5&gt; &lt;6&gt; &lt;7&gt; &lt;8&gt; &lt;9&gt; "
	    "&lt;8&gt;</p>\n");
	assert_int_equal(len, strlen(html));
	assert_string_equal(language, "en");
	free(html);
	page_set_free(&set);
	assert_null(set);
	page_set_free(&set);
}

static void
page_comes_in_the_language_of_the_reader(void **state)
{
	const struct page_values none = { 0 };
	struct page_set *set;
	const char *language;
	struct err err;
	char *html;
	size_t len;

	(void)state;
	put_page("en", "english" MOST "{{id}}");
	put_page("de", "deutsch" MOST "{{id}}");
	put_folder(".git");
	assert_int_equal(page_set_load(&set, folder, &err), 0);
	assert_int_equal(page_render(set, "de-AT,en;q=0.3", &none, &html, &len,
	    &language), 0);
	assert_string_equal(html, "deutsch---------");
	assert_string_equal(language, "de");
	free(html);
	page_set_free(&set);
}

static void
folder_without_good_templates_is_refused(void **state)
{
	struct page_set *set = NULL;
	char want[256];
	struct err err;

	(void)state;
	assert_int_equal(page_set_load(&set, "/nowhere", &err), -1);
	assert_string_equal(err.text, "/nowhere: No such file or directory");
	put_page("de", MOST "{{id}}");
	assert_int_equal(page_set_load(&set, folder, &err), -1);
	snprintf(want, sizeof want, "%s/en/blocked.html: is missing", folder);
	assert_string_equal(err.text, want);
	put_folder("en");
	assert_int_equal(page_set_load(&set, folder, &err), -1);
	snprintf(want, sizeof want,
	    "%s/en/blocked.html: No such file or directory", folder);
	assert_string_equal(err.text, want);
	put_folder("BAD");
	assert_int_equal(page_set_load(&set, folder, &err), -1);
	assert_null(set);
}

static void
our_own_page_needs_nothing_that_its_policy_forbids(void **state)
{
	static const char *const forbidden[] = { "<script", "<style", "style=",
		"src=", "href=", "<form", "<iframe", "onload", "http-equiv",
		"javascript:" };
	const struct page_values none = { 0 };
	struct page_set *set;
	const char *language;
	char path[512], *html;
	struct err err;
	size_t len, i;

	(void)state;
	snprintf(path, sizeof path, "%s/etc/templates", getenv("srcdir"));
	if (page_set_load(&set, path, &err) == -1)
		fail_msg("%s", err.text);
	assert_int_equal(page_render(set, "en", &none, &html, &len, &language),
	    0);
	for (i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
		assert_null(strcasestr(html, forbidden[i]));
	assert_non_null(strstr(html, "<html lang=\"en\">"));
	assert_non_null(strstr(html, "<title>-</title>"));
	assert_null(strstr(html, "{{"));
	free(html);
	page_set_free(&set);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_from_outside_is_harmless_in_a_page),
		cmocka_unit_test(long_value_is_cut),
		cmocka_unit_test(
		    reader_gets_the_language_with_the_highest_weight),
		cmocka_unit_test(only_lower_case_tags_are_languages),
		cmocka_unit_test(bad_template_is_refused_with_file_and_line),
		cmocka_unit_test(
		    template_with_a_nul_byte_or_too_much_is_refused),
		TEST(every_value_is_escaped_and_in_its_place),
		TEST(page_comes_in_the_language_of_the_reader),
		TEST(folder_without_good_templates_is_refused),
		cmocka_unit_test(
		    our_own_page_needs_nothing_that_its_policy_forbids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
