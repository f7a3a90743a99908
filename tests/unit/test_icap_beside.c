/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "fakes/fake_worker.h"
#include "icap/beside.h"

#define LEN 300000

static struct module module;
static struct limits limits;
static char folder[64];
static struct fake_worker *fake;
static struct body *body;

static int
setup(void **state)
{
	static uint8_t data[LEN];

	(void)state;
	strcpy(folder, "/tmp/glassgate-beside.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	memset(&module, 0, sizeof module);
	strcpy(module.runtime, folder);
	module.settings.body_max = 1 << 30;
	module.settings.scan_small_max = 100000;
	module.settings.scan_small_seconds = 5;
	module.settings.scan_big_seconds = 5;
	module.segment = calloc(1, sizeof *module.segment);
	if (module.segment == NULL)
		return -1;
	atomic_store(&module.segment->serving, 1);
	atomic_store(&module.segment->budget[BUDGET_MEMORY], 1 << 30);
	module.child = module.segment->threads;
	memset(data, 'a', sizeof data);
	if (body_new(&body, &module, NULL) == -1)
		return -1;
	return body_add(body, data, sizeof data, NULL);
}

static int
teardown(void **state)
{
	(void)state;
	fake_worker_stop(&fake);
	body_free(&body);
	free(module.segment);
	return rmdir(folder);
}

static struct beside *
begin(const enum fake_act *act, int client_fd)
{
	struct judge_ask ask = { .limits = &limits, .client_fd = client_fd };
	struct beside *beside;

	fake = fake_worker_start(folder, act, 1);
	assert_int_equal(beside_new(&beside, &module, body, &ask), 0);
	return beside;
}

static int
threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	int count = 0;

	assert_non_null(tasks);
	while (readdir(tasks) != NULL)
		count++;
	closedir(tasks);
	return count;
}

/* The kernel shows a thread for a moment after it was joined. */
static void
assert_becomes(int (*count)(void), int want)
{
	int64_t until = clock_ms() + 4000;

	while (count() != want && clock_ms() < until)
		usleep(1000);
	assert_int_equal(count(), want);
}

static enum judged
end(struct beside **beside, struct verdict *verdict)
{
	enum cached cached;
	struct err reason;
	enum judged judged = beside_end(beside, verdict, &cached, &reason);

	assert_null(*beside);
	return judged;
}

static void
the_verdict_comes_while_the_body_is_taken(void **state)
{
	static const enum fake_act act = FAKE_SLOW;
	struct beside *beside = begin(&act, -1);
	struct verdict verdict;
	uint64_t taken = 0;
	char out[1000];

	(void)state;
	while (!beside_wait(beside, clock_ms() + 10)) {
		ssize_t n = body_take(body, out, sizeof out, NULL);

		assert_int_equal(n, sizeof out);
		assert_int_equal(out[0], 'a');
		taken += (uint64_t)n;
	}
	assert_true(taken > 0);
	assert_int_equal(end(&beside, &verdict), JUDGED);
	assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	assert_int_equal(body_left(body), LEN - taken);
}

static void
a_wait_ends_at_its_time_and_at_once_with_the_verdict(void **state)
{
	static const enum fake_act act = FAKE_SLOW;
	struct beside *beside = begin(&act, -1);
	int64_t since = clock_ms();
	struct verdict verdict;

	(void)state;
	assert_false(beside_wait(beside, 0));
	assert_false(beside_wait(beside, since + 50));
	assert_true(clock_ms() - since >= 49);
	assert_true(beside_wait(beside, since + 60000));
	assert_true(clock_ms() - since < 30000);
	assert_int_equal(end(&beside, &verdict), JUDGED);
}

static void
who_gives_up_leaves_neither_thread_nor_job(void **state)
{
	static const enum fake_act act = FAKE_SILENT;
	struct beside *beside = begin(&act, -1);
	int before = threads();
	int64_t since = clock_ms();

	(void)state;
	while (fake_worker_jobs(fake) == 0)
		usleep(1000);
	beside_free(&beside);
	assert_null(beside);
	assert_true(clock_ms() - since < 4000);
	assert_becomes(threads, before - 1);
	while (fake_worker_hangups(fake) == 0)
		usleep(1000);
	beside_free(&beside);
}

static void
a_client_that_leaves_ends_it(void **state)
{
	static const enum fake_act act = FAKE_SILENT;
	struct verdict verdict;
	struct beside *beside;
	int sp[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sp), 0);
	beside = begin(&act, sp[0]);
	assert_false(beside_wait(beside, clock_ms() + 20));
	close(sp[1]);
	assert_true(beside_wait(beside, clock_ms() + 4000));
	assert_int_equal(end(&beside, &verdict), JUDGED_GONE);
	close(sp[0]);
}

static void
a_stop_of_the_service_ends_it(void **state)
{
	static const enum fake_act act = FAKE_SILENT;
	struct beside *beside = begin(&act, -1);
	struct verdict verdict;

	(void)state;
	atomic_store(&module.segment->stop, 1);
	assert_true(beside_wait(beside, clock_ms() + 4000));
	assert_int_equal(end(&beside, &verdict), JUDGED_STOPPED);
}

/* Threads of ours that SIGTERM cannot reach. */
static int
deaf(void)
{
	unsigned long long bit = 1ULL << (SIGTERM - 1), blocked;
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;
	char path[300], line[256];
	int count = 0;

	assert_non_null(tasks);
	while ((task = readdir(tasks)) != NULL) {
		FILE *status;

		snprintf(path, sizeof path, "/proc/self/task/%s/status",
		    task->d_name);
		status = fopen(path, "r");
		while (status != NULL &&
		    fgets(line, sizeof line, status) != NULL)
			if (sscanf(line, "SigBlk: %llx", &blocked) == 1 &&
			    (blocked & bit) != 0)
				count++;
		if (status != NULL)
			fclose(status);
	}
	closedir(tasks);
	return count;
}

static void
signals_of_the_process_are_not_for_it(void **state)
{
	static const enum fake_act act = FAKE_SILENT;
	struct beside *beside;
	int before = deaf();

	(void)state;
	beside = begin(&act, -1);
	/* Until then a new thread of the fake may be deaf, too. */
	while (fake_worker_jobs(fake) == 0)
		usleep(1000);
	assert_int_equal(deaf(), before + 1);
	beside_free(&beside);
	assert_becomes(deaf, before);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_verdict_comes_while_the_body_is_taken),
		TEST(a_wait_ends_at_its_time_and_at_once_with_the_verdict),
		TEST(who_gives_up_leaves_neither_thread_nor_job),
		TEST(a_client_that_leaves_ends_it),
		TEST(a_stop_of_the_service_ends_it),
		TEST(signals_of_the_process_are_not_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
