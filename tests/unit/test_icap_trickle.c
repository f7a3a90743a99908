/* SPDX-License-Identifier: GPL-2.0-only */
#include "request_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "icap/trickle.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define K 1024ull
#define G (1024 * 1024 * K)

static const struct settings defaults = {
	.trickle_types = GROUP_BIT(GROUP_MEDIA),
	.trickle_delay = 1,
	.trickle_rate = 4 * K,
	.trickle_share = 10,
	.trickle_hold = 64 * K,
};

static const struct {
	const char *name;
	struct trickle_view view;	/* may, letting, end, received,
					 * declared, age */
	bool can;
	uint64_t want;
} cases[] = {
	{ "before the delay", { 1, 0, 0, 10000000, 0, 999 }, 1, 0 },
	{ "one byte at once", { 1, 0, 0, 10000000, 0, 1000 }, 1, 1 },
	{ "not yet more", { 1, 0, 0, 10000000, 0, 1249 }, 1, 1 },
	{ "the first tick", { 1, 0, 0, 10000000, 0, 1250 }, 1, 1025 },
	{ "a second", { 1, 0, 0, 10000000, 0, 2000 }, 1, 4097 },
	{ "no more than its share", { 1, 0, 0, 1000000, 0, 600000 }, 1,
	    100000 },
	{ "the share of odd bytes", { 1, 0, 0, 100019, 0, 600000 }, 1, 10001 },
	{ "never the last ones", { 1, 0, 0, 64 * K + 5, 0, 600000 }, 1, 5 },
	{ "none but the last ones", { 1, 0, 0, 64 * K, 0, 600000 }, 0, 0 },
	{ "a head and a byte", { 1, 0, 0, 100, 64 * K + 1, 600000 }, 1, 1 },
	{ "a byte is too much", { 1, 0, 0, 9, 64 * K + 1, 600000 }, 1, 0 },
	{ "as long as is held back", { 1, 0, 0, 100, 64 * K, 600000 }, 0, 0 },
	{ "a length that lied", { 1, 0, 1, 100, 10 * G, 600000 }, 0, 0 },
	{ "at the end", { 1, 1, 1, 1000000, 1000000, 1000 }, 1, 2 },
	{ "5 GB", { 1, 0, 0, 5 * G, 0, 86400000 }, 1, 353890305 },
	{ "all that a number holds", { 1, 1, 1, UINT64_MAX, 0, 1000 }, 1,
	    UINT64_MAX / 1000000 + 1 },
	{ "another kind", { 0, 0, 0, 10000000, 0, 600000 }, 0, 0 },
	{ "another kind drips", { 0, 1, 0, 10000000, 0, 10 }, 0, 10 },
	{ "what trickles drips, too", { 1, 1, 0, 60000000, 0, 1000 }, 1, 61 },
	{ "a drip before the delay", { 1, 1, 0, 3000000, 0, 300 }, 1, 3 },
};

static void
so_much_may_be_out_and_no_more(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		uint64_t got = trickle_allowance(&defaults, &cases[i].view);

		if (got != cases[i].want)
			fail_msg("%s: %llu", cases[i].name,
			    (unsigned long long)got);
		if (trickle_can(&defaults, &cases[i].view) != cases[i].can)
			fail_msg("%s: can", cases[i].name);
	}
}

/* Over all that a body may do: what is out is never too much later. */
static void
it_never_shrinks_and_keeps_its_bounds(void **state)
{
	struct trickle_view view = { .may = true };
	uint64_t last = 0, step = 1;

	(void)state;
	for (; view.received < 200 * MB; view.received += step) {
		uint64_t most = trickle_allowance(&defaults, &view);

		view.age_ms += 7;
		step = (step * 31 + 11) % 65536;
		assert_true(most >= last);
		assert_true(most <= view.received / 10);
		assert_true(most == 0 ||
		    most <= view.received - defaults.trickle_hold);
		assert_true(most <= 1 + (uint64_t)view.age_ms * 4096 / 1000);
		last = most;
	}
	assert_true(last > 0);
}

/* A fast origin's body comes between two ticks: Squid stalls without a byte for
 * each MB, and then nobody is called for the next tick. */
static void
each_megabyte_lets_a_byte_out_at_any_time(void **state)
{
	struct trickle_view view = {
		.may = true, .is_letting = true, .received = 4 * MB,
		.age_ms = 1300,
	};
	uint64_t before = trickle_allowance(&defaults, &view);

	(void)state;
	for (; view.received < 100 * MB; view.received += MB) {
		uint64_t most = trickle_allowance(&defaults, &view);

		assert_true(most >= before);
		before = most + 1;
	}
}

static const struct {
	const char *line, *type, *disposition;
	bool may;
} told[] = {
	{ "GET http://h/a.mp4 HTTP/1.1", "video/mp4", NULL, true },
	{ "GET http://h/a HTTP/1.1", "audio/mpeg; x=y", NULL, true },
	{ "GET http://h/a.mp4 HTTP/1.1", NULL, NULL, false },
	{ "GET http://h/a.mp4 HTTP/1.1", "application/octet-stream", NULL,
	    false },
	{ "GET http://h/a.mp4 HTTP/1.1", "application/x-msdownload", NULL,
	    false },
	{ "GET http://h/a.exe HTTP/1.1", "video/mp4", NULL, false },
	{ "GET http://h/a.zip HTTP/1.1", "video/mp4", NULL, false },
	{ "GET http://h/a.mp4 HTTP/1.1", "video/mp4",
	    "attachment; filename=a.exe", false },
	{ "GET http://h/a.exe HTTP/1.1", "video/mp4",
	    "attachment; filename=a.mp4", false },
	{ "GET http://h/a.mp4 HTTP/1.1", "video/mp4, text/html", NULL, false },
	{ "GET http://h/a.pdf.mp4 HTTP/1.1", "video/mp4", NULL, true },
	{ "GET http://h/a%E2%80%AE.mp4 HTTP/1.1", "video/mp4", NULL, false },
};

static struct request *
download(const char *line, const char *type, const char *disposition)
{
	struct request *request = new_request(line, 1);
	static struct subject nobody;

	if (type != NULL) {
		request->packing.type.at = strdup(type);
		request->packing.type.len = strlen(type);
		request->declared = type_group_declared(type, strlen(type));
	}
	request->names = names_look(request->origin.url, disposition);
	request_choose(request, &nobody);
	return request;
}

static void
trickle_as_delivered(void)
{
	module.settings.trickle_types = defaults.trickle_types;
	module.settings.trickle_delay = defaults.trickle_delay;
	module.settings.trickle_rate = defaults.trickle_rate;
	module.settings.trickle_share = defaults.trickle_share;
	module.settings.trickle_hold = defaults.trickle_hold;
}

static void
type_and_all_names_must_say_media(void **state)
{
	size_t i;

	(void)state;
	trickle_as_delivered();
	for (i = 0; i < COUNT(told); i++) {
		struct request *request = download(told[i].line, told[i].type,
		    told[i].disposition);

		request_consider(request);
		if (request->may_trickle != told[i].may)
			fail_msg("%s %s", told[i].line, told[i].type);
		request_free(&request);
	}
}

static bool
may(void (*change)(struct request *))
{
	struct request *request = download("GET http://h/a.mp4 HTTP/1.1",
	    "video/mp4", NULL);
	bool may;

	change(request);
	request_consider(request);
	may = request->may_trickle;
	request_free(&request);
	return may;
}

static void
nothing(struct request *request)
{
	(void)request;
}

static void
upload(struct request *request)
{
	request->is_upload = true;
}

static void
watched(struct request *request)
{
	request->policy.mode = POLICY_WATCH;
}

static void
with_500(struct request *request)
{
	request->policy.unchecked = UNCHECKED_500;
}

static void
allowed(struct request *request)
{
	request->allowed = "host";
}

static void
selfcheck(struct request *request)
{
	request->is_selfcheck = true;
}

static void
what_needs_another_head_or_goes_up_does_not_trickle(void **state)
{
	(void)state;
	trickle_as_delivered();
	assert_true(may(nothing));
	assert_false(may(upload));
	assert_false(may(watched));
	assert_false(may(with_500));
	assert_false(may(allowed));
	assert_false(may(selfcheck));
	module.settings.trickle_types = 0;
	assert_false(may(nothing));
}

/* All of it has come; a worker takes a third of a second. */
static struct request *
slow_scan(size_t len, bool infected)
{
	static const enum fake_act act = FAKE_SLOW_BY_BODY;
	struct request *request;

	fake_worker_stop(&fake);
	fake = fake_worker_start(folder, &act, 1);
	request = download("GET http://h/a.mp4 HTTP/1.1", "video/mp4", NULL);
	request_consider(request);
	if (infected)
		add_mark(request);
	add_zeros(request, len);
	assert_int_equal(request_judge(request, -1), 0);
	return request;
}

static void
bytes_go_out_while_a_worker_looks_and_the_rest_after_it(void **state)
{
	struct request *request;
	bool end;

	(void)state;
	trickle_as_delivered();
	module.settings.trickle_delay = 0;
	request = slow_scan(2 * MB, false);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	request->is_begun = true;
	assert_int_equal(request_await(request), 0);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	assert_in_range(give_all(request, true, &end), 1, 2049);
	assert_false(end);
	while (request->phase == PHASE_ARRIVING) {
		assert_int_equal(request_await(request), 0);
		give_all(request, true, &end);
	}
	give_all(request, true, &end);
	assert_true(end);
	assert_int_equal(request->given, 2 * MB);
	request_free(&request);
	assert_int_equal(outcome_count(OUTCOME_CLEAN), 1);
	assert_int_equal(metric(METRIC_TRICKLED), 1);
	assert_int_equal(metric(METRIC_CUTS), 0);
}

static void
what_is_found_after_some_bytes_cuts_the_answer(void **state)
{
	struct request *request;
	uint64_t out;
	bool end;

	(void)state;
	trickle_as_delivered();
	module.settings.trickle_delay = 0;
	request = slow_scan(2 * MB, true);
	request->is_begun = true;
	assert_int_equal(request_await(request), 0);
	out = give_all(request, true, &end);
	while (request->phase == PHASE_ARRIVING) {
		assert_int_equal(request_await(request), 0);
		if (request->phase == PHASE_ARRIVING)
			out += give_all(request, true, &end);
	}
	assert_int_equal(request->phase, PHASE_CUT);
	assert_true(out > 0 && out <= 2 * MB / 10);
	assert_int_equal(request->given, out);
	request_free(&request);
	assert_int_equal(metric(METRIC_CUTS), 1);
	request = download("GET http://h/a.mp4 HTTP/1.1", NULL, NULL);
	request_consider(request);
	assert_int_equal(request->phase, PHASE_PAGE);
	request_free(&request);
	assert_int_equal(metric(METRIC_REMEMBERED), 1);
}

static void
what_is_found_within_the_delay_gets_its_page(void **state)
{
	struct request *request;

	(void)state;
	trickle_as_delivered();
	module.settings.trickle_delay = 60;
	request = slow_scan(2 * MB, true);
	assert_int_equal(request->phase, PHASE_PAGE);
	assert_int_equal(request->given, 0);
	request_free(&request);
	assert_int_equal(metric(METRIC_TRICKLED), 0);
	assert_int_equal(metric(METRIC_CUTS), 0);
}

static void
what_is_held_back_whole_waits_for_its_verdict(void **state)
{
	struct request *request;

	(void)state;
	trickle_as_delivered();
	module.settings.trickle_delay = 0;
	request = slow_scan(64 * K, false);
	assert_null(request->beside);
	assert_int_equal(request->phase, PHASE_PASS);
	request_free(&request);
	assert_int_equal(metric(METRIC_TRICKLED), 0);
}

static void
who_leaves_meanwhile_is_counted_as_gone(void **state)
{
	struct request *request;

	(void)state;
	trickle_as_delivered();
	module.settings.trickle_delay = 0;
	request = slow_scan(2 * MB, true);
	assert_non_null(request->beside);
	request_free(&request);
	assert_int_equal(metric(METRIC_CLIENTS_GONE), 1);
	assert_int_equal(metric(METRIC_REQUESTS), 0);
}

static void
while_it_arrives_it_begins_once_by_time_and_size(void **state)
{
	struct request *request;
	int64_t begun;

	(void)state;
	trickle_as_delivered();
	request = download("GET http://h/a.mp4 HTTP/1.1", "video/mp4", NULL);
	request_consider(request);
	begun = request->started;
	add_zeros(request, MB);
	assert_false(trickle_begins(request, begun + 999));
	assert_true(trickle_begins(request, begun + 1000));
	assert_true(trickle_begins(request, begun + 2000));
	request_free(&request);
	assert_int_equal(metric(METRIC_TRICKLED), 1);
	request = download("GET http://h/a.mp4 HTTP/1.1", "video/mp4", NULL);
	request_consider(request);
	add_zeros(request, 64 * K);
	assert_false(trickle_begins(request, begun + 600000));
	request_free(&request);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_much_may_be_out_and_no_more),
		cmocka_unit_test(it_never_shrinks_and_keeps_its_bounds),
		cmocka_unit_test(each_megabyte_lets_a_byte_out_at_any_time),
		TEST(type_and_all_names_must_say_media),
		TEST(what_needs_another_head_or_goes_up_does_not_trickle),
		TEST(bytes_go_out_while_a_worker_looks_and_the_rest_after_it),
		TEST(what_is_found_after_some_bytes_cuts_the_answer),
		TEST(what_is_found_within_the_delay_gets_its_page),
		TEST(what_is_held_back_whole_waits_for_its_verdict),
		TEST(who_leaves_meanwhile_is_counted_as_gone),
		TEST(while_it_arrives_it_begins_once_by_time_and_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
