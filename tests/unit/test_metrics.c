/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "metrics/metrics.h"

#define THREADS 8
#define ROUNDS 20000

static struct metrics shared;

static void
every_metric_has_a_name_of_its_own_and_help(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i < METRIC_COUNT; i++) {
		const char *name = metric_name((enum metric)i);

		assert_non_null(name);
		assert_int_equal(strncmp(name, "glassgate_", 10), 0);
		assert_true(strlen(metric_help((enum metric)i)) > 5);
		for (j = 0; j < i; j++)
			assert_string_not_equal(name,
			    metric_name((enum metric)j));
	}
}

static void
every_outcome_has_a_counter_with_its_word(void **state)
{
	static const char *const words[] = {
#define X(id, name) name,
		OUTCOMES(X)
#undef X
	};
	char want[96];
	size_t i;

	(void)state;
	for (i = 0; i < OUTCOME_COUNT; i++) {
		snprintf(want, sizeof want,
		    "glassgate_outcomes_total{outcome=\"%s\"}", words[i]);
		assert_string_equal(metric_name((enum metric)(METRIC_OUTCOMES +
		    i)), want);
	}
}

static void
counters_end_in_total_and_gauges_do_not(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < METRIC_COUNT; i++) {
		const char *total = strstr(metric_name((enum metric)i),
		    "_total");

		assert_int_equal(total == NULL,
		    metric_is_gauge((enum metric)i));
	}
}

static uint64_t
sum_of_outcomes(const struct metrics *metrics)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < OUTCOME_COUNT; i++)
		sum += metrics_get(metrics, (enum metric)(METRIC_OUTCOMES + i));
	return sum;
}

static void *
hammer(void *seed)
{
	unsigned at = *(const unsigned *)seed;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		at = at * 1103515245U + 12345U;
		metrics_decided(&shared, (enum outcome)((at >> 16) %
		    OUTCOME_COUNT), (at >> 8) & 1);
		metrics_add(&shared, METRIC_BODY_BYTES, 3);
	}
	return NULL;
}

static void
requests_equal_the_sum_of_outcomes_under_threads(void **state)
{
	pthread_t threads[THREADS];
	unsigned seeds[THREADS];
	unsigned i;

	(void)state;
	for (i = 0; i < THREADS; i++) {
		seeds[i] = i;
		assert_int_equal(pthread_create(&threads[i], NULL, hammer,
		    &seeds[i]), 0);
	}
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(metrics_get(&shared, METRIC_REQUESTS),
	    THREADS * ROUNDS);
	assert_int_equal(sum_of_outcomes(&shared), THREADS * ROUNDS);
	assert_int_equal(metrics_get(&shared, METRIC_BODY_BYTES),
	    3 * THREADS * ROUNDS);
}

static void
decided_request_counts_where_it_belongs(void **state)
{
	struct metrics metrics = { { 0 } };

	(void)state;
	metrics_decided(&metrics, OUTCOME_INFECTED, 1);
	metrics_decided(&metrics, OUTCOME_CLEAN, 0);
	assert_int_equal(metrics_get(&metrics, METRIC_REQUESTS), 2);
	assert_int_equal(metrics_get(&metrics, METRIC_BLOCKED), 1);
	assert_int_equal(metrics_get(&metrics,
	    (enum metric)(METRIC_OUTCOMES + OUTCOME_INFECTED)), 1);
	assert_int_equal(metrics_get(&metrics,
	    (enum metric)(METRIC_OUTCOMES + OUTCOME_CLEAN)), 1);
}

static void
number_that_is_no_outcome_counts_as_none(void **state)
{
	struct metrics metrics = { { 0 } };

	(void)state;
	metrics_decided(&metrics, (enum outcome)OUTCOME_COUNT, 1);
	metrics_decided(&metrics, (enum outcome)-1, 1);
	assert_int_equal(metrics_get(&metrics,
	    (enum metric)(METRIC_OUTCOMES + OUTCOME_NONE)), 2);
	assert_int_equal(metrics_get(&metrics, METRIC_REQUESTS), 2);
}

static void
gauge_says_the_last_value(void **state)
{
	struct metrics metrics = { { 0 } };

	(void)state;
	assert_true(metric_is_gauge(METRIC_NO_REAL_SIGNATURES));
	metrics_set(&metrics, METRIC_NO_REAL_SIGNATURES, 1);
	metrics_set(&metrics, METRIC_NO_REAL_SIGNATURES, 0);
	assert_int_equal(metrics_get(&metrics, METRIC_NO_REAL_SIGNATURES), 0);
}

/* 1 if metrics_add() of that metric ends the process. */
static int
adding_aborts(enum metric metric)
{
	struct metrics metrics = { { 0 } };
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid != -1);
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		signal(SIGABRT, SIG_DFL);
		dup2(null, 2);
		metrics_add(&metrics, metric, 1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void
requests_and_outcomes_are_added_by_nobody_else(void **state)
{
	int i;

	(void)state;
	assert_true(adding_aborts(METRIC_REQUESTS));
	assert_true(adding_aborts(METRIC_BLOCKED));
	assert_true(adding_aborts(METRIC_NO_REAL_SIGNATURES));
	assert_true(adding_aborts(METRIC_COUNT));
	for (i = METRIC_OUTCOMES; i < METRIC_COUNT; i++)
		assert_true(adding_aborts((enum metric)i));
	assert_false(adding_aborts(METRIC_SCANS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_metric_has_a_name_of_its_own_and_help),
		cmocka_unit_test(every_outcome_has_a_counter_with_its_word),
		cmocka_unit_test(counters_end_in_total_and_gauges_do_not),
		cmocka_unit_test(
		    requests_equal_the_sum_of_outcomes_under_threads),
		cmocka_unit_test(decided_request_counts_where_it_belongs),
		cmocka_unit_test(number_that_is_no_outcome_counts_as_none),
		cmocka_unit_test(gauge_says_the_last_value),
		cmocka_unit_test(
		    requests_and_outcomes_are_added_by_nobody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
