/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/rules.h"

static const struct {
	const char *url, *header, *want;
} hosts[] = {
	{ "http://Example.ORG/a?b", NULL, "example.org" },
	{ "http://example.org", NULL, "example.org" },
	{ "https://example.org.:8443/", "other.test", "example.org" },
	{ "http://user:pass@example.org/", NULL, "example.org" },
	{ "http://good.test@evil.test/", NULL, "evil.test" },
	{ "http://a@good.test@evil.test/", NULL, "evil.test" },
	{ "http://evil.test/@good.test", NULL, "evil.test" },
	{ "http://evil.test?@good.test", NULL, "evil.test" },
	{ "http://evil.test#@good.test", NULL, "evil.test" },
	{ "http://evil.test\\@good.test", NULL, "evil.test" },
	{ "http://[2001:DB8::1]:80/", NULL, "2001:db8::1" },
	{ "http://[2001:db8::1", NULL, "" },
	{ "ftp://192.0.2.7/x", NULL, "192.0.2.7" },
	{ "example.org:443", NULL, "example.org" },
	{ "/path", " Example.org:80", "example.org" },
	{ "/path", NULL, "" },
	{ "*", "example.org", "example.org" },
	{ NULL, NULL, "" },
	{ "", "", "" },
	{ "http:///path", "example.org", "" },
	{ "http://b\xc3\xbc" "cher.test/", NULL, "" },
	{ "http://a%2eexample.org/", NULL, "" },
	{ "http://a b/", NULL, "a" },
};

static void
host_is_that_which_a_client_goes_to(void **state)
{
	struct subject subject;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		subject_host(&subject, hosts[i].url, hosts[i].header);
		assert_string_equal(subject.host, hosts[i].want);
	}
}

static void
url_is_what_a_request_line_has_of_a_host(void **state)
{
	(void)state;
	assert_true(subject_is_url("http://example.org/"));
	assert_true(subject_is_url("https://user@[2001:db8::1]:8443"));
	assert_true(subject_is_url("example.org:443"));
	assert_false(subject_is_url("nonsense"));
	assert_false(subject_is_url("example.org/path"));
	assert_false(subject_is_url("example.org:"));
	assert_false(subject_is_url("example.org:https"));
	assert_false(subject_is_url("http:///path"));
	assert_false(subject_is_url("http://a%2eexample.org/"));
	assert_false(subject_is_url("/path"));
	assert_false(subject_is_url(":443"));
	assert_false(subject_is_url(""));
}

static void
host_longer_than_any_is_none(void **state)
{
	char url[600] = "http://";
	struct subject subject;

	(void)state;
	memset(url + 7, 'a', 300);
	subject_host(&subject, url, NULL);
	assert_string_equal(subject.host, "");
	url[7 + 255] = '\0';
	subject_host(&subject, url, NULL);
	assert_int_equal(strlen(subject.host), 255);
}

static const struct {
	const char *given, *want;
} types[] = {
	{ "Text/HTML; charset=utf-8", "text/html" },
	{ " image/png ", "image/png" },
	{ "text/html, application/zip", "" },
	{ "text", "" }, { "text/", "" }, { "/html", "" }, { "", "" },
	{ "text/h tml", "" }, { "a/b/c", "" },
	{ "application/vnd.ms-excel", "application/vnd.ms-excel" },
};

static void
type_is_one_or_none(void **state)
{
	struct subject subject;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof types / sizeof *types; i++) {
		subject_type(&subject, types[i].given, strlen(types[i].given));
		assert_string_equal(subject.type, types[i].want);
	}
	subject_type(&subject, NULL, 0);
	assert_string_equal(subject.type, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_is_that_which_a_client_goes_to),
		cmocka_unit_test(url_is_what_a_request_line_has_of_a_host),
		cmocka_unit_test(host_longer_than_any_is_none),
		cmocka_unit_test(type_is_one_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
