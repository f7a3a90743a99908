/* SPDX-License-Identifier: GPL-2.0-only */
#include "request_fixture.h"

static void
policy_that_matches_decides_but_not_about_our_own_check(void **state)
{
	struct subject subject = { .client = "127.0.0.1" };
	struct rules *rules = &module.settings.rules;
	struct request *request;
	int own;

	(void)state;
	assert_int_equal(rules_set(rules, "name", "one", NULL), 0);
	assert_int_equal(rules_set(rules, "match.clients", "127.0.0.1",
	    NULL), 0);
	assert_int_equal(rules_set(rules, "outcomes.too-big", "pass", NULL),
	    0);
	for (own = 0; own < 2; own++) {
		request = new_request("GET http://h/ HTTP/1.1", 1);
		request->is_selfcheck = own != 0;
		request_choose(request, &subject);
		add_zeros(request, 8 * MB + 1);
		assert_int_equal(request->phase, own ? PHASE_PAGE : PHASE_PASS);
		assert_string_equal(rule_name(request->rule),
		    own ? "default" : "one");
		request_free(&request);
	}
}

static void
a_policys_own_limit_is_taken_and_holds_for_nobody_else(void **state)
{
	static const char line[] = "GET http://h/large HTTP/1.1";
	struct subject subject = { .client = "127.0.0.1" };
	struct rules *rules = &module.settings.rules;
	struct request *request = new_request(line, 1);

	(void)state;
	assert_int_equal(rules_set(rules, "name", "one", NULL), 0);
	assert_int_equal(rules_set(rules, "match.clients", "127.0.0.1",
	    NULL), 0);
	assert_int_equal(rules_set(rules, "limits.body_max", "10K", NULL), 0);
	request_choose(request, &subject);
	request->is_begun = true;
	add_zeros(request, 10240);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	add_zeros(request, 1);
	assert_int_equal(request->phase, PHASE_CUT);
	assert_int_equal(outcome_count(OUTCOME_TOO_BIG), 1);
	request_free(&request);
	request = new_request(line, 1);
	subject.client = "127.0.0.2";
	request_choose(request, &subject);
	request_consider(request);
	add_zeros(request, 10241);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	assert_int_equal(metric(METRIC_REMEMBERED), 0);
	request_free(&request);
}

static void
watch_mode_passes_counts_and_marks_but_not_what_is_lost(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);

	(void)state;
	request->policy.mode = POLICY_WATCH;
	add_zeros(request, 8 * MB + 1);
	assert_int_equal(request->phase, PHASE_PASS);
	assert_true(request->is_watched && request->has_new_head);
	assert_int_equal(metric(METRIC_WATCHED), 1);
	assert_int_equal(metric(METRIC_BLOCKED), 0);
	assert_int_equal(outcome_count(OUTCOME_TOO_BIG), 1);
	request_free(&request);
	request = new_request("GET http://h/ HTTP/1.1", 1);
	request->policy.mode = POLICY_WATCH;
	assert_int_equal(add_too_much(request), 0);
	assert_int_equal(request->phase, PHASE_PAGE);
	assert_int_equal(metric(METRIC_WATCHED), 1);
	request_free(&request);
}

static void
watch_mode_is_not_for_our_own_check(void **state)
{
	struct subject subject = { .client = "127.0.0.1" };
	struct request *request;

	(void)state;
	module.settings.policy.mode = POLICY_WATCH;
	request = new_request("GET http://h/ HTTP/1.1", 1);
	request->is_selfcheck = true;
	request_choose(request, &subject);
	add_zeros(request, 8 * MB + 1);
	assert_int_equal(request->phase, PHASE_PAGE);
	request_free(&request);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(policy_that_matches_decides_but_not_about_our_own_check),
		TEST(a_policys_own_limit_is_taken_and_holds_for_nobody_else),
		TEST(watch_mode_passes_counts_and_marks_but_not_what_is_lost),
		TEST(watch_mode_is_not_for_our_own_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
