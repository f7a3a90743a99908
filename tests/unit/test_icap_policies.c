/* SPDX-License-Identifier: GPL-2.0-only */
#include "request_fixture.h"

#include <string.h>
#include <sys/resource.h>

#include "icap/forbid.h"

static struct subject someone = { .client = "127.0.0.1", .host = "h" };

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

/* The one policy: what each "KEY", "VALUE" of it says. */
static void
policy_of(const char *const *words)
{
	struct rules *rules = &module.settings.rules;

	memset(rules, 0, sizeof *rules);
	assert_int_equal(rules_set(rules, "name", "one", NULL), 0);
	for (; *words != NULL; words += 2)
		assert_int_equal(rules_set(rules, words[0], words[1], NULL),
		    0);
}

/* Up to its body, which may be zeros. */
static struct request *
begin_request(void)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);

	request_choose(request, &someone);
	request_consider(request);
	return request;
}

static void
end_request(struct request *request, enum phase phase, enum outcome outcome)
{
	if (request->phase == PHASE_ARRIVING)
		assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(request->phase, phase);
	assert_int_equal(request->verdict.outcome, outcome);
	request_free(&request);
}

static void
an_allowed_host_passes_what_was_checked_and_nothing_else(void **state)
{
	static const char *const words[] = { "lists.allow.hosts", "h",
		"limits.body_max", "1M", NULL };
	struct request *request;

	(void)state;
	policy_of(words);
	request = begin_request();
	add_mark(request);
	assert_int_equal(request_judge(request, -1), 0);
	assert_true(request->is_allowed && request->has_new_head);
	assert_string_equal(request->allowed, "host");
	end_request(request, PHASE_PASS, OUTCOME_INFECTED);
	assert_int_equal(metric(METRIC_ALLOWED), 1);
	request = begin_request();
	add_zeros(request, (1 << 20) + 1);
	end_request(request, PHASE_PAGE, OUTCOME_TOO_BIG);
	atomic_store(&module.segment->serving, 0);
	request = begin_request();
	add_zeros(request, 10);
	end_request(request, PHASE_PAGE, OUTCOME_LOADING);
	assert_int_equal(metric(METRIC_ALLOWED), 1);
}

static void
a_finding_of_an_allowed_host_hides_nothing_unchecked(void **state)
{
	static const char *const words[] = { "lists.allow.hosts", "h", NULL };
	struct verdict verdict = { .outcome = OUTCOME_INFECTED,
		.seen = OUTCOME_BIT(OUTCOME_INFECTED) |
		    OUTCOME_BIT(OUTCOME_TOO_DEEP) };
	struct request *request;

	(void)state;
	policy_of(words);
	request = begin_request();
	assert_false(forbid_finding(request, &verdict));
	assert_null(request->allowed);
	request_free(&request);
	request = begin_request();
	verdict.seen = OUTCOME_BIT(OUTCOME_INFECTED) |
	    OUTCOME_BIT(OUTCOME_MACRO);
	assert_false(forbid_finding(request, &verdict));
	assert_string_equal(request->allowed, "host");
	request_free(&request);
}

static void
a_host_that_is_forbidden_is_decided_at_once(void **state)
{
	static const char *const words[] = { "lists.block.hosts", "h",
		"lists.allow.signatures", FAKE_NAME, NULL };

	(void)state;
	policy_of(words);
	end_request(begin_request(), PHASE_PAGE, OUTCOME_FORBIDDEN);
	assert_int_equal(metric(METRIC_LISTED), 1);
	assert_int_equal(fake_worker_jobs(fake), 0);
}

/* So that the log tells what would have been. */
static void
what_is_forbidden_and_passes_all_the_same_is_scanned(void **state)
{
	static const char *const watched[] = { "lists.block.hosts", "h",
		"mode", "watch", NULL };
	static const char *const passed[] = { "lists.block.hosts", "h",
		"outcomes.forbidden", "pass", NULL };
	struct request *request;

	(void)state;
	policy_of(watched);
	request = begin_request();
	add_mark(request);
	end_request(request, PHASE_PASS, OUTCOME_INFECTED);
	request = begin_request();
	add_zeros(request, 10);
	end_request(request, PHASE_PASS, OUTCOME_FORBIDDEN);
	end_request(begin_request(), PHASE_PASS, OUTCOME_FORBIDDEN);
	assert_int_equal(metric(METRIC_WATCHED), 3);
	assert_int_equal(fake_worker_jobs(fake), 2);
	policy_of(passed);
	request = begin_request();
	add_mark(request);
	end_request(request, PHASE_PAGE, OUTCOME_INFECTED);
	request = begin_request();
	add_zeros(request, 10);
	end_request(request, PHASE_PASS, OUTCOME_CLEAN);
	assert_int_equal(metric(METRIC_LISTED), 5);
}

static void
a_misleading_name_is_scanned_in_watch_mode(void **state)
{
	static const char *const words[] = { "mode", "watch", NULL };
	struct request *request;
	int marked;

	(void)state;
	policy_of(words);
	module.settings.names_double_extension = 1;
	for (marked = 0; marked < 2; marked++) {
		request = new_request("GET http://h/a.pdf.exe HTTP/1.1", 1);
		request->names = names_look(request->origin.url, NULL);
		request_choose(request, &someone);
		request_consider(request);
		assert_int_equal(request->phase, PHASE_ARRIVING);
		if (marked)
			add_mark(request);
		else
			add_zeros(request, 10);
		end_request(request, PHASE_PASS, marked ? OUTCOME_INFECTED :
		    OUTCOME_FORBIDDEN);
	}
	assert_int_equal(fake_worker_jobs(fake), 2);
	assert_int_equal(metric(METRIC_LISTED), 0);
	assert_int_equal(metric(METRIC_WATCHED), 2);
}

static void
a_digest_is_known_by_its_policys_own_list(void **state)
{
	static const char *const blocks[] = { "lists.block.sha256",
		/* of ten zeros */
		"01d448afd928065458cf670b60f5a594"
		"d735af0172c8d67f22a81680132681ca",
		NULL };
	struct request *request;

	(void)state;
	policy_of(blocks);
	request = begin_request();
	add_zeros(request, 10);
	end_request(request, PHASE_PAGE, OUTCOME_FORBIDDEN);
	request = begin_request();
	add_zeros(request, 11);
	end_request(request, PHASE_PASS, OUTCOME_CLEAN);
}

/* Nothing can be mapped. */
static void
judge_without_room(struct request *request)
{
	struct rlimit had, none;

	assert_int_equal(getrlimit(RLIMIT_AS, &had), 0);
	none = had;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(setrlimit(RLIMIT_AS, &had), 0);
}

static void
a_body_without_a_digest_may_be_any_that_is_blocked(void **state)
{
	static const char *const words[] = { "lists.block.sha256",
		"0123456789abcdef0123456789abcdef"
		"0123456789abcdef0123456789abcdef",
		"outcomes.engine-error", "pass", "mode", "watch", NULL };
	struct request *request;

	(void)state;
	policy_of(words);
	request = begin_request();
	add_zeros(request, 2 * BODY_MEMORY);
	judge_without_room(request);
	end_request(request, PHASE_PAGE, OUTCOME_ENGINE_ERROR);
	assert_int_equal(fake_worker_jobs(fake), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_allowed_host_passes_what_was_checked_and_nothing_else),
		TEST(a_finding_of_an_allowed_host_hides_nothing_unchecked),
		TEST(a_host_that_is_forbidden_is_decided_at_once),
		TEST(what_is_forbidden_and_passes_all_the_same_is_scanned),
		TEST(a_misleading_name_is_scanned_in_watch_mode),
		TEST(a_digest_is_known_by_its_policys_own_list),
		TEST(a_body_without_a_digest_may_be_any_that_is_blocked),
		TEST(policy_that_matches_decides_but_not_about_our_own_check),
		TEST(a_policys_own_limit_is_taken_and_holds_for_nobody_else),
		TEST(watch_mode_passes_counts_and_marks_but_not_what_is_lost),
		TEST(watch_mode_is_not_for_our_own_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
