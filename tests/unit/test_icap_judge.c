/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "fakes/fake_worker.h"
#include "icap/judge.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct module module;
static struct limits limits;
static char folder[64];

static int
setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/glassgate-judge.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	memset(&module, 0, sizeof module);
	memset(&limits, 0, sizeof limits);
	strcpy(module.runtime, folder);
	module.settings.body_max = 1 << 30;
	module.settings.scan_small_max = 100000;
	module.settings.scan_small_seconds = 1;
	module.settings.scan_big_seconds = 1;
	module.segment = calloc(1, sizeof *module.segment);
	if (module.segment == NULL)
		return -1;
	module.child = module.segment->threads;
	atomic_store(&module.segment->budget[BUDGET_MEMORY], 1 << 30);
	atomic_store(&module.segment->serving, 1);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(module.segment);
	return rmdir(folder);
}

static struct body *
body_of(size_t len)
{
	uint8_t *data = calloc(1, len);
	struct body *body;

	assert_int_equal(body_new(&body, &module, NULL), 0);
	assert_int_equal(body_add(body, data, len, NULL), 0);
	free(data);
	return body;
}

static enum judged
judge_len(size_t len, int client_fd, struct verdict *verdict)
{
	struct body *body = body_of(len);
	struct judge_ask ask = { .limits = &limits, .client_fd = client_fd };
	enum cached cached;
	struct err reason;
	enum judged judged = judge(&module, body, &ask, verdict, &cached,
	    &reason);

	body_free(&body);
	return judged;
}

static uint64_t
metric(enum metric which)
{
	return metrics_get(&module.segment->metrics, which);
}

static const struct {
	const char *name;
	enum fake_act acts[2];
	size_t len;
	enum outcome want;
	uint64_t scans, retries, bad;
} cases[] = {
	{ "clean", { FAKE_CLEAN }, 10, OUTCOME_CLEAN, 1, 0, 0 },
	{ "infected", { FAKE_INFECTED }, 10, OUTCOME_INFECTED, 1, 0, 0 },
	{ "small lane, inline", { FAKE_CLEAN }, 65536, OUTCOME_CLEAN, 1, 0, 0 },
	{ "small lane, memfd", { FAKE_CLEAN }, 65537, OUTCOME_CLEAN, 1, 0, 0 },
	{ "small lane, its end", { FAKE_CLEAN }, 100000, OUTCOME_CLEAN,
	    1, 0, 0 },
	{ "big lane", { FAKE_INFECTED }, 100001, OUTCOME_INFECTED, 1, 0, 0 },
	{ "dies, then clean", { FAKE_DIES, FAKE_CLEAN }, 200000, OUTCOME_CLEAN,
	    2, 1, 0 },
	{ "dies, then infected", { FAKE_DIES, FAKE_INFECTED }, 10,
	    OUTCOME_INFECTED, 2, 1, 0 },
	{ "dies twice", { FAKE_DIES, FAKE_DIES }, 10, OUTCOME_ENGINE_ERROR,
	    2, 1, 0 },
	{ "dies unread, then clean", { FAKE_DIES_UNREAD, FAKE_CLEAN }, 10,
	    OUTCOME_CLEAN, 2, 1, 0 },
	{ "dies unread twice", { FAKE_DIES_UNREAD, FAKE_DIES_UNREAD }, 10,
	    OUTCOME_ENGINE_ERROR, 2, 1, 0 },
	{ "hangs up, then clean", { FAKE_HANGS_UP, FAKE_CLEAN }, 10,
	    OUTCOME_CLEAN, 2, 1, 1 },
	{ "hangs up twice", { FAKE_HANGS_UP, FAKE_HANGS_UP }, 10,
	    OUTCOME_ENGINE_ERROR, 2, 1, 1 },
	{ "hangs up, then dies unread", { FAKE_HANGS_UP, FAKE_DIES_UNREAD },
	    10, OUTCOME_ENGINE_ERROR, 2, 1, 0 },
	{ "overdue, it says itself", { FAKE_SAYS_OVERDUE, FAKE_CLEAN }, 10,
	    OUTCOME_ENGINE_ERROR, 1, 0, 1 },
	{ "overdue", { FAKE_OVERDUE, FAKE_CLEAN }, 10, OUTCOME_TIMEOUT,
	    1, 0, 0 },
	{ "garbage", { FAKE_GARBAGE, FAKE_CLEAN }, 10, OUTCOME_ENGINE_ERROR,
	    1, 0, 1 },
	{ "dies, then garbage", { FAKE_DIES, FAKE_GARBAGE }, 10,
	    OUTCOME_ENGINE_ERROR, 2, 1, 1 },
};

static void
each_way_a_worker_answers_has_its_outcome(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct fake_worker *fake = fake_worker_start(folder,
		    cases[i].acts, COUNT(cases[i].acts));
		struct verdict verdict = { .outcome = OUTCOME_NONE };

		memset(&module.segment->metrics, 0,
		    sizeof module.segment->metrics);
		poison_next(&module.segment->poison);
		assert_int_equal(judge_len(cases[i].len, -1, &verdict), JUDGED);
		if (verdict.outcome != cases[i].want)
			fail_msg("%s: %s", cases[i].name,
			    outcome_name(verdict.outcome));
		if (verdict.outcome == OUTCOME_INFECTED)
			assert_string_equal(verdict.name, FAKE_NAME);
		assert_int_equal(metric(METRIC_SCANS), cases[i].scans);
		assert_int_equal(metric(METRIC_SCAN_RETRIES), cases[i].retries);
		assert_int_equal(metric(METRIC_BAD_MESSAGES), cases[i].bad);
		assert_int_equal(fake_worker_bytes(fake), cases[i].len);
		assert_int_equal(fake_worker_was_big(fake),
		    cases[i].len > 100000);
		fake_worker_stop(&fake);
	}
}

/* --- limits of a policy --- */

static void
a_worker_is_told_the_limits_and_the_lower_time(void **state)
{
	const enum fake_act acts[] = { FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);
	struct verdict verdict;

	(void)state;
	module.settings.scan_small_seconds = 5;
	assert_int_equal(judge_len(10, -1, &verdict), JUDGED);
	assert_int_equal(fake_worker_limits(fake)->scan_max, 0);
	assert_int_equal(fake_worker_limits(fake)->recursion, 0);
	assert_int_equal(fake_worker_limits(fake)->files, 0);
	assert_int_equal(fake_worker_time_ms(fake), 5000);
	limits = (struct limits){ { 0, 2000000, 4, 5, 3 } };
	assert_int_equal(judge_len(10, -1, &verdict), JUDGED);
	assert_int_equal(fake_worker_limits(fake)->scan_max, 2000000);
	assert_int_equal(fake_worker_limits(fake)->recursion, 4);
	assert_int_equal(fake_worker_limits(fake)->files, 5);
	assert_int_equal(fake_worker_time_ms(fake), 3000);
	limits.value[LIMIT_SECONDS] = 6;
	assert_int_equal(judge_len(10, -1, &verdict), JUDGED);
	assert_int_equal(fake_worker_time_ms(fake), 5000);
	fake_worker_stop(&fake);
}

/* --- bodies that cost workers --- */

static void
expect(enum outcome want, size_t len, int jobs, const struct fake_worker *fake)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };

	assert_int_equal(judge_len(len, -1, &verdict), JUDGED);
	assert_int_equal(verdict.outcome, want);
	assert_int_equal(fake_worker_jobs(fake), jobs);
}

/* In memory and in a memfd. */
static const size_t lengths[] = { 10, 90000 };

static void
a_body_that_lost_two_workers_gets_no_third(void **state)
{
	const enum fake_act acts[] = { FAKE_DIES, FAKE_DIES, FAKE_CLEAN };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lengths); i++) {
		struct fake_worker *fake = fake_worker_start(folder, acts,
		    COUNT(acts));
		size_t len = lengths[i];

		expect(OUTCOME_ENGINE_ERROR, len, 2, fake);
		expect(OUTCOME_ENGINE_ERROR, len, 2, fake);
		expect(OUTCOME_ENGINE_ERROR, len, 2, fake);
		expect(OUTCOME_CLEAN, len + 1, 3, fake);
		poison_next(&module.segment->poison);
		expect(OUTCOME_CLEAN, len, 4, fake);
		fake_worker_stop(&fake);
	}
	assert_int_equal(metric(METRIC_POISON_REFUSED), 4);
	assert_int_equal(metric(METRIC_SCANS_LOST), 4);
}

static void
two_requests_may_cost_two_workers_together(void **state)
{
	const enum fake_act acts[] = { FAKE_OVERDUE, FAKE_OVERDUE, FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, COUNT(acts));

	(void)state;
	expect(OUTCOME_TIMEOUT, 10, 1, fake);
	expect(OUTCOME_TIMEOUT, 10, 2, fake);
	expect(OUTCOME_ENGINE_ERROR, 10, 2, fake);
	assert_int_equal(metric(METRIC_POISON_REFUSED), 1);
	fake_worker_stop(&fake);
}

static void
a_third_loss_needs_no_retry(void **state)
{
	const enum fake_act acts[] = { FAKE_OVERDUE, FAKE_DIES, FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, COUNT(acts));

	(void)state;
	expect(OUTCOME_TIMEOUT, 10, 1, fake);
	expect(OUTCOME_ENGINE_ERROR, 10, 2, fake);
	assert_int_equal(metric(METRIC_SCAN_RETRIES), 0);
	fake_worker_stop(&fake);
}

static void
a_verdict_forgives_a_single_loss(void **state)
{
	const enum fake_act acts[] = { FAKE_DIES, FAKE_CLEAN, FAKE_DIES,
		FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, COUNT(acts));

	(void)state;
	expect(OUTCOME_CLEAN, 10, 2, fake);
	expect(OUTCOME_CLEAN, 10, 4, fake);
	assert_int_equal(metric(METRIC_SCANS_LOST), 2);
	assert_int_equal(metric(METRIC_POISON_REFUSED), 0);
	fake_worker_stop(&fake);
}

/* Whatever a worker says or keeps back, only its own death can have a body
 * refused that harms nobody. */
static void
a_worker_that_lives_puts_no_body_on_the_list(void **state)
{
	const enum fake_act acts[] = { FAKE_SAYS_OVERDUE, FAKE_SAYS_OVERDUE,
		FAKE_HANGS_UP, FAKE_HANGS_UP, FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, COUNT(acts));

	(void)state;
	expect(OUTCOME_ENGINE_ERROR, 10, 1, fake);
	expect(OUTCOME_ENGINE_ERROR, 10, 2, fake);
	expect(OUTCOME_ENGINE_ERROR, 10, 4, fake);
	expect(OUTCOME_CLEAN, 10, 5, fake);
	assert_int_equal(metric(METRIC_SCANS_LOST), 0);
	assert_int_equal(metric(METRIC_POISON_REFUSED), 0);
	assert_int_equal(
	    atomic_load(&module.segment->trust.lane[LANE_SMALL]), 3);
	fake_worker_stop(&fake);
}

static void
who_never_read_it_was_not_killed_by_it(void **state)
{
	const enum fake_act acts[] = { FAKE_DIES_UNREAD, FAKE_DIES_UNREAD,
		FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, COUNT(acts));

	(void)state;
	expect(OUTCOME_ENGINE_ERROR, 10, 2, fake);
	expect(OUTCOME_CLEAN, 10, 3, fake);
	assert_int_equal(metric(METRIC_SCANS_LOST), 0);
	fake_worker_stop(&fake);
}

/* Its socket is gone, too: then all of its workers died with it. */
static void
with_the_keeper_gone_no_body_is_to_blame(void **state)
{
	const enum fake_act acts[] = { FAKE_DIES_WITH_KEEPER };
	struct verdict verdict;
	struct body *body = body_of(10);
	uint8_t digest[BODY_DIGEST];
	struct poison_key key;
	int i;

	(void)state;
	assert_int_equal(body_digest(body, digest, NULL), 0);
	key = poison_key(digest, 10);
	body_free(&body);
	for (i = 0; i < 3; i++) {
		struct fake_worker *fake = fake_worker_start(folder, acts, 1);

		assert_int_equal(judge_len(10, -1, &verdict), JUDGED);
		assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
		fake_worker_stop(&fake);
	}
	assert_int_equal(poison_deaths(&module.segment->poison, &key), 0);
	assert_int_equal(metric(METRIC_POISON_REFUSED), 0);
}

static void
without_a_generation_it_is_loading_at_once(void **state)
{
	struct verdict verdict;
	int64_t start = clock_ms();

	(void)state;
	atomic_store(&module.segment->serving, 0);
	assert_int_equal(judge_len(10, -1, &verdict), JUDGED);
	assert_int_equal(verdict.outcome, OUTCOME_LOADING);
	assert_true(clock_ms() - start < 900);
}

static void
with_nobody_there_it_is_an_engine_error(void **state)
{
	struct verdict verdict;

	(void)state;
	assert_int_equal(judge_len(10, -1, &verdict), JUDGED);
	assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
	assert_int_equal(metric(METRIC_SCANS), 0);
}

static void *
serve_later(void *arg)
{
	static const enum fake_act acts[] = { FAKE_CLEAN };

	usleep(300000);
	*(struct fake_worker **)arg = fake_worker_start(folder, acts, 1);
	atomic_store(&module.segment->serving, 1);
	return NULL;
}

static void
a_generation_that_comes_in_time_gets_the_job(void **state)
{
	struct fake_worker *fake = NULL;
	struct verdict verdict;
	pthread_t thread;

	(void)state;
	atomic_store(&module.segment->serving, 7);
	pthread_create(&thread, NULL, serve_later, &fake);
	assert_int_equal(judge_len(10, -1, &verdict), JUDGED);
	pthread_join(thread, NULL);
	assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	fake_worker_stop(&fake);
}

static void
silence_is_a_timeout(void **state)
{
	const enum fake_act acts[] = { FAKE_SILENT };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);
	struct verdict verdict;
	int64_t start = clock_ms();

	(void)state;
	assert_int_equal(judge_len(10, -1, &verdict), JUDGED);
	assert_int_equal(verdict.outcome, OUTCOME_TIMEOUT);
	assert_in_range(clock_ms() - start, 2900, 4500);
	fake_worker_stop(&fake);
}

static void *
leave_later(void *arg)
{
	usleep(200000);
	close(*(int *)arg);
	return NULL;
}

static void
a_client_that_leaves_drops_its_job(void **state)
{
	const enum fake_act acts[] = { FAKE_SILENT };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	int64_t start = clock_ms();
	pthread_t thread;
	int sp[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sp), 0);
	pthread_create(&thread, NULL, leave_later, &sp[1]);
	assert_int_equal(judge_len(10, sp[0], &verdict), JUDGED_GONE);
	assert_true(clock_ms() - start < 2000);
	pthread_join(thread, NULL);
	usleep(100000);
	assert_int_equal(fake_worker_hangups(fake), 1);
	fake_worker_stop(&fake);
	close(sp[0]);
}

static void
more_bytes_from_the_client_do_not_disturb(void **state)
{
	const enum fake_act acts[] = { FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);
	struct verdict verdict;
	int sp[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sp), 0);
	assert_int_equal(write(sp[1], "next", 4), 4);
	assert_int_equal(judge_len(10, sp[0], &verdict), JUDGED);
	assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	fake_worker_stop(&fake);
	close(sp[0]);
	close(sp[1]);
}

static void *
stop_later(void *arg)
{
	usleep(100000);
	atomic_store((_Atomic uint32_t *)arg, 1);
	return NULL;
}

static void
the_stop_flag_ends_the_wait_within_two_seconds(void **state)
{
	const enum fake_act acts[] = { FAKE_SILENT };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);
	struct verdict verdict;
	int64_t start = clock_ms();
	pthread_t thread;

	(void)state;
	module.settings.scan_small_seconds = 60;
	pthread_create(&thread, NULL, stop_later, &module.segment->stop);
	assert_int_equal(judge_len(10, -1, &verdict), JUDGED_STOPPED);
	assert_true(clock_ms() - start < 2000);
	pthread_join(thread, NULL);
	fake_worker_stop(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_worker_is_told_the_limits_and_the_lower_time, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    each_way_a_worker_answers_has_its_outcome, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_body_that_lost_two_workers_gets_no_third, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    two_requests_may_cost_two_workers_together, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(a_third_loss_needs_no_retry,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_verdict_forgives_a_single_loss, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_worker_that_lives_puts_no_body_on_the_list, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    who_never_read_it_was_not_killed_by_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    with_the_keeper_gone_no_body_is_to_blame, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    without_a_generation_it_is_loading_at_once, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    with_nobody_there_it_is_an_engine_error, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_generation_that_comes_in_time_gets_the_job, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(silence_is_a_timeout, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    a_client_that_leaves_drops_its_job, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    more_bytes_from_the_client_do_not_disturb, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    the_stop_flag_ends_the_wait_within_two_seconds, setup,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
