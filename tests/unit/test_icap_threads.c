/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "icap/request.h"
#include "icap/threads.h"

static struct module module, other;	/* two children of one c-icap */

static int
setup(void **state)
{
	(void)state;
	log_setup("test", LOG_ERROR);
	memset(&module, 0, sizeof module);
	module.settings.icap_threads = 8;
	module.settings.icap_spare_threads = 2;
	policy_defaults(&module.settings.policy);
	module.segment = calloc(1, sizeof *module.segment);
	if (module.segment == NULL)
		return -1;
	other = module;
	threads_join(&module, 100);
	threads_join(&other, 200);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(module.segment);
	return 0;
}

static void
take(const struct module *child, int count)
{
	for (; count > 0; count--)
		threads_take(child);
}

static void
the_threads_of_all_children_count(void **state)
{
	(void)state;
	take(&module, 4);
	take(&other, 2);
	assert_false(threads_are_scarce(&module));
	assert_false(threads_are_scarce(&other));
	threads_take(&other);
	assert_true(threads_are_scarce(&module));
	assert_true(threads_are_scarce(&other));
	threads_give(&module);
	assert_false(threads_are_scarce(&other));
}

static void
a_dead_child_holds_no_thread(void **state)
{
	struct module next = module;

	(void)state;
	take(&other, 8);
	assert_true(threads_are_scarce(&module));
	threads_ended(module.segment, 300);
	assert_true(threads_are_scarce(&module));
	threads_ended(module.segment, 200);
	assert_false(threads_are_scarce(&module));
	threads_join(&next, 400);
	assert_ptr_equal(next.child, other.child);
	threads_forget(module.segment);
	assert_int_equal(atomic_load(&next.child->pid), 0);
}

static void
a_child_without_a_place_is_not_counted(void **state)
{
	struct module last = module;
	int i;

	(void)state;
	for (i = 0; i < ICAP_CHILDREN_MAX; i++) {
		last.child = NULL;
		threads_join(&last, 1000 + i);
	}
	assert_null(last.child);
	take(&last, 20);
	assert_false(threads_are_scarce(&last));
}

static void
a_child_beats_in_its_own_place(void **state)
{
	struct module nowhere = module;

	(void)state;
	nowhere.child = NULL;
	threads_beat(&nowhere);
	threads_beat(&module);
	threads_beat(&module);
	assert_int_equal(atomic_load(&module.child->beat), 2);
	assert_int_equal(atomic_load(&other.child->beat), 0);
}

static struct request *
request_made(bool selfcheck)
{
	struct request *request;
	struct err err;

	assert_int_equal(request_new(&request, &module, &err), 0);
	request->is_selfcheck = selfcheck;
	request->facts.has_body = true;
	return request;
}

static void
the_last_threads_answer_overload_at_once(void **state)
{
	struct request *request;

	(void)state;
	take(&other, 6);
	request = request_made(false);
	request_consider(request);
	assert_int_equal(request->phase, PHASE_PAGE);
	assert_int_equal(request->verdict.outcome, OUTCOME_OVERLOAD);
	request_free(&request);
	request = request_made(true);
	request_consider(request);
	assert_int_equal(request->phase, PHASE_ARRIVING);
	request_free(&request);
	request = request_made(false);
	request->facts.has_body = false;
	request_consider(request);
	assert_int_equal(request->phase, PHASE_PASS);
	request_free(&request);
}

static void
a_request_holds_a_thread_until_its_end(void **state)
{
	struct request *request[6];
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++)
		request[i] = request_made(false);
	assert_false(threads_are_scarce(&module));
	threads_take(&module);
	assert_true(threads_are_scarce(&module));
	for (i = 0; i < 6; i++)
		request_free(&request[i]);
	assert_int_equal(atomic_load(&module.child->busy), 1);
}

static void
no_more_than_half_of_all_threads_wait_for_scans_of_others(void **state)
{
	(void)state;
	assert_true(threads_wait_begins(&module));
	assert_true(threads_wait_begins(&other));
	assert_true(threads_wait_begins(&other));
	assert_true(threads_wait_begins(&module));
	assert_false(threads_wait_begins(&other));
	threads_wait_ends(&module);
	assert_true(threads_wait_begins(&other));
	threads_ended(module.segment, 200);
	assert_true(threads_wait_begins(&module));
	take(&module, 7);
	assert_false(threads_wait_begins(&module));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_threads_of_all_children_count, setup, teardown),
		cmocka_unit_test_setup_teardown(a_dead_child_holds_no_thread,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_child_without_a_place_is_not_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_child_beats_in_its_own_place, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    the_last_threads_answer_overload_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_request_holds_a_thread_until_its_end, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    no_more_than_half_of_all_threads_wait_for_scans_of_others,
		    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
