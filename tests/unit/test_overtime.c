/* SPDX-License-Identifier: GPL-2.0-only */
/* One that is stopped hears no alarm: the supervisor counts its seconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>

#include "supervisor/errand.h"

static struct settings settings;	/* zero: no seccomp, no short limit */
static struct segment segment;

/* Before its cage closes: there it may not. */
static int
stop(const void *ctx, struct err *err)
{
	(void)ctx;
	return raise(SIGSTOP) == 0 ? 0 : err_sys(err, "raise");
}

static int
do_nothing(const void *ctx, struct err *err)
{
	(void)ctx;
	(void)err;
	return 0;
}

/* Its own alarm waits for a SIGCONT, too. */
static void
a_stopped_errand_is_killed_behind_its_limit_and_counted(void **state)
{
	struct errand errand = { .name = "stopped", .fn = do_nothing,
		.before = stop, .seconds = 1, .cage = &cage_of_locks,
		.settings = &settings, .segment = &segment };
	struct err err;

	(void)state;
	assert_int_equal(errand_run(&errand, &err), -1);
	assert_string_equal(err.text, "stopped: no answer within 1 s");
	assert_int_equal(errand.pid, 0);
	assert_int_equal(metrics_get(&segment.metrics, METRIC_HANGS_ERRAND), 1);
	errand.before = NULL;
	assert_int_equal(errand_run(&errand, &err), 0);
	assert_int_equal(metrics_get(&segment.metrics, METRIC_HANGS_ERRAND), 1);
}

/* As the loop sees it: at each second. */
static void
no_second_before_the_limit_ends_an_errand(void **state)
{
	struct errand errand = { .name = "stopped", .fn = do_nothing,
		.before = stop, .seconds = 600, .cage = &cage_of_locks,
		.settings = &settings };
	struct err err;
	unsigned i;
	int status;

	(void)state;
	assert_int_equal(errand_start(&errand, &err), 0);
	for (i = 0; i < 602; i++)
		errand_second(&errand);
	assert_int_equal(waitpid(errand.pid, &status, WUNTRACED), errand.pid);
	assert_true(WIFSTOPPED(status));
	errand_second(&errand);
	assert_int_equal(waitpid(errand.pid, &status, 0), errand.pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(errand_end(&errand, status, &err), -1);
	assert_string_equal(err.text, "stopped: no answer within 600 s");
	errand_second(&errand);		/* not on its way: no harm */
}

static void
a_test_can_shorten_the_limit_of_all(void **state)
{
	struct errand errand = { .name = "stopped", .fn = do_nothing,
		.before = stop, .seconds = 600, .cage = &cage_of_locks,
		.settings = &settings };
	struct err err;

	(void)state;
	settings.test_errand_seconds = 1;
	assert_int_equal(errand_run(&errand, &err), -1);
	assert_string_equal(err.text, "stopped: no answer within 1 s");
	settings.test_errand_seconds = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_stopped_errand_is_killed_behind_its_limit_and_counted),
		cmocka_unit_test(no_second_before_the_limit_ends_an_errand),
		cmocka_unit_test(a_test_can_shorten_the_limit_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
