/* SPDX-License-Identifier: GPL-2.0-only */
/* How an errand ends. One that is stopped hears no alarm: the supervisor counts
 * its seconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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
	int status, result = 0;

	(void)state;
	assert_int_equal(errand_start(&errand, &err), 0);
	for (i = 0; i < 602; i++)
		errand_second(&errand);
	assert_int_equal(waitpid(errand.pid, &status, WUNTRACED), errand.pid);
	assert_true(WIFSTOPPED(status));
	errand_second(&errand);
	assert_false(errand_reap(&errand, errand.pid + 1, &result, &err));
	assert_true(errand_reap(&errand, errand.pid, &result, &err));
	assert_int_equal(result, -1);
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

static void
open_nothing(const void *ctx, struct errand_doors *doors)
{
	(void)ctx;
	(void)doors;
}

/* In a program's way: what the cages of the real ones refuse, test_errands.c
 * tries. */
static const struct errand_cage no_cage = { .is_program = true,
	.open = open_nothing };

static int
succeed(const void *ctx, struct err *err)
{
	(void)ctx;
	(void)err;
	return 0;
}

static int
refuse(const void *ctx, struct err *err)
{
	return err_set(err, "%s", (const char *)ctx);
}

static int
sleep_long(const void *ctx, struct err *err)
{
	(void)ctx;
	(void)err;
	pause();
	return 0;
}

static int
crash(const void *ctx, struct err *err)
{
	(void)ctx;
	(void)err;
	raise(SIGKILL);
	return 0;
}

static void
an_errand_tells_how_it_went(void **state)
{
	static const struct {
		errand_fn *fn;
		const char *why;	/* NULL: well */
	} cases[] = {
		{ succeed, NULL },
		{ refuse, "for a reason" },
		{ sleep_long, "no answer within 1 s" },
		{ crash, "died" },
	};
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct errand errand = { .name = "test", .fn = cases[i].fn,
			.ctx = "for a reason", .seconds = 1,
			.cage = &no_cage, .settings = &settings };

		assert_int_equal(errand_run(&errand, &err),
		    cases[i].why == NULL ? 0 : -1);
		assert_int_equal(errand.pid, 0);
		if (cases[i].why != NULL)
			assert_non_null(strstr(err.text, cases[i].why));
	}
}

static int
is_held_back(const void *ctx, struct err *err)
{
	const int *before = ctx;

	if (getpriority(PRIO_PROCESS, 0) > *before)
		return 0;
	return err_set(err, "as swift as all others");
}

static void
a_gentle_errand_lets_others_go_first(void **state)
{
	const int before = getpriority(PRIO_PROCESS, 0);
	struct errand errand = { .name = "test", .fn = is_held_back,
		.ctx = &before, .seconds = 5, .cage = &no_cage,
		.settings = &settings };
	struct err err;

	(void)state;
	assert_int_equal(errand_run(&errand, &err), -1);
	errand.gently = true;
	assert_int_equal(errand_run(&errand, &err), 0);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_stopped_errand_is_killed_behind_its_limit_and_counted),
		cmocka_unit_test(no_second_before_the_limit_ends_an_errand),
		cmocka_unit_test(a_test_can_shorten_the_limit_of_all),
		cmocka_unit_test(an_errand_tells_how_it_went),
		cmocka_unit_test(a_gentle_errand_lets_others_go_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
