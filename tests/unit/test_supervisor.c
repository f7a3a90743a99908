/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/address.h"
#include "supervisor/answer.h"
#include "supervisor/brake.h"
#include "supervisor/icap_conf.h"
#include "supervisor/icap_log.h"
#include "supervisor/selfcheck.h"
#include "supervisor/throttle.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void
a_child_that_worked_is_back_at_once(void **state)
{
	struct throttle throttle = { .failures = 9 };

	(void)state;
	assert_int_equal(throttle_after(&throttle, 1), 0);
	assert_int_equal(throttle_after(&throttle, 0), 1000);
}

static void
early_deaths_wait_longer_each_time_up_to_thirty_seconds(void **state)
{
	static const int want[] = { 1, 2, 4, 8, 16, 30, 30, 30 };
	struct throttle throttle = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(want); i++)
		assert_int_equal(throttle_after(&throttle, 0), want[i] * 1000);
}

static void
renewals_in_a_row_come_ever_later_up_to_an_hour(void **state)
{
	static const int minutes[] = { 1, 2, 4, 8, 16, 32, 60, 60 };
	struct brake brake = { 0 };
	int64_t now = 1000;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(minutes); i++) {
		assert_int_equal(brake_take(&brake, now), 0);
		assert_int_equal(brake_take(&brake, now),
		    minutes[i] * 60000);
		now += minutes[i] * 60000;
		assert_int_equal(brake_take(&brake, now - 1), 1);
	}
	now += 3 * 3600000;
	assert_int_equal(brake_take(&brake, now), 0);
	assert_int_equal(brake_take(&brake, now), 60000);
}

static void
only_an_ipv4_address_with_a_port_is_listened_to(void **state)
{
	static const char *const bad[] = {
		"", "1344", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0",
		"127.0.0.1:65536", "127.0.0.1:+1", "127.0.0.1: 1",
		"localhost:1",
		"127.0.0.1:1344\nUser root", "127.0.0.1:13 44", "[::1]:1344",
		"127.0.0.1\nUser root:1344", "::1:1344", "1.2.3:1",
		"127.0.0.1:000001",
	};
	struct sockaddr_in address;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		if (address_parse_listen(bad[i], &address, &err) == 0)
			fail_msg("\"%s\" was taken", bad[i]);
	assert_int_equal(address_parse_listen("10.1.2.3:1344", &address, &err),
	    0);
	assert_int_equal(ntohs(address.sin_port), 1344);
	assert_string_equal(inet_ntoa(address.sin_addr), "10.1.2.3");
}

static void
ipv6_is_refused_with_the_reason(void **state)
{
	struct sockaddr_in address;
	struct err err;

	(void)state;
	address_parse_listen("[::1]:1344", &address, &err);
	assert_non_null(strstr(err.text, "no IPv6"));
}

static void
the_wildcard_is_reached_through_loopback(void **state)
{
	struct sockaddr_in address, self;
	struct err err;

	(void)state;
	address_parse_listen("0.0.0.0:1344", &address, &err);
	self = address_of_self(&address);
	assert_string_equal(inet_ntoa(self.sin_addr), "127.0.0.1");
	assert_int_equal(ntohs(self.sin_port), 1344);
}

static void
clients_are_addresses_and_networks_or_refused(void **state)
{
	static const struct {
		const char *text;
		int kind;
		const char *mask;
	} cases[] = {
		{ "10.0.0.0/8", 0, "255.0.0.0" },
		{ "10.0.0.0/0", 0, "0.0.0.0" },
		{ "10.0.0.1", 0, "255.255.255.255" },
		{ "10.0.0.0/255.255.0.0", 0, "255.255.0.0" },
		{ "::1", 1, NULL },
		{ "fd00::/8", 1, NULL },
		{ "10.0.0.0/33", -1, NULL },
		{ "10.0.0.0/-1", -1, NULL },
		{ "10.0.0.0/", -1, NULL },
		{ "10.0.0", -1, NULL },
		{ "all", -1, NULL },
		{ "", -1, NULL },
		{ "10.0.0.1 0.0.0.0/0", -1, NULL },
		{ "10.0.0.1\nicap_access allow all", -1, NULL },
	};
	struct network network;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		if (address_parse_client(cases[i].text, &network, &err) !=
		    cases[i].kind)
			fail_msg("\"%s\"", cases[i].text);
		if (cases[i].kind == 0)
			assert_string_equal(inet_ntoa(network.mask),
			    cases[i].mask);
	}
}

static void
threads_are_never_fewer_than_wanted(void **state)
{
	struct icap_threads threads;
	uint64_t n;

	(void)state;
	for (n = 0; n <= 4096; n++) {
		threads = icap_threads_of(n);
		assert_true(threads.children >= 2);
		assert_true(threads.per_child >= 1 && threads.per_child <= 128);
		assert_true(threads.children * threads.per_child >= n);
		assert_true(threads.children * threads.per_child <
		    n + threads.children + 1);
	}
}

static struct settings *
some_settings(void)
{
	static struct settings settings;

	memset(&settings, 0, sizeof(settings));
	strcpy(settings.icap_listen, "127.0.0.1:1344");
	strcpy(settings.icap_module, "/usr/lib/srv_glassgate.so");
	settings.icap_threads = 128;
	settings.icap_timeout = 60;
	settings.icap_keepalive = 10;
	return &settings;
}

/* The configuration as text, to free(); NULL and a reason. */
static char *
conf_of(const struct settings *settings, const char *runtime, struct err *err)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int failed = icap_conf_print(out, settings, runtime, err);

	fclose(out);
	if (!failed)
		return text;
	free(text);
	return NULL;
}

static void
expect_line(const char *text, const char *line)
{
	char whole[400];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	if (strstr(text, whole) == NULL)
		fail_msg("no line \"%s\" in:\n%s", line, text);
}

static void
the_configuration_says_what_was_set(void **state)
{
	struct settings *settings = some_settings();
	struct err err;
	char *text;

	(void)state;
	settings->icap_clients.count = 2;
	strcpy(settings->icap_clients.item[0], "10.0.0.0/8");
	strcpy(settings->icap_clients.item[1], "::1");
	text = conf_of(settings, "/run/glassgate", &err);
	assert_non_null(text);
	expect_line(text, "Port 127.0.0.1:1344");
	expect_line(text, "ThreadsPerChild 64");
	expect_line(text, "Service glassgate \"/usr/lib/srv_glassgate.so\"");
	expect_line(text, "glassgate.Runtime \"/run/glassgate\"");
	expect_line(text, "glassgate.Segment 3");
	expect_line(text, "ServiceAlias squid_clamav glassgate");
	expect_line(text, "ServiceAlias glassgate_events glassgate");
	expect_line(text, "ServerLog \"/run/glassgate/icap/log\"");
	expect_line(text, "acl clients src 10.0.0.0/255.0.0.0");
	assert_null(strstr(text, "::1"));
	free(text);
}

/* An access list that is empty or missing would let everybody in. */
static void
the_last_word_of_both_access_lists_is_no(void **state)
{
	struct settings *settings = some_settings();
	struct err err;
	char *text = conf_of(settings, "/run/glassgate", &err);

	(void)state;
	assert_non_null(text);
	expect_line(text, "acl all src 0.0.0.0/0.0.0.0");
	expect_line(text, "acl clients src 127.0.0.1/255.255.255.255");
	assert_non_null(strstr(text, "client_access allow clients\n"
	    "client_access deny all\n"
	    "icap_access allow clients\n"
	    "icap_access deny all\n"));
	assert_true(strstr(text, "acl all ") < strstr(text, "deny all"));
	assert_true(strstr(text, "acl clients ") <
	    strstr(text, "client_access"));
	free(text);
}

static unsigned
lines_of(const char *text)
{
	unsigned n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
hostile_settings_cannot_add_a_line(void **state)
{
	static const char *const hostile[] = {
		"\nUser root", "x\nicap_access allow all\n", "x\r\nUser root",
		"\" \nUser root", "x\"\n", "\\\"", "x\v", "\x7f",
	};
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(hostile); i++) {
		struct settings *settings = some_settings();
		char path[64];

		snprintf(path, sizeof(path), "/lib/%s", hostile[i]);
		strcpy(settings->icap_module, path);
		assert_null(conf_of(settings, "/run/x", &err));
		settings = some_settings();
		assert_null(conf_of(settings, path, &err));
		settings = some_settings();
		strcat(settings->icap_listen, hostile[i]);
		assert_null(conf_of(settings, "/run/x", &err));
		settings = some_settings();
		settings->icap_clients.count = 1;
		strcpy(settings->icap_clients.item[0], "10.0.0.1");
		strcat(settings->icap_clients.item[0], hostile[i]);
		assert_null(conf_of(settings, "/run/x", &err));
	}
}

static void
a_path_with_spaces_stays_one_argument(void **state)
{
	struct settings *settings = some_settings();
	struct err err;
	char *plain = conf_of(settings, "/run/x", &err), *spaced;

	(void)state;
	strcpy(settings->icap_module, "/my lib/{a b}/m.so");
	spaced = conf_of(settings, "/my run", &err);
	assert_non_null(spaced);
	expect_line(spaced, "Service glassgate \"/my lib/{a b}/m.so\"");
	assert_int_equal(lines_of(spaced), lines_of(plain));
	free(plain);
	free(spaced);
}

static void
a_relative_path_is_refused(void **state)
{
	struct settings *settings = some_settings();
	struct err err;

	(void)state;
	strcpy(settings->icap_module, "m.so");
	assert_null(conf_of(settings, "/run/x", &err));
	assert_non_null(strstr(err.text, "icap.module"));
}

#define HTTP_403 "Encapsulated: res-hdr=0, res-body=20\r\n\r\n" \
	"HTTP/1.1 403 Forbidden\r\n\r\n"
#define FOUND "X-Infection-Found: Type=0; Resolution=2; Threat=Eicar;\r\n"
#define UNCHECKED "X-Infection-Found: Type=2; Resolution=2; Threat=Load;\r\n"

static const struct answer_case {
	const char *text;
	int options, clean, infected;	/* 1: is right */
} answers[] = {
	{ "ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\n\r\n", 1, 0, 0 },
	{ "ICAP/1.0 204 No\r\n\r\n", 0, 1, 0 },
	{ "ICAP/1.0 403 Forbidden\r\n\r\n", 0, 0, 0 },
	{ "ICAP/1.0 500 Oops\r\n\r\n", 0, 0, 0 },
	{ "ICAP/1.0 200 OK\r\n" FOUND HTTP_403, 1, 0, 1 },
	{ "ICAP/1.0 200 OK\r\n" UNCHECKED HTTP_403, 1, 0, 0 },
	{ "ICAP/1.0 200 OK\r\n" HTTP_403, 1, 0, 0 },
	{ "ICAP/1.0 200 OK\r\n" FOUND
	    "Encapsulated: res-hdr=0, res-body=20\r\n\r\n"
	    "HTTP/1.1 200 OK\r\n\r\n", 1, 0, 0 },
	{ "ICAP/1.0 200 OK\r\n" FOUND "\r\n", 1, 0, 0 },
};

static void
the_self_check_knows_right_from_wrong(void **state)
{
	struct answer answer;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(answers); i++) {
		const struct answer_case *c = &answers[i];

		assert_true(answer_complete(c->text, strlen(c->text)));
		assert_int_equal(answer_parse(&answer, c->text,
		    strlen(c->text), &err), 0);
		assert_int_equal(selfcheck_judge_options(&answer, &err),
		    c->options - 1);
		assert_int_equal(selfcheck_judge_clean(&answer, &err),
		    c->clean - 1);
		assert_int_equal(selfcheck_judge_infected(&answer, &err),
		    c->infected - 1);
	}
}

static void
an_answer_is_not_whole_before_its_last_byte(void **state)
{
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(answers); i++)
		for (len = 0; len < strlen(answers[i].text); len++)
			assert_false(answer_complete(answers[i].text, len));
}

static void
garbage_is_no_icap_answer(void **state)
{
	static const char *const garbage[] = {
		"HTTP/1.1 200 OK\r\n\r\n", "\r\n\r\n", "ICAP/1.0 \r\n\r\n",
		"ICAP/1.0 OK\r\n\r\n", "200\r\n\r\n",
	};
	struct answer answer;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(garbage); i++)
		assert_int_equal(answer_parse(&answer, garbage[i],
		    strlen(garbage[i]), &err), -1);
}

static void
the_threat_is_named(void **state)
{
	const char *text = answers[4].text;
	struct answer answer;
	struct err err;

	(void)state;
	assert_int_equal(answer_parse(&answer, text, strlen(text), &err), 0);
	assert_string_equal(answer.threat, "Eicar");
	assert_int_equal(answer.http_status, 403);
}

static void
the_head_of_a_log_line_is_cut_off(void **state)
{
	static const char *const cases[][2] = {
		{ "Tue Nov 24 00:25:56 2026, main proc, Exiting....",
		    "Exiting...." },
		{ "Tue Nov 24 00:25:56 2026, 12406/2101, a, b", "a, b" },
		{ "no head", "no head" },
		{ "a, b", "a, b" },
		{ "", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(icap_log_message(cases[i][0]), cases[i][1]);
}

static void
what_is_not_ordinary_is_a_warning(void **state)
{
	(void)state;
	assert_int_equal(icap_log_level("Exiting...."), LOG_DEBUG);
	assert_int_equal(icap_log_level("Possibly a term signal received. "
	    "Monitor process going to term all children"), LOG_DEBUG);
	assert_int_equal(icap_log_level("An error occured in end-of-data "
	    "handler !return code : -1, req->allow204=0, req->allow206=0"),
	    LOG_DEBUG);
	assert_int_equal(icap_log_level("Request from 127.0.0.3 denied..."),
	    LOG_WARN);
	assert_int_equal(icap_log_level("Child 5 died"), LOG_WARN);
}

static void
log_lines_come_in_any_pieces_and_any_length(void **state)
{
	struct icap_log log = { 0 };
	char flood[5000];

	(void)state;
	log_setup("test", LOG_ERROR);
	memset(flood, 'x', sizeof(flood));
	assert_int_equal(icap_log_feed(&log, "Exi", 3, 0), 0);
	assert_int_equal(icap_log_feed(&log, "ting\nExiting\nE", 14, 0), 2);
	assert_int_equal(log.len, 1);
	assert_int_equal(icap_log_feed(&log, flood, sizeof(flood), 0), 0);
	assert_int_equal(log.len, ICAP_LINE_MAX);
	assert_int_equal(icap_log_feed(&log, "\n", 1, 0), 1);
	assert_int_equal(log.len, 0);
}

static void
a_flood_of_log_lines_is_dropped_and_counted(void **state)
{
	struct icap_log log = { 0 };
	int i;

	(void)state;
	log_setup("test", LOG_ERROR);
	for (i = 0; i < ICAP_LINES_MAX + 7; i++)
		icap_log_feed(&log, "x\n", 2, 500);
	assert_int_equal(log.said, ICAP_LINES_MAX);
	assert_int_equal(log.dropped, 7);
	icap_log_feed(&log, "x\n", 2, 1500);
	assert_int_equal(log.said, 1);
	assert_int_equal(log.dropped, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_that_worked_is_back_at_once),
		cmocka_unit_test(
		    early_deaths_wait_longer_each_time_up_to_thirty_seconds),
		cmocka_unit_test(
		    renewals_in_a_row_come_ever_later_up_to_an_hour),
		cmocka_unit_test(
		    only_an_ipv4_address_with_a_port_is_listened_to),
		cmocka_unit_test(ipv6_is_refused_with_the_reason),
		cmocka_unit_test(the_wildcard_is_reached_through_loopback),
		cmocka_unit_test(clients_are_addresses_and_networks_or_refused),
		cmocka_unit_test(threads_are_never_fewer_than_wanted),
		cmocka_unit_test(the_configuration_says_what_was_set),
		cmocka_unit_test(the_last_word_of_both_access_lists_is_no),
		cmocka_unit_test(hostile_settings_cannot_add_a_line),
		cmocka_unit_test(a_path_with_spaces_stays_one_argument),
		cmocka_unit_test(a_relative_path_is_refused),
		cmocka_unit_test(the_self_check_knows_right_from_wrong),
		cmocka_unit_test(an_answer_is_not_whole_before_its_last_byte),
		cmocka_unit_test(garbage_is_no_icap_answer),
		cmocka_unit_test(the_threat_is_named),
		cmocka_unit_test(the_head_of_a_log_line_is_cut_off),
		cmocka_unit_test(what_is_not_ordinary_is_a_warning),
		cmocka_unit_test(log_lines_come_in_any_pieces_and_any_length),
		cmocka_unit_test(a_flood_of_log_lines_is_dropped_and_counted),
	};

	return cmocka_run_group_tests_name("supervisor", tests, NULL, NULL);
}
