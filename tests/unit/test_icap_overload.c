/* SPDX-License-Identifier: GPL-2.0-only */
#include "request_fixture.h"

#include "segment/budget.h"

static void
a_body_without_room_is_overload_and_dropped(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);

	(void)state;
	atomic_store(&module.segment->budget[BUDGET_MEMORY], MB);
	request_consider(request);
	add_zeros(request, MB / 2);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	add_zeros(request, MB);
	assert_int_equal(request->phase, PHASE_PAGE);
	assert_null(request->body);
	assert_int_equal(budget_held(module.segment, BUDGET_MEMORY), 0);
	add_zeros(request, MB);
	request_free(&request);
	assert_int_equal(outcome_count(OUTCOME_OVERLOAD), 1);
	assert_int_equal(metric(METRIC_BLOCKED), 1);
}

static void
a_body_without_room_streams_when_policy_lets_it_pass(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);
	uint64_t held;
	bool end;

	(void)state;
	atomic_store(&module.segment->budget[BUDGET_MEMORY], MB);
	request->policy.action[OUTCOME_OVERLOAD] = ACTION_PASS;
	request_consider(request);
	add_zeros(request, 2 * MB);
	assert_int_equal(request->phase, PHASE_PASS);
	held = budget_held(module.segment, BUDGET_MEMORY);
	assert_int_equal(give_all(request, true, &end), 2 * MB);
	assert_true(budget_held(module.segment, BUDGET_MEMORY) <
	    held - MB / 2);
	assert_true(end);
	request_free(&request);
	assert_int_equal(outcome_count(OUTCOME_OVERLOAD), 1);
	assert_int_equal(metric(METRIC_BLOCKED), 0);
}

/* The last bytes are stored when all has come. */
static void
a_body_without_room_for_its_end_is_overload(void **state)
{
	struct request *request = new_request("GET http://h/ HTTP/1.1", 1);

	(void)state;
	atomic_store(&module.segment->budget[BUDGET_MEMORY], 2 * BODY_MEMORY);
	request_consider(request);
	add_zeros(request, BODY_MEMORY + 1);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	assert_int_equal(request_judge(request, -1), 0);
	assert_int_equal(request->phase, PHASE_PAGE);
	assert_int_equal(request->verdict.outcome, OUTCOME_OVERLOAD);
	request_free(&request);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_body_without_room_is_overload_and_dropped),
		TEST(a_body_without_room_streams_when_policy_lets_it_pass),
		TEST(a_body_without_room_for_its_end_is_overload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
