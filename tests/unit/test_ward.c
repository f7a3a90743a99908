/* SPDX-License-Identifier: GPL-2.0-only */
/* The supervisor's watch over a child process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/log.h"
#include "supervisor/ward.h"

/* A ward that is a shell; what happens to it is written down in `told`. */
static struct {
	const char *script;
	struct ward ward;
	pid_t pid;
	char told[64];
	bool works_at_last;	/* it had said that it works; read too late */
} shell;

static int
start_shell(void *ctx, pid_t *pid_out, struct err *err)
{
	const char *const argv[] = { "sh", "-c", shell.script, NULL };
	const char *const envp[] = { NULL };
	const struct child_spec spec = { .program = "/bin/sh", .argv = argv,
		.envp = envp };

	(void)ctx;
	strcat(shell.told, "s");
	if (child_start(&spec, pid_out, err) == -1)
		return -1;
	shell.pid = *pid_out;
	return 0;
}

/* Dead, and not reaped yet. */
static void
shell_last_words(void *ctx)
{
	siginfo_t info = { 0 };

	(void)ctx;
	strcat(shell.told, "w");
	assert_int_equal(waitid(P_PID, (id_t)shell.pid, &info,
	    WEXITED | WNOHANG | WNOWAIT), 0);
	assert_int_equal(info.si_pid, shell.pid);
	if (shell.works_at_last)
		ward_worked(&shell.ward);
}

static void
shell_died(void *ctx, bool worked)
{
	(void)ctx;
	strcat(shell.told, worked ? "D" : "d");
	/* nobody of its group is left */
	assert_int_equal(kill(-shell.pid, 0), -1);
	if (strlen(shell.told) > 8)
		loop_stop(shell.ward.loop);
}

static void
shell_ended(void *ctx)
{
	(void)ctx;
	strcat(shell.told, "e");
	loop_stop(shell.ward.loop);
}

static void
on_child(void *ctx, int signo)
{
	siginfo_t info = { 0 };

	(void)ctx;
	(void)signo;
	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid != 0) {
		if (!ward_reap(&shell.ward, info.si_pid))
			waitpid(info.si_pid, NULL, 0);
		info.si_pid = 0;
	}
}

static void
run_shell(const char *script, int worked, int stop_ms)
{
	struct loop *loop;
	struct err err;
	sigset_t set;

	log_setup("test", LOG_ERROR);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	shell.told[0] = '\0';
	shell.script = script;
	assert_int_equal(loop_new(&loop, &err), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	assert_int_equal(loop_signals(loop, &set, on_child, NULL, &err), 0);
	shell.ward = (struct ward){ .name = "shell", .start = start_shell,
		.last_words = shell_last_words, .died = shell_died,
		.ended = shell_ended, .loop = loop, .stop_seconds = 1 };
	ward_start(&shell.ward);
	if (worked)
		ward_worked(&shell.ward);
	if (stop_ms >= 0)
		loop_at(loop, clock_ms() + stop_ms, (loop_timer_fn *)ward_stop,
		    &shell.ward);
	assert_int_equal(loop_run(loop, &err), 0);
	loop_free(&loop);
	loop_signals_restore();
}

static void
a_child_that_never_worked_comes_back_later_each_time(void **state)
{
	int64_t before = clock_ms();

	(void)state;
	run_shell("exit 1", 0, 2500);
	assert_string_equal(shell.told, "swdswde");	/* 0 s, 1 s; not 3 s */
	assert_true(clock_ms() - before < 3900);
}

static void
a_child_that_worked_comes_back_at_once(void **state)
{
	int64_t before = clock_ms();

	(void)state;
	run_shell("sleep 1.1; exit 1", 1, 1700);
	/* the last death is by SIGTERM */
	assert_string_equal(shell.told, "swDswDe");
	assert_true(clock_ms() - before < 3100);
}

static void
a_child_that_said_so_before_it_died_has_worked(void **state)
{
	(void)state;
	shell.works_at_last = true;
	run_shell("exit 1", 0, 1500);
	shell.works_at_last = false;
	assert_string_equal(shell.told, "swDswDe");
}

static void
no_child_is_started_twice_in_a_second(void **state)
{
	(void)state;
	run_shell("exit 1", 1, 700);
	assert_string_equal(shell.told, "swDe");
}

static void
a_child_that_is_told_to_go_goes_and_stays_away(void **state)
{
	int64_t before = clock_ms();

	(void)state;
	run_shell("exec sleep 30", 1, 100);
	assert_string_equal(shell.told, "swDe");
	assert_true(clock_ms() - before < 900);
}

static void
a_child_that_is_deaf_is_killed(void **state)
{
	int64_t before = clock_ms();

	(void)state;
	run_shell("trap '' TERM; sleep 30; sleep 30", 1, 100);
	assert_string_equal(shell.told, "swDe");
	assert_true(clock_ms() - before >= 1000);
}

static void
the_children_of_a_dead_child_are_gone_before_it_is_told(void **state)
{
	(void)state;
	/* shell_died() looks */
	run_shell("sleep 30 & sleep 30 & sleep 0.2; kill -9 $$", 1, 1600);
	assert_string_equal(shell.told, "swDswde");
}

#define T(fn) cmocka_unit_test(fn)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(a_child_that_never_worked_comes_back_later_each_time),
		T(a_child_that_worked_comes_back_at_once),
		T(a_child_that_said_so_before_it_died_has_worked),
		T(no_child_is_started_twice_in_a_second),
		T(a_child_that_is_told_to_go_goes_and_stays_away),
		T(a_child_that_is_deaf_is_killed),
		T(the_children_of_a_dead_child_are_gone_before_it_is_told),
	};

	return cmocka_run_group_tests_name("ward", tests, NULL, NULL);
}
