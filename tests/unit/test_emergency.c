/* SPDX-License-Identifier: GPL-2.0-only */
/* pass-all in the supervisor, with a clock and a timer of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "segment/pass_all.h"
#include "supervisor/emergency.h"

static char folder[] = "/tmp/glassgate-emergency.XXXXXX";
static int64_t now;
static struct {
	int64_t at;
	loop_timer_fn *fn;
	void *ctx;
} timer;
static struct segment *segment;
static struct house house;
static struct emergency emergency;
static FILE *said;			/* in the place of stderr */
static int real_stderr;

int64_t __wrap_clock_ms(void);
int __wrap_loop_at(struct loop *, int64_t, loop_timer_fn *, void *);
void __wrap_loop_cancel(struct loop *, int *);

int64_t
__wrap_clock_ms(void)
{
	return now;
}

int
__wrap_loop_at(struct loop *loop, int64_t at, loop_timer_fn *fn, void *ctx)
{
	(void)loop;
	timer.at = at;
	timer.fn = fn;
	timer.ctx = ctx;
	return 1;
}

void
__wrap_loop_cancel(struct loop *loop, int *id)
{
	(void)loop;
	*id = 0;
	timer.fn = NULL;
}

static int
setup(void **state)
{
	struct err err;

	(void)state;
	now = 1000000;
	timer.fn = NULL;
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	if (mkdtemp(folder) == NULL ||
	    segment_create(&segment, folder, getgid(), &err) == -1)
		return -1;
	memset(&house, 0, sizeof(house));
	house.segment = segment;
	strcpy(house.runtime.path, folder);
	emergency_init(&emergency, &house);
	said = tmpfile();
	real_stderr = dup(STDERR_FILENO);
	return said == NULL || dup2(fileno(said), STDERR_FILENO) == -1 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	emergency_end(&emergency, "test");
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	fclose(said);
	segment_detach(&segment);
	segment_remove(folder);
	return rmdir(folder);	/* fails if a file was left behind */
}

static struct control_answer
asked(uint64_t seconds, const char *reason)
{
	struct control_ask ask = {
		.verb = CONTROL_PASS_ALL, .number = seconds,
	};
	struct control_answer answer = { 0 };

	strcpy(ask.text, reason);
	emergency_ask(&emergency, &ask, &answer);
	return answer;
}

/* Lines of the log with this in them. */
static int
lines(const char *text)
{
	char line[1024];
	int count = 0;

	rewind(said);
	while (fgets(line, sizeof(line), said) != NULL)
		count += strstr(line, text) != NULL;
	fseek(said, 0, SEEK_END);
	return count;
}

static void
go_to_timer(void)
{
	loop_timer_fn *fn = timer.fn;

	assert_non_null(fn);
	timer.fn = NULL;
	now = timer.at;
	fn(timer.ctx);
}

static void
it_is_told_every_minute_and_ends_at_its_time(void **state)
{
	(void)state;
	assert_int_equal(asked(150, "why not").good, 1);
	assert_int_equal(lines("pass-all begins"), 1);
	assert_true(pass_all_is_on(segment, folder, now));
	metrics_add(&segment->metrics, METRIC_PASSED_ALL, 7);
	go_to_timer();
	assert_int_equal(now, 1060000);
	assert_int_equal(lines("pass-all is on seconds_left=90 passed=7 "
	    "reason=\"why not\""), 1);
	go_to_timer();
	assert_int_equal(lines("pass-all is on"), 2);
	go_to_timer();
	assert_int_equal(now, 1150000);
	assert_int_equal(lines("pass-all ended why=time passed=7"), 1);
	assert_false(pass_all_is_on(segment, folder, now));
	assert_null(timer.fn);
}

static void
status_and_gauge_follow(void **state)
{
	struct status status;

	(void)state;
	asked(60, "why not");
	assert_int_equal(segment_status_copy(segment, &status), 0);
	assert_int_equal(status.pass_all_until, 1060000);
	assert_string_equal(status.pass_all_reason, "why not");
	assert_int_equal(metrics_get(&segment->metrics, METRIC_PASS_ALL), 1);
	assert_int_equal(asked(0, "").good, 1);
	assert_int_equal(segment_status_copy(segment, &status), 0);
	assert_int_equal(status.pass_all_until, 0);
	assert_string_equal(status.pass_all_reason, "");
	assert_int_equal(metrics_get(&segment->metrics, METRIC_PASS_ALL), 0);
}

static void
asked_twice_the_later_time_counts(void **state)
{
	(void)state;
	asked(60, "one");
	now += 30000;
	asked(90, "two");
	assert_int_equal(emergency.until, 1120000);
	go_to_timer();
	assert_int_equal(now, 1090000);
	assert_int_equal(lines("pass-all is on"), 1);
}

static void
more_than_a_day_no_reason_and_an_end_of_nothing_are_refused(void **state)
{
	(void)state;
	assert_int_equal(asked(PASS_ALL_MOST + 1, "x").good, 0);
	assert_int_equal(asked(UINT64_MAX, "x").good, 0);
	assert_int_equal(asked(60, "").good, 0);
	assert_int_equal(asked(60, "   ").good, 0);
	assert_int_equal(asked(0, "").good, 0);
	assert_null(timer.fn);
	assert_int_equal(lines("pass-all"), 0);
	assert_int_equal(asked(PASS_ALL_MOST, "x").good, 1);
}

static void
a_reason_cannot_end_its_field_in_the_log(void **state)
{
	(void)state;
	asked(60, "x\" action=none");
	assert_int_equal(lines("reason=\"x' action=none\""), 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_is_told_every_minute_and_ends_at_its_time),
		T(status_and_gauge_follow),
		T(asked_twice_the_later_time_counts),
		T(more_than_a_day_no_reason_and_an_end_of_nothing_are_refused),
		T(a_reason_cannot_end_its_field_in_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
