/* SPDX-License-Identifier: GPL-2.0-only */
/* Bodies that come again, as judge() sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "fakes/fake_worker.h"
#include "icap/judge.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static struct module module;
static struct limits limits;
static struct judge_ask ask;
static char folder[64];

static int
setup(void **state)
{
	int fd = memfd_create("verdicts", MFD_CLOEXEC);

	(void)state;
	strcpy(folder, "/tmp/glassgate-cached.XXXXXX");
	if (mkdtemp(folder) == NULL ||
	    verdicts_make(fd, 0, 1 << 20, NULL) == -1)
		return -1;
	memset(&module, 0, sizeof module);
	memset(&limits, 0, sizeof limits);
	ask = (struct judge_ask){ .limits = &limits, .client_fd = -1 };
	strcpy(module.runtime, folder);
	module.settings.body_max = 1 << 30;
	module.settings.scan_small_max = 100000;
	module.settings.scan_small_seconds = 1;
	module.settings.scan_big_seconds = 1;
	module.settings.icap_threads = 100;
	module.segment = calloc(1, sizeof *module.segment);
	module.child = module.segment->threads;
	atomic_store(&module.segment->budget[BUDGET_MEMORY], 1 << 30);
	atomic_store(&module.segment->serving, 1);
	if (verdicts_attach(&module.verdicts, fd, 0, geteuid(), NULL) == -1)
		return -1;
	return close(fd);
}

static int
teardown(void **state)
{
	(void)state;
	verdicts_detach(&module.verdicts);
	free(module.segment);
	return rmdir(folder);
}

static uint64_t
metric(enum metric which)
{
	return metrics_get(&module.segment->metrics, which);
}

/* Of so many zeros; fails unless that comes out. */
static struct verdict
expect(size_t len, enum outcome outcome, enum cached cached)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	enum cached got = CACHED_OFF;
	uint8_t *data = calloc(1, len);
	struct body *body;
	struct err reason;

	assert_int_equal(body_new(&body, &module, NULL), 0);
	body_digest_along(body);
	assert_int_equal(body_add(body, data, len, NULL), 0);
	free(data);
	assert_int_equal(judge(&module, body, &ask, &verdict, &got, &reason),
	    JUDGED);
	body_free(&body);
	assert_string_equal(outcome_name(verdict.outcome),
	    outcome_name(outcome));
	assert_string_equal(cached_name(got), cached_name(cached));
	return verdict;
}

/* In memory, in a memfd, in the big lane. */
static const size_t lengths[] = { 10, 90000, 200000 };

static void
a_body_that_comes_again_is_not_scanned_again(void **state)
{
	const enum fake_act acts[] = { FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);
	struct verdict verdict;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lengths); i++) {
		expect(lengths[i], OUTCOME_CLEAN, CACHED_MISS);
		verdict = expect(lengths[i], OUTCOME_CLEAN, CACHED_HIT);
		assert_int_equal(verdict.bytes, GROUP_TEXT);
		expect(lengths[i], OUTCOME_CLEAN, CACHED_HIT);
	}
	assert_int_equal(fake_worker_jobs(fake), COUNT(lengths));
	assert_int_equal(metric(METRIC_SCANS), COUNT(lengths));
	assert_int_equal(metric(METRIC_CACHE_MISSES), COUNT(lengths));
	assert_int_equal(metric(METRIC_CACHE_STORES), COUNT(lengths));
	assert_int_equal(metric(METRIC_CACHE_ENTRIES), COUNT(lengths));
	assert_int_equal(metric(METRIC_CACHE_HITS), 2 * COUNT(lengths));
	assert_int_equal(metric(METRIC_CACHE_EVICTIONS), 0);
	fake_worker_stop(&fake);
}

static void
a_finding_is_the_same_finding_again(void **state)
{
	const enum fake_act acts[] = { FAKE_INFECTED, FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 2);
	struct verdict verdict;

	(void)state;
	expect(10, OUTCOME_INFECTED, CACHED_MISS);
	verdict = expect(10, OUTCOME_INFECTED, CACHED_HIT);
	assert_string_equal(verdict.name, FAKE_NAME);
	fake_worker_stop(&fake);
}

static void
what_is_no_verdict_of_a_worker_is_asked_for_again(void **state)
{
	static const struct {
		enum fake_act act;
		enum outcome outcome;
		int jobs;
	} cases[] = {
		{ FAKE_GARBAGE, OUTCOME_ENGINE_ERROR, 1 },
		{ FAKE_OVERDUE, OUTCOME_TIMEOUT, 1 },
		{ FAKE_DIES_UNREAD, OUTCOME_ENGINE_ERROR, 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		const enum fake_act acts[] = { cases[i].act, FAKE_DIES_UNREAD,
			FAKE_CLEAN };
		struct fake_worker *fake = fake_worker_start(folder, acts, 3);

		expect(10 + i, cases[i].outcome, CACHED_MISS);
		assert_int_equal(fake_worker_jobs(fake), cases[i].jobs);
		expect(10 + i, OUTCOME_CLEAN, CACHED_MISS);
		expect(10 + i, OUTCOME_CLEAN, CACHED_HIT);
		fake_worker_stop(&fake);
	}
}

static void
who_is_not_to_be_answered_from_memory_is_not(void **state)
{
	const enum fake_act acts[] = { FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);

	(void)state;
	expect(10, OUTCOME_CLEAN, CACHED_MISS);
	ask.anew = true;
	expect(10, OUTCOME_CLEAN, CACHED_OFF);
	assert_int_equal(fake_worker_jobs(fake), 2);
	fake_worker_stop(&fake);
}

static void
policies_with_other_limits_do_not_share(void **state)
{
	const enum fake_act acts[] = { FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);

	(void)state;
	expect(10, OUTCOME_CLEAN, CACHED_MISS);
	limits.value[LIMIT_FILES] = 5;
	expect(10, OUTCOME_CLEAN, CACHED_MISS);
	limits.value[LIMIT_FILES] = 0;
	ask.told.type = (struct told_text){ "a/b", 3 };
	expect(10, OUTCOME_CLEAN, CACHED_MISS);
	ask.told.type.len = 0;
	expect(10, OUTCOME_CLEAN, CACHED_HIT);
	fake_worker_stop(&fake);
}

/* --- doubt --- */

static void
a_breach_of_its_lane_takes_back_what_was_said(void **state)
{
	const enum fake_act acts[] = { FAKE_CLEAN, FAKE_CLEAN, FAKE_GARBAGE,
		FAKE_INFECTED };
	struct fake_worker *fake = fake_worker_start(folder, acts, 4);

	(void)state;
	expect(10, OUTCOME_CLEAN, CACHED_MISS);
	expect(200000, OUTCOME_CLEAN, CACHED_MISS);
	expect(11, OUTCOME_ENGINE_ERROR, CACHED_MISS);
	expect(200000, OUTCOME_CLEAN, CACHED_HIT);
	expect(10, OUTCOME_INFECTED, CACHED_MISS);
	expect(10, OUTCOME_INFECTED, CACHED_HIT);
	fake_worker_stop(&fake);
}

static void
a_worker_that_died_is_not_believed_any_more(void **state)
{
	const enum fake_act acts[] = { FAKE_CLEAN, FAKE_INFECTED };
	struct fake_worker *fake = fake_worker_start(folder, acts, 2);
	struct verdict verdict;

	(void)state;
	verdict = expect(10, OUTCOME_CLEAN, CACHED_MISS);
	assert_true(verdict.worker > 0);
	trust_doubt_worker(&module.segment->trust, verdict.worker);
	expect(10, OUTCOME_INFECTED, CACHED_MISS);
	fake_worker_stop(&fake);
}

static void
of_another_generation_nothing_is_known(void **state)
{
	const enum fake_act acts[] = { FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);

	(void)state;
	expect(10, OUTCOME_CLEAN, CACHED_MISS);
	atomic_store(&module.segment->serving, 0);
	expect(10, OUTCOME_LOADING, CACHED_OFF);
	atomic_store(&module.segment->serving, 2);	/* nobody is there */
	expect(10, OUTCOME_ENGINE_ERROR, CACHED_MISS);
	atomic_store(&module.segment->serving, 1);
	expect(10, OUTCOME_CLEAN, CACHED_HIT);
	fake_worker_stop(&fake);
}

/* Told otherwise it killed two: no answer for it any more. */
static void
a_body_that_cost_two_workers_is_refused_though_known(void **state)
{
	const enum fake_act acts[] = { FAKE_CLEAN, FAKE_DIES, FAKE_DIES };
	struct fake_worker *fake = fake_worker_start(folder, acts, 3);

	(void)state;
	expect(10, OUTCOME_CLEAN, CACHED_MISS);
	ask.told.flags = TOLD_RAW_TOO;
	expect(10, OUTCOME_ENGINE_ERROR, CACHED_MISS);
	ask.told.flags = 0;
	expect(10, OUTCOME_ENGINE_ERROR, CACHED_OFF);
	assert_int_equal(metric(METRIC_POISON_REFUSED), 1);
	fake_worker_stop(&fake);
}

/* --- the same body at the same time --- */

#define AT_ONCE 8

static enum outcome
judge_zeros(size_t len, enum cached *cached_out)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	uint8_t *data = calloc(1, len);
	struct body *body;
	struct err reason;

	if (body_new(&body, &module, NULL) == -1 ||
	    body_add(body, data, len, NULL) == -1)
		abort();
	free(data);
	judge(&module, body, &ask, &verdict, cached_out, &reason);
	body_free(&body);
	return verdict.outcome;
}

struct asker {
	pthread_t thread;
	enum outcome outcome;
	enum cached cached;
	int64_t ms;
};

static void *
run_asker(void *arg)
{
	struct asker *asker = arg;
	int64_t since = clock_ms();

	asker->outcome = judge_zeros(10, &asker->cached);
	asker->ms = clock_ms() - since;
	return NULL;
}

static void
start(struct asker *asker)
{
	assert_int_equal(pthread_create(&asker->thread, NULL, run_asker,
	    asker), 0);
}

static void
join(struct asker *asker)
{
	assert_int_equal(pthread_join(asker->thread, NULL), 0);
}

static void
many_at_once_cost_one_scan(void **state)
{
	const enum fake_act acts[] = { FAKE_SLOW };
	struct fake_worker *fake = fake_worker_start(folder, acts, 1);
	struct asker asker[AT_ONCE] = { 0 };
	unsigned i, waited = 0;

	(void)state;
	for (i = 0; i < AT_ONCE; i++)
		start(&asker[i]);
	for (i = 0; i < AT_ONCE; i++) {
		join(&asker[i]);
		assert_int_equal(asker[i].outcome, OUTCOME_CLEAN);
		waited += asker[i].cached == CACHED_WAIT;
	}
	assert_int_equal(fake_worker_jobs(fake), 1);
	assert_int_equal(metric(METRIC_CACHE_MISSES), 1);
	assert_int_equal(metric(METRIC_CACHE_COALESCED), waited);
	assert_true(metric(METRIC_CACHE_HITS) + waited == AT_ONCE - 1);
	assert_true(waited > 0);
	fake_worker_stop(&fake);
}

static void
until_jobs(const struct fake_worker *fake, int jobs)
{
	while (fake_worker_jobs(fake) < jobs)
		usleep(1000);
}

static void
who_waits_for_a_second_scans_itself(void **state)
{
	const enum fake_act acts[] = { FAKE_SILENT, FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 2);
	struct asker first = { 0 }, second = { 0 };

	(void)state;
	start(&first);
	until_jobs(fake, 1);
	start(&second);
	join(&second);
	assert_int_equal(second.outcome, OUTCOME_CLEAN);
	assert_int_equal(second.cached, CACHED_MISS);
	assert_in_range(second.ms, PENDING_MS - 200, PENDING_MS + 1500);
	join(&first);
	assert_int_equal(first.outcome, OUTCOME_TIMEOUT);
	assert_int_equal(metric(METRIC_CACHE_WAITS), 1);
	assert_int_equal(metric(METRIC_CACHE_COALESCED), 0);
	fake_worker_stop(&fake);
}

/* What is not kept ends the wait, too. */
static void
who_waits_for_no_verdict_scans_at_once(void **state)
{
	const enum fake_act acts[] = { FAKE_SILENT, FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 2);
	struct asker second = { 0 };
	enum cached cached;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);		/* a client that has left */
	ask.client_fd = ends[0];
	judge_zeros(10, &cached);
	ask.client_fd = -1;
	start(&second);
	join(&second);
	assert_int_equal(second.outcome, OUTCOME_CLEAN);
	assert_true(second.ms < PENDING_MS / 2);
	close(ends[0]);
	fake_worker_stop(&fake);
}

static void
who_is_killed_in_its_scan_makes_nobody_wait_longer(void **state)
{
	const enum fake_act acts[] = { FAKE_SILENT, FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 2);
	struct asker second = { 0 };
	enum cached cached;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit((int)judge_zeros(10, &cached));
	until_jobs(fake, 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	start(&second);
	join(&second);
	assert_int_equal(second.outcome, OUTCOME_CLEAN);
	assert_in_range(second.ms, 0, PENDING_MS + 1500);
	fake_worker_stop(&fake);
}

static void
without_threads_to_spare_nobody_waits(void **state)
{
	const enum fake_act acts[] = { FAKE_SILENT, FAKE_CLEAN };
	struct fake_worker *fake = fake_worker_start(folder, acts, 2);
	struct asker first = { 0 }, second = { 0 };

	(void)state;
	module.settings.icap_spare_threads = 2;
	atomic_store(&module.segment->threads[5].busy, 99);
	start(&first);
	until_jobs(fake, 1);
	start(&second);
	join(&second);
	assert_int_equal(second.outcome, OUTCOME_CLEAN);
	assert_true(second.ms < PENDING_MS / 2);
	assert_int_equal(metric(METRIC_CACHE_WAITS), 0);
	join(&first);
	fake_worker_stop(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_body_that_comes_again_is_not_scanned_again),
		TEST(a_finding_is_the_same_finding_again),
		TEST(what_is_no_verdict_of_a_worker_is_asked_for_again),
		TEST(who_is_not_to_be_answered_from_memory_is_not),
		TEST(policies_with_other_limits_do_not_share),
		TEST(a_breach_of_its_lane_takes_back_what_was_said),
		TEST(a_worker_that_died_is_not_believed_any_more),
		TEST(of_another_generation_nothing_is_known),
		TEST(a_body_that_cost_two_workers_is_refused_though_known),
		TEST(many_at_once_cost_one_scan),
		TEST(who_waits_for_a_second_scans_itself),
		TEST(who_waits_for_no_verdict_scans_at_once),
		TEST(who_is_killed_in_its_scan_makes_nobody_wait_longer),
		TEST(without_threads_to_spare_nobody_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
