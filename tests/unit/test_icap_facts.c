/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "icap/facts.h"
#include "icap/headers.h"
#include "policy/policy.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static char long_name[600], long_token[4096];

static const struct { const char *line, *method, *url, *shown; } lines[] = {
	{ "GET http://h/a?b=c HTTP/1.1", "GET", "http://h/a?b=c", NULL },
	{ "POST / HTTP/1.0", "POST", "/", NULL },
	{ "CONNECT h:443 HTTP/1.1", "CONNECT", "h:443", NULL },
	{ "GET http://h/with space HTTP/1.1", "GET", "http://h/with space",
	    NULL },
	{ "GET http://h/x", "GET", "http://h/x", NULL },
	{ "PUT /a\x01\r\n\tb HTTP/1.1", "PUT", "/a\x01\r\n\tb", "/ab" },
	{ "GET", "GET", NULL, "-" },
	{ "GET  HTTP/1.1", "GET", "HTTP/1.1", NULL },
	{ "HTTP/1.1 200 OK", "-", NULL, "-" },
	{ "", "-", NULL, "-" },
	{ " GET / HTTP/1.1", "-", NULL, "-" },
	{ "G\x02T / HTTP/1.1", "-", NULL, "-" },
	{ "AMETHODTHATISMUCHTOOLONGFORUS / HTTP/1.1", "-", NULL, "-" },
	{ NULL, "-", NULL, "-" },
};

static void
a_request_line_gives_method_and_the_whole_url(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		const char *shown = lines[i].shown != NULL ? lines[i].shown :
		    lines[i].url;
		struct origin origin = { .url = NULL };

		assert_int_equal(origin_line(&origin, lines[i].line, NULL), 0);
		assert_string_equal(origin.method, lines[i].method);
		if (lines[i].url == NULL)
			assert_null(origin.url);
		else
			assert_string_equal(origin.url, lines[i].url);
		assert_string_equal(origin.shown_url, shown);
		origin_free(&origin);
		assert_null(origin.url);
	}
}

static void
an_endless_url_is_kept_whole_and_shown_cut(void **state)
{
	static char line[100000];
	struct origin origin = { .url = NULL };

	(void)state;
	memset(line, 'u', sizeof line - 1);
	memcpy(line, "GET ", 4);
	assert_int_equal(origin_line(&origin, line, NULL), 0);
	assert_int_equal(strlen(origin.url), sizeof line - 1 - 4);
	assert_int_equal(strlen(origin.shown_url), 2 * FACT_MAX - 1);
	origin_free(&origin);
}

static const struct { const char *header, *peer, *want; } clients[] = {
	{ "10.0.0.7", "127.0.0.1", "10.0.0.7" },
	{ " 10.0.0.7 ", "127.0.0.1", "10.0.0.7" },
	{ "2001:db8::1", "127.0.0.1", "2001:db8::1" },
	{ "", "127.0.0.1", "127.0.0.1" },
	{ NULL, "127.0.0.1", "127.0.0.1" },
	{ "10.0.0.7, 10.0.0.8", "127.0.0.1", "127.0.0.1" },
	{ "evil\nclient=1", "127.0.0.1", "127.0.0.1" },
	{ NULL, NULL, "-" },
};

static void
a_client_is_an_address_or_the_peer(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(clients); i++) {
		struct origin origin;

		if (!origin_client(&origin, clients[i].header))
			origin_peer(&origin, clients[i].peer);
		assert_string_equal(origin.client, clients[i].want);
	}
}

static const struct { const char *user, *client_username, *want; } users[] = {
	{ "anna", NULL, "anna" },
	{ NULL, "anna", "anna" },
	{ "", "berta", "berta" },
	{ "anna", "berta", "anna" },
	/* "Local://anna", "WinNT://DOM/anna", "LDAP://s/cn=a" */
	{ "TG9jYWw6Ly9hbm5h", NULL, "Local://anna" },
	{ "V2luTlQ6Ly9ET00vYW5uYQ==", NULL, "WinNT://DOM/anna" },
	{ "TERBUDovL3MvY249YQ==", NULL, "LDAP://s/cn=a" },
	{ NULL, "TG9jYWw6Ly9hbm5h", "Local://anna" },
	/* base64 by its looks, but a plain name: "anna" is one */
	{ "annaanna", NULL, "annaanna" },
	/* base64 of "berta": no scheme, so it stays as it came */
	{ "YmVydGE=", NULL, "YmVydGE=" },
	/* base64 of "Local://an\nna" and of "L://\0a" */
	{ "TG9jYWw6Ly9hbgpuYQ==", NULL, "TG9jYWw6Ly9hbgpuYQ==" },
	{ "TDovLwBh", NULL, "TDovLwBh" },
	{ "TG9jYWw6Ly9hbm5h=", NULL, "TG9jYWw6Ly9hbm5h=" },
	{ "TG9jYWw6Ly9hbm5", NULL, "TG9jYWw6Ly9hbm5" },
	{ "====", NULL, "====" },
	{ "an\r\nna\x7f", NULL, "anna" },
	{ "  anna  ", NULL, "anna" },
	{ "J\xc3\xb6rg", NULL, "J\xc3\xb6rg" },
	{ NULL, NULL, "" },
};

static void
a_user_is_plain_or_decoded_and_clean(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(users); i++) {
		struct origin origin;

		origin_user(&origin, users[i].user, users[i].client_username);
		assert_string_equal(origin.user, users[i].want);
	}
}

static void
a_long_user_is_cut(void **state)
{
	struct origin origin;

	(void)state;
	memset(long_name, 'A', sizeof long_name - 1);
	origin_user(&origin, long_name, NULL);
	assert_int_equal(strlen(origin.user), FACT_MAX - 1);
}

static const struct { const char *value; uint64_t want; } lengths[] = {
	{ "0", 0 }, { "65536", 65536 }, { " 7 ", 7 }, { "-1", 0 },
	{ "7x", 0 }, { "", 0 }, { NULL, 0 }, { "0x10", 0 },
	{ "99999999999999999999999", 0 },
};

static void
a_length_that_is_no_number_is_not_known(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lengths); i++)
		assert_int_equal(fact_length(lengths[i].value),
		    lengths[i].want);
}

static const struct {
	const char *line, *type;
	bool want;
} answers[] = {
	{ "HTTP/1.1 206 Partial Content", "", true },
	{ "HTTP/1.0  206", "", true },
	{ "HTTP/1.1 200 OK", "text/plain", false },
	{ "HTTP/1.1 2060", "", false },
	{ "HTTP/1.1 200 206", "", false },
	{ "206", "", false },
	{ NULL, "multipart/mixed", false },
	{ NULL, "multipart/byterange", false },
	{ "HTTP/1.1 200 OK", "Multipart/BYTERANGES; boundary=x", true },
	{ NULL, "text/plain, multipart/byteranges", true },
};

static void
a_byte_range_is_known_by_its_status_or_its_type(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(answers); i++)
		if (fact_is_partial(answers[i].line, answers[i].type,
		    strlen(answers[i].type)) != answers[i].want)
			fail_msg("%s", answers[i].type);
	assert_false(fact_is_partial(NULL, NULL, 0));
}

static void
what_is_fetched_is_not_asked_for_as_something_else(void **state)
{
	static const char *const others[] = { "", "script", "document",
		"iframe", "Empty", "empty, script", "empty " };
	size_t i;

	(void)state;
	assert_true(fact_is_fetched(NULL));
	assert_true(fact_is_fetched("empty"));
	for (i = 0; i < COUNT(others); i++)
		assert_false(fact_is_fetched(others[i]));
}

static void
only_the_whole_token_is_equal_and_an_empty_one_never(void **state)
{
	const char *token = "0123456789abcdef0123456789abcdef";

	(void)state;
	memset(long_token, '0', sizeof long_token - 1);
	assert_true(fact_token_equal(token, token));
	assert_false(fact_token_equal(token + 1, token));
	assert_false(fact_token_equal("0123456789abcdef0123456789abcdeF",
	    token));
	assert_false(fact_token_equal("", token));
	assert_false(fact_token_equal(NULL, token));
	assert_false(fact_token_equal(long_token, token));
	assert_false(fact_token_equal("", ""));
}

static const char *
line_of(const struct header_list *list, const char *prefix)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (strncmp(list->line[i], prefix, strlen(prefix)) == 0)
			return list->line[i];
	return NULL;
}

static void
infection_headers_have_the_exact_form_and_order(void **state)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED,
	    .name = "Eicar-Test-1" };
	struct header_list list;

	(void)state;
	headers_icap(&list, &verdict);
	assert_int_equal(list.count, 5);
	assert_string_equal(list.line[0], "X-Infection-Found: Type=0; "
	    "Resolution=2; Threat=Eicar-Test-1;");
	assert_string_equal(list.line[1], "X-Virus-ID: Eicar-Test-1");
	assert_string_equal(list.line[2], "X-Violations-Found: 1\r\n\t-\r\n\t"
	    "Eicar-Test-1\r\n\t0\r\n\t0");
	assert_string_equal(list.line[3], "X-Response-Info: Blocked");
	assert_string_equal(list.line[4],
	    "X-Response-Desc: A virus was found");
}

static void
error_of_icap_has_a_code_and_no_finding(void **state)
{
	struct verdict verdict = { .outcome = OUTCOME_ENCRYPTED,
	    .name = "Encrypted.Member" };
	struct header_list list;
	int outcome;

	(void)state;
	headers_error(&list, &verdict);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.line[0], "X-Error-Code: password_protected");
	assert_string_equal(list.line[1], "X-Response-Info: Blocked");
	verdict.outcome = OUTCOME_TIMEOUT;
	headers_error(&list, &verdict);
	assert_string_equal(list.line[0], "X-Error-Code: timeout");
	for (outcome = -1; outcome <= OUTCOME_COUNT; outcome++) {
		verdict.outcome = (enum outcome)outcome;
		headers_error(&list, &verdict);
		assert_true(strlen(list.line[0]) > strlen("X-Error-Code: "));
		assert_null(strstr(list.line[2], "\n"));
	}
}

static void
no_outcome_gives_an_empty_or_unsafe_threat(void **state)
{
	int outcome;

	(void)state;
	for (outcome = 0; outcome <= OUTCOME_COUNT; outcome++) {
		struct verdict verdict = { .outcome = (enum outcome)outcome };
		const char *threat = verdict_threat(&verdict);

		assert_true(verdict_name_valid(threat, strlen(threat)));
		assert_true(strlen(threat) > 0);
	}
}

static void
what_could_not_be_checked_has_type_2(void **state)
{
	struct verdict verdict = { .outcome = OUTCOME_TIMEOUT };
	struct header_list list;

	(void)state;
	headers_icap(&list, &verdict);
	assert_string_equal(list.line[0], "X-Infection-Found: Type=2; "
	    "Resolution=2; Threat=Not.Checked.Timeout;");
}

static void
the_longest_name_fits_into_every_header(void **state)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED };
	struct header_list list;

	(void)state;
	memset(verdict.name, 'N', NAME_MAX_LEN);
	headers_icap(&list, &verdict);
	assert_non_null(strstr(list.line[0], verdict.name));
	assert_non_null(strstr(list.line[2], verdict.name));
}

static const char *const page_lines[] = {
	"HTTP/1.1 403 Forbidden",
	"Date: Thu, 01 Jan 1970 00:00:00 GMT",
	"Content-Type: text/html; charset=utf-8",
	"Content-Length: 1234",
	"Content-Language: de",
	"Cache-Control: no-store",
	"Content-Security-Policy: default-src 'none'",
	"X-Content-Type-Options: nosniff",
	"X-Frame-Options: DENY",
	"Referrer-Policy: no-referrer",
	"X-Infection-Found: Type=0; Resolution=2; Threat=Eicar-Test-1;",
	"X-Virus-ID: Eicar-Test-1",
};

static void
a_page_forbids_everything_and_is_not_stored(void **state)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED,
	    .name = "Eicar-Test-1" };
	struct header_list list;
	size_t i;

	(void)state;
	headers_page(&list, &verdict, 1234, "de", 0);
	assert_string_equal(list.line[0], page_lines[0]);
	assert_int_equal(list.count, COUNT(page_lines));
	for (i = 0; i < COUNT(page_lines); i++)
		assert_non_null(line_of(&list, page_lines[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_line_gives_method_and_the_whole_url),
		cmocka_unit_test(an_endless_url_is_kept_whole_and_shown_cut),
		cmocka_unit_test(a_client_is_an_address_or_the_peer),
		cmocka_unit_test(a_user_is_plain_or_decoded_and_clean),
		cmocka_unit_test(a_long_user_is_cut),
		cmocka_unit_test(a_length_that_is_no_number_is_not_known),
		cmocka_unit_test(
		    a_byte_range_is_known_by_its_status_or_its_type),
		cmocka_unit_test(
		    what_is_fetched_is_not_asked_for_as_something_else),
		cmocka_unit_test(
		    only_the_whole_token_is_equal_and_an_empty_one_never),
		cmocka_unit_test(
		    infection_headers_have_the_exact_form_and_order),
		cmocka_unit_test(error_of_icap_has_a_code_and_no_finding),
		cmocka_unit_test(no_outcome_gives_an_empty_or_unsafe_threat),
		cmocka_unit_test(what_could_not_be_checked_has_type_2),
		cmocka_unit_test(the_longest_name_fits_into_every_header),
		cmocka_unit_test(a_page_forbids_everything_and_is_not_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
