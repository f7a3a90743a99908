/* SPDX-License-Identifier: GPL-2.0-only */
#include "request_fixture.h"

#include <stdlib.h>
#include <string.h>

static void
what_has_no_body_passes_without_a_scan(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 0);

	(void)state;
	request->policy.action[OUTCOME_SKIPPED] = ACTION_BLOCK;
	request_consider(request);
	assert_int_equal(request->phase, PHASE_PASS);
	assert_int_equal(outcome_count(OUTCOME_SKIPPED), 1);
	assert_int_equal(metric(METRIC_BLOCKED), 0);
	assert_int_equal(fake_worker_jobs(fake), 0);
	request_free(&request);
	assert_null(request);
	assert_int_equal(metric(METRIC_CLIENTS_GONE), 0);
}

static void
each_has_a_number_of_its_own(void **state)
{
	char id[200][REQUEST_ID];
	unsigned i, j;

	(void)state;
	for (i = 0; i < 200; i++) {
		request_id(id[i]);
		assert_int_equal(strspn(id[i], "0123456789abcdef"), 16);
		assert_int_equal(id[i][16], '\0');
		for (j = 0; j < i; j++)
			assert_string_not_equal(id[i], id[j]);
	}
}

static void
in_an_emergency_all_passes_and_is_not_called_clean(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);
	bool end;

	(void)state;
	atomic_store(&module.segment->serving, 0);
	request->facts.pass_all = 1;
	request_consider(request);
	assert_int_equal(request->phase, PHASE_PASS);
	add_mark(request);
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(give_all(request, true, &end), strlen(FAKE_MARK));
	assert_true(end);
	request_free(&request);
	assert_int_equal(outcome_count(OUTCOME_SKIPPED), 1);
	assert_int_equal(outcome_count(OUTCOME_CLEAN), 0);
	assert_int_equal(metric(METRIC_PASSED_ALL), 1);
	assert_int_equal(fake_worker_jobs(fake), 0);
}

static void
an_empty_body_passes_without_a_scan(void **state)
{
	struct request *request = new_request("PUT /x HTTP/1.1", 1);
	bool end;

	(void)state;
	atomic_store(&module.segment->serving, 0);
	request_consider(request);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(request->phase, PHASE_PASS);
	assert_int_equal(give_all(request, true, &end), 0);
	assert_true(end);
	request_free(&request);
	assert_int_equal(outcome_count(OUTCOME_SKIPPED), 1);
}

static void
a_clean_body_goes_back_whole(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);
	bool end;

	(void)state;
	request_consider(request);
	add_zeros(request, 300000);
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(request->phase, PHASE_PASS);
	assert_int_equal(give_all(request, true, &end), 300000);
	assert_true(end);
	request_free(&request);
	assert_int_equal(outcome_count(OUTCOME_CLEAN), 1);
	assert_int_equal(metric(METRIC_BODY_BYTES), 300000);
}

/* Nothing in it says nothing of the whole. */
static void
a_clean_range_is_not_clean(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);

	(void)state;
	request->is_partial = true;
	request_consider(request);
	add_zeros(request, 300);
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(request->phase, PHASE_PASS);
	request_free(&request);
	assert_int_equal(outcome_count(OUTCOME_CLEAN), 0);
	assert_int_equal(outcome_count(OUTCOME_PARTIAL), 1);
}

static void
an_infected_body_becomes_a_page(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);
	bool end;

	(void)state;
	request_consider(request);
	add_zeros(request, 300000);
	add_mark(request);
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(request->phase, PHASE_PAGE);
	assert_string_equal(request->verdict.name, FAKE_NAME);
	request->page = strdup("page");
	request->page_len = 4;
	assert_int_equal(give_all(request, true, &end), 4);
	assert_true(end);
	request_free(&request);
	assert_int_equal(metric(METRIC_BLOCKED), 1);
	assert_int_equal(metric(METRIC_CUTS), 0);
}

static void
cut_as(const char *line, bool is_upload, bool is_asked_by_body)
{
	struct request *request = new_request(line, 1);
	bool end;

	request->is_upload = is_upload;
	request->is_asked_by_body = is_asked_by_body;
	request_consider(request);
	add_mark(request);
	request->is_begun = true;
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(request->phase, PHASE_CUT);
	assert_int_equal(request_give(request, &end, 1, true, &end, NULL), -1);
	request_free(&request);
}

static void
cut_one(const char *line)
{
	cut_as(line, false, false);
}

/* Or who sends something infected to a site would close it to all. */
static void
what_somebody_sent_blocks_its_url_for_nobody(void **state)
{
	static const char get[] = "GET http://h/ HTTP/1.1";
	static const char post[] = "POST http://h/ HTTP/1.1";
	size_t i;

	(void)state;
	cut_as(get, true, false);
	cut_as(get, false, true);
	cut_as(post, true, false);
	cut_as(post, false, false);
	assert_int_equal(metric(METRIC_CUTS), 4);
	for (i = 0; i < 4; i++) {
		struct request *request = new_request(i < 2 ? get : post, 1);

		request->is_upload = i % 2;
		request_consider(request);
		assert_int_equal(request->phase, PHASE_ARRIVING);
		request_free(&request);
	}
	assert_int_equal(metric(METRIC_REMEMBERED), 0);
}

static void
a_cut_without_a_finding_is_not_remembered(void **state)
{
	static const char line[] = "GET http://h/slow HTTP/1.1";
	struct request *request = new_request(line, 1);

	(void)state;
	add_mark(request);
	request->is_begun = true;
	atomic_store(&module.segment->serving, 0);
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(request->phase, PHASE_CUT);
	assert_int_equal(request->verdict.outcome, OUTCOME_LOADING);
	request_free(&request);
	request = new_request(line, 1);
	request_consider(request);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	assert_int_equal(metric(METRIC_REMEMBERED), 0);
	request_free(&request);
}

static void
a_url_that_was_cut_is_blocked_at_once_next_time(void **state)
{
	static const struct {
		const char *line;
		int has_body, blocked;
	} next[] = {
		{ "GET http://h/a?b=c HTTP/1.1", 0, 1 },
		{ "GET http://h/a?b=c HTTP/1.0", 1, 1 },
		{ "GET http://h/a?b=d HTTP/1.1", 0, 0 },
		{ "HEAD http://h/a?b=c HTTP/1.1", 0, 0 },
		{ "CONNECT h:443 HTTP/1.1", 0, 0 },
	};
	uint64_t remembered = 0;
	size_t i;

	(void)state;
	cut_one("GET http://h/a?b=c HTTP/1.1");
	assert_int_equal(metric(METRIC_CUTS), 1);
	assert_int_equal(metric(METRIC_BLOCKED), 1);
	for (i = 0; i < sizeof next / sizeof next[0]; i++) {
		struct request *request = new_request(next[i].line,
		    next[i].has_body);

		request_consider(request);
		assert_int_equal(request->phase == PHASE_PAGE, next[i].blocked);
		if (next[i].blocked) {
			assert_string_equal(request->verdict.name, FAKE_NAME);
			remembered++;
		}
		request_free(&request);
		assert_int_equal(metric(METRIC_REMEMBERED), remembered);
	}
}

static void
a_tunnel_is_never_blocked(void **state)
{
	struct request *request;

	(void)state;
	cut_one("CONNECT h:443 HTTP/1.1");
	request = new_request("CONNECT h:443 HTTP/1.1", 0);
	request_consider(request);
	assert_int_equal(request->phase, PHASE_PASS);
	request_free(&request);
}

static void
what_is_too_big_is_blocked_at_once_and_dropped(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);

	(void)state;
	request_consider(request);
	add_zeros(request, 8 * MB);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	add_zeros(request, 1);
	assert_int_equal(request->phase, PHASE_PAGE);
	assert_null(request->body);
	add_zeros(request, MB);
	assert_int_equal(outcome_count(OUTCOME_TOO_BIG), 1);
	assert_int_equal(fake_worker_jobs(fake), 0);
	request_free(&request);
	assert_int_equal(metric(METRIC_BODY_BYTES), 9 * MB + 1);
}

static void
a_declared_length_may_block_and_lets_nothing_pass(void **state)
{
	static const struct {
		uint64_t length;
		enum action action;
		enum phase phase;
	} cases[] = {
		{ 8 * MB, ACTION_BLOCK, PHASE_ARRIVING },
		{ 8 * MB + 1, ACTION_BLOCK, PHASE_PAGE },
		{ 8 * MB + 1, ACTION_PASS, PHASE_ARRIVING },
		{ UINT64_MAX, ACTION_PASS, PHASE_ARRIVING },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct request *request = new_request("GET http://h/ HTTP/1.1",
		    1);

		request->facts.content_length = cases[i].length;
		request->policy.action[OUTCOME_TOO_BIG] = cases[i].action;
		request_consider(request);
		assert_int_equal(request->phase, PHASE_ARRIVING);
		add_zeros(request, 1);
		assert_int_equal(request->phase, cases[i].phase);
		request_free(&request);
	}
}

static void
what_is_too_big_streams_when_policy_lets_it_pass(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);
	uint64_t out = 0;
	bool end;
	int i;

	(void)state;
	request->policy.action[OUTCOME_TOO_BIG] = ACTION_PASS;
	request_consider(request);
	add_zeros(request, 8 * MB + 1);
	assert_int_equal(request->phase, PHASE_PASS);
	for (i = 0; i < 20; i++) {
		out += give_all(request, false, &end);
		assert_false(end);
		add_zeros(request, MB);
	}
	assert_int_equal(request_judge(request, -1), 0);
	out += give_all(request, true, &end);
	assert_true(end);
	assert_int_equal(out, 28 * MB + 1);
	assert_int_equal(outcome_count(OUTCOME_TOO_BIG), 1);
	request_free(&request);
}

static void
before_the_verdict_one_byte_in_a_million_goes_out(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);
	bool end;

	(void)state;
	request_consider(request);
	add_zeros(request, 5 * MB);
	assert_int_equal(give_all(request, false, &end), 0);
	request->is_dripping = true;
	assert_int_equal(give_all(request, false, &end), 5);
	assert_int_equal(give_all(request, true, &end), 0);
	assert_false(end);
	request->is_begun = true;
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(give_all(request, true, &end), 5 * MB - 5);
	assert_true(end);
	request_free(&request);
}

static void
our_own_check_is_counted_as_that_alone(void **state)
{
	struct request *request = new_request("POST /check HTTP/1.1", 1);

	(void)state;
	request->is_selfcheck = true;
	request_consider(request);
	add_mark(request);
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(request->phase, PHASE_PAGE);
	request_free(&request);
	assert_int_equal(metric(METRIC_SELFCHECKS), 1);
	assert_int_equal(metric(METRIC_REQUESTS), 0);
	assert_int_equal(metric(METRIC_BLOCKED), 0);
	assert_int_equal(metric(METRIC_BODY_BYTES), 0);
}

static void
a_client_that_left_too_early_is_counted_as_that_alone(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);

	(void)state;
	request_consider(request);
	add_zeros(request, 1000);
	request_free(&request);
	assert_int_equal(metric(METRIC_CLIENTS_GONE), 1);
	assert_int_equal(metric(METRIC_REQUESTS), 0);
}

static void
our_own_end_is_no_client_that_left(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);
	const enum fake_act acts[] = { FAKE_SILENT };

	(void)state;
	fake_worker_stop(&fake);
	fake = fake_worker_start(folder, acts, 1);
	atomic_store(&module_is_ending, true);
	request_consider(request);
	add_zeros(request, 1000);
	assert_int_equal(request_judge(request, -1), -1);
	atomic_store(&module_is_ending, false);
	request_free(&request);
	assert_int_equal(metric(METRIC_CLIENTS_GONE), 0);
	assert_int_equal(metric(METRIC_REQUESTS), 0);
	assert_int_equal(metric(METRIC_GIVEN_UP), 1);
}

static void
a_body_that_cannot_be_kept_is_a_page_whatever_policy_says(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);

	(void)state;
	request->policy.action[OUTCOME_ENGINE_ERROR] = ACTION_PASS;
	request_consider(request);
	assert_int_equal(add_too_much(request), 0);
	assert_int_equal(request->phase, PHASE_PAGE);
	add_zeros(request, 1000);
	assert_int_equal(request_judge(request, -1), 0);
	request_free(&request);
	assert_int_equal(metric(METRIC_BODIES_LOST), 1);
	assert_int_equal(outcome_count(OUTCOME_ENGINE_ERROR), 1);
	assert_int_equal(metric(METRIC_BLOCKED), 1);
	assert_int_equal(metric(METRIC_CLIENTS_GONE), 0);
}

static void
what_only_passes_needs_neither_descriptor_nor_budget(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);
	bool end;

	(void)state;
	atomic_store(&module.segment->budget[BUDGET_MEMORY], 0);
	request->facts.pass_all = 1;
	request_consider(request);
	assert_int_equal(request->phase, PHASE_PASS);
	assert_int_equal(add_too_much(request), 0);
	assert_int_equal(give_all(request, true, &end), 2 * BODY_MEMORY);
	assert_true(end);
	request_free(&request);
	assert_int_equal(metric(METRIC_BODIES_LOST), 0);
	assert_int_equal(metric(METRIC_REQUESTS), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_no_body_passes_without_a_scan),
		TEST(each_has_a_number_of_its_own),
		TEST(in_an_emergency_all_passes_and_is_not_called_clean),
		TEST(an_empty_body_passes_without_a_scan),
		TEST(a_clean_body_goes_back_whole),
		TEST(a_clean_range_is_not_clean),
		TEST(an_infected_body_becomes_a_page),
		TEST(a_cut_without_a_finding_is_not_remembered),
		TEST(what_somebody_sent_blocks_its_url_for_nobody),
		TEST(a_url_that_was_cut_is_blocked_at_once_next_time),
		TEST(a_tunnel_is_never_blocked),
		TEST(what_is_too_big_is_blocked_at_once_and_dropped),
		TEST(a_declared_length_may_block_and_lets_nothing_pass),
		TEST(what_is_too_big_streams_when_policy_lets_it_pass),
		TEST(before_the_verdict_one_byte_in_a_million_goes_out),
		TEST(our_own_check_is_counted_as_that_alone),
		TEST(a_client_that_left_too_early_is_counted_as_that_alone),
		TEST(our_own_end_is_no_client_that_left),
		TEST(a_body_that_cannot_be_kept_is_a_page_whatever_policy_says),
		TEST(what_only_passes_needs_neither_descriptor_nor_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
