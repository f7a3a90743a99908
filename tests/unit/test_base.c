/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/account.h"
#include "base/bytes.h"
#include "base/child.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/proc.h"

static void
error_says_what_and_why(void **state)
{
	struct err err;

	(void)state;
	errno = ENOENT;
	assert_int_equal(err_sys(&err, "/x"), -1);
	assert_string_equal(err.text, "/x: No such file or directory");
	assert_int_equal(err_wrap(&err, "file %d", 7), -1);
	assert_string_equal(err.text, "file 7: /x: No such file or directory");
	assert_int_equal(err_set(NULL, "nobody listens"), -1);
}

static void
error_that_is_too_long_is_cut_not_spilled(void **state)
{
	char long_text[2000];
	struct err err;
	int i;

	(void)state;
	memset(long_text, 'a', sizeof long_text);
	long_text[sizeof long_text - 1] = '\0';
	err_set(&err, "%s", long_text);
	for (i = 0; i < 10; i++)
		err_wrap(&err, "%s", long_text);
	assert_true(strlen(err.text) < sizeof err.text);
}

static void
numbers_come_back_as_they_went(void **state)
{
	uint8_t memory[18];
	struct writer w = writer_on(memory, sizeof memory);
	struct reader r;

	(void)state;
	put_u8(&w, 0xfe);
	put_u16(&w, 0xabcd);
	put_u32(&w, 0x01020304);
	put_u64(&w, UINT64_MAX - 1);
	put_bytes(&w, "xyz", 3);
	assert_false(w.bad);
	assert_int_equal(writer_len(&w), sizeof memory);
	assert_int_equal(memory[3], 1);
	r = reader_on(memory, sizeof memory);
	assert_int_equal(get_u8(&r), 0xfe);
	assert_int_equal(get_u16(&r), 0xabcd);
	assert_int_equal(get_u32(&r), 0x01020304);
	assert_true(get_u64(&r) == UINT64_MAX - 1);
	assert_false(reader_done(&r));
	assert_memory_equal(get_bytes(&r, 3), "xyz", 3);
	assert_true(reader_done(&r));
}

static void
writing_past_the_end_is_refused_whole(void **state)
{
	uint8_t memory[4] = { 9, 9, 9, 9 };
	struct writer w = writer_on(memory, 3);

	(void)state;
	put_u32(&w, 1);
	assert_true(w.bad);
	put_u8(&w, 1);
	assert_true(w.bad);
	assert_int_equal(writer_len(&w), 0);
	assert_int_equal(memory[0], 9);
	assert_int_equal(memory[3], 9);
}

static void
reading_past_the_end_gives_zero_and_is_bad(void **state)
{
	struct reader r = reader_on("\1\2\3", 3);

	(void)state;
	assert_int_equal(get_u32(&r), 0);
	assert_int_equal(get_u8(&r), 0);
	assert_null(get_bytes(&r, 1));
	assert_false(reader_done(&r));
	r = reader_on("abc", 3);
	assert_null(get_bytes(&r, SIZE_MAX));
	assert_true(r.bad);
}

static void
quoting_leaves_nothing_that_ends_or_forges_a_line(void **state)
{
	static const struct {
		const char *given, *want;
	} cases[] = {
		{ "plain-1.2_x/y?z=1", "plain-1.2_x/y?z=1" },
		{ NULL, "-" },
		{ "", "-" },
		{ "a b", "a\\x20b" },
		{ "a\r\nid=1", "a\\x0d\\x0aid=1" },
		{ "\"\\", "\\x22\\x5c" },
		{ "\xc3\xa9", "\\xc3\\xa9" },
	};
	char out[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
		    log_quote(out, sizeof out, cases[i].given), cases[i].want);
	log_quote(out, 16, "0123456789abcdefghij");
	assert_string_equal(out, "012345678...");
	log_quote(out, 16, "\n\n\n\n\n\n\n");
	assert_string_equal(out, "\\x0a\\x0a\\x0a...");
}

static void
log_line_stays_one_line(void **state)
{
	char text[6000], got[8192];
	int ends[2], saved = dup(2);
	ssize_t len;

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	text[3] = '\n';
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], 2);
	log_warn("two words", "key=%s", text);
	log_debug("not shown", "%s", "");
	dup2(saved, 2);
	close(saved);
	len = read(ends[0], got, sizeof got);
	assert_int_equal(len, 4096);
	assert_ptr_equal(memchr(got, '\n', (size_t)len), got + len - 1);
	assert_non_null(memmem(got, 80, " warn glassgate[", 16));
	close(ends[0]);
	close(ends[1]);
}

/* What is relayed can be read back only as a line of that very process. */
static void
line_of_another_process_is_relayed_as_its_own(void **state)
{
	char got[8192] = "";
	int ends[2], saved = dup(2);
	enum log_level level = LOG_DEBUG;
	const char *text;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], 2);
	log_relay(LOG_DEBUG, "worker", 80, "not shown");
	log_relay(LOG_ERROR, "worker", 80, "no cage\nreason=%s");
	dup2(saved, 2);
	close(saved);
	assert_true(read(ends[0], got, sizeof got - 1) > 0);
	close(ends[0]);
	close(ends[1]);
	assert_null(log_head_parse(got, "worker", 8, &level));
	assert_null(log_head_parse(got, "work", 80, &level));
	assert_int_equal(level, LOG_DEBUG);
	text = log_head_parse(got, "worker", 80, &level);
	assert_non_null(text);
	assert_string_equal(text, "no cage?reason=%s\n");
	assert_int_equal(level, LOG_ERROR);
}

/* It is asked for once in a process, and a fork is another one. */
static void
line_has_the_pid_of_its_process(void **state)
{
	char got[512] = "";
	int ends[2], saved = dup(2);
	enum log_level level;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], 2);
	log_setup("glassgate", LOG_INFO);
	pid = fork();
	if (pid == 0) {
		log_warn("born", "%s", "");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	dup2(saved, 2);
	close(saved);
	assert_true(read(ends[0], got, sizeof got - 1) > 0);
	close(ends[0]);
	close(ends[1]);
	assert_non_null(log_head_parse(got, "glassgate", pid, &level));
}

struct seen {
	struct loop *loop;
	int order[8];
	int count;
	int ends[2];
	int other;
};

static void
note_one(void *ctx)
{
	struct seen *seen = ctx;

	seen->order[seen->count++] = 1;
}

static void
note_two_and_stop(void *ctx)
{
	struct seen *seen = ctx;

	seen->order[seen->count++] = 2;
	loop_stop(seen->loop);
}

static void
timers_run_in_time_and_cancelled_ones_never(void **state)
{
	struct seen seen = { 0 };
	int64_t now = clock_ms();
	int cancelled;

	(void)state;
	assert_int_equal(loop_new(&seen.loop, NULL), 0);
	loop_at(seen.loop, now + 20, note_two_and_stop, &seen);
	loop_at(seen.loop, now + 1, note_one, &seen);
	cancelled = loop_at(seen.loop, now + 2, note_one, &seen);
	loop_cancel(seen.loop, &cancelled);
	assert_int_equal(cancelled, 0);
	assert_int_equal(loop_run(seen.loop, NULL), 0);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.order[0], 1);
	assert_int_equal(seen.order[1], 2);
	assert_true(clock_ms() >= now + 20);
	loop_free(&seen.loop);
	assert_null(seen.loop);
}

/* As after a pause of the machine. */
static void
overdue_timers_run_in_the_order_of_their_time(void **state)
{
	struct seen seen = { 0 };
	int64_t now = clock_ms();

	(void)state;
	assert_int_equal(loop_new(&seen.loop, NULL), 0);
	loop_at(seen.loop, now - 1, note_two_and_stop, &seen);
	loop_at(seen.loop, now - 2, note_one, &seen);
	assert_int_equal(loop_run(seen.loop, NULL), 0);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.order[0], 1);
	loop_free(&seen.loop);
}

/* Whatever places earlier ones left behind. */
static void
all_of_many_timers_run(void **state)
{
	struct seen seen = { 0 };
	int64_t now = clock_ms();
	int id[6], i;

	(void)state;
	assert_int_equal(loop_new(&seen.loop, NULL), 0);
	for (i = 0; i < 6; i++)
		id[i] = loop_at(seen.loop, now + 1, note_one, &seen);
	loop_cancel(seen.loop, &id[0]);
	loop_cancel(seen.loop, &id[5]);
	loop_at(seen.loop, now + 30, note_two_and_stop, &seen);
	loop_at(seen.loop, now + 2, note_one, &seen);
	assert_int_equal(loop_run(seen.loop, NULL), 0);
	assert_int_equal(seen.count, 6);
	loop_free(&seen.loop);
}

static void
on_readable(void *ctx, int fd, short revents)
{
	struct seen *seen = ctx;

	assert_true(revents & POLLIN);
	seen->order[seen->count++] = fd;
	loop_unwatch(seen->loop, fd);
	loop_unwatch(seen->loop, seen->other);
	loop_at(seen->loop, clock_ms() + 5, note_two_and_stop, seen);
}

static void
callback_may_remove_itself_and_its_neighbour(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(loop_new(&seen.loop, NULL), 0);
	assert_int_equal(pipe(seen.ends), 0);
	seen.other = dup(seen.ends[0]);
	assert_int_equal(write(seen.ends[1], "x", 1), 1);
	loop_watch(seen.loop, seen.ends[0], POLLIN, on_readable, &seen);
	loop_watch(seen.loop, seen.other, POLLIN, on_readable, &seen);
	assert_int_equal(loop_run(seen.loop, NULL), 0);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.order[0], seen.ends[0]);
	loop_free(&seen.loop);
	close(seen.ends[0]);
	close(seen.ends[1]);
	close(seen.other);
}

static void
on_signal(void *ctx, int signo)
{
	struct seen *seen = ctx;

	seen->order[seen->count++] = signo;
	loop_stop(seen->loop);
}

static void
signal_arrives_in_the_loop(void **state)
{
	struct seen seen = { 0 };
	sigset_t set;

	(void)state;
	assert_int_equal(loop_new(&seen.loop, NULL), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	assert_int_equal(
	    loop_signals(seen.loop, &set, on_signal, &seen, NULL), 0);
	raise(SIGUSR1);
	assert_int_equal(loop_run(seen.loop, NULL), 0);
	assert_int_equal(seen.order[0], SIGUSR1);
	loop_free(&seen.loop);
	loop_signals_restore();
}

/* Runs a shell line as a child of ours; what it prints on 3 is the answer. */
static void
ask_child(const char *line, char *answer, size_t size)
{
	const char *const argv[] = { "sh", "-c", line, NULL };
	const char *const envp[] = { "ONLY=this", NULL };
	struct child_spec spec = {
		.program = "/bin/sh", .argv = argv, .envp = envp, .fd_count = 1,
	};
	int ends[2], status;
	struct err err;
	size_t used = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	spec.fds = &ends[1];
	if (child_start(&spec, &pid, &err) == -1)
		fail_msg("%s", err.text);
	close(ends[1]);
	while ((got = read(ends[0], answer + used, size - 1 - used)) > 0)
		used += (size_t)got;
	answer[used] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void
child_has_only_the_listed_descriptors(void **state)
{
	char answer[256];
	int leak = open("/dev/null", O_RDONLY);	/* on purpose not CLOEXEC */

	(void)state;
	ask_child("n=0; has=; while [ $n -lt 100 ]; do "
		  "[ ! -e /proc/$$/fd/$n ] || has=$has,$n; n=$((n + 1)); done; "
		  "echo $has >&3", answer, sizeof answer);
	assert_string_equal(answer, ",0,1,2,3\n");
	close(leak);
}

static void
output_of_a_child_goes_where_it_was_told(void **state)
{
	const char *const argv[] = { "sh", "-c", "echo heard", NULL };
	const char *const envp[] = { NULL };
	struct child_spec spec = {
		.program = "/bin/sh", .argv = argv, .envp = envp,
	};
	char text[16] = "";
	struct err err;
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	spec.output = ends[1];
	assert_int_equal(child_start(&spec, &pid, &err), 0);
	close(ends[1]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(read(ends[0], text, sizeof text - 1), 6);
	assert_string_equal(text, "heard\n");
	close(ends[0]);
}

static void
child_has_only_the_listed_environment(void **state)
{
	char answer[256];

	(void)state;
	ask_child("tr '\\0' ' ' </proc/$$/environ >&3", answer, sizeof answer);
	assert_string_equal(answer, "ONLY=this ");
}

static void
child_leads_a_group_of_its_own(void **state)
{
	char answer[256];
	int pid = 0, group = -1;

	(void)state;
	ask_child("cut -d' ' -f1,5 </proc/$$/stat >&3", answer, sizeof answer);
	assert_int_equal(sscanf(answer, "%d %d", &pid, &group), 2);
	assert_int_equal(pid, group);
	assert_int_not_equal(group, getpgrp());
}

static void
child_that_cannot_start_says_why(void **state)
{
	const char *const none[] = { NULL };
	struct child_spec spec = {
		.program = "/nowhere/at-all", .argv = none, .envp = none,
	};
	struct err err;
	pid_t pid = 0;

	(void)state;
	assert_int_equal(child_start(&spec, &pid, &err), -1);
	assert_string_equal(err.text,
	    "/nowhere/at-all: No such file or directory");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void
death_of_a_child_is_told_in_words(void **state)
{
	char why[64];

	(void)state;
	assert_string_equal(child_why(why, sizeof why, 3 << 8), "exit 3");
	assert_string_equal(child_why(why, sizeof why, SIGKILL),
	    "signal 9 (Killed)");
}

static void
root_is_never_an_account_for_a_child(void **state)
{
	static const char *const bad[] = { "0", "root", "00", "12x",
		"99999999999", "no-such-user-here" };
	struct account account;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(account_find(bad[i], &account, &err), -1);
	assert_non_null(strstr(err.text, "useradd"));
	assert_int_equal(account_find("61771", &account, &err), 0);
	assert_int_equal(account.uid, 61771);
	assert_int_equal(account.gid, 61771);
}

static void
lines_of_proc_are_read_whatever_a_process_calls_itself(void **state)
{
	uint64_t pages;

	(void)state;
	assert_int_equal(proc_parse_parent("7 (a) S 45 1 1 0 -1"), 45);
	assert_int_equal(proc_parse_parent("7 (x) R 2) Z 77 1"), 77);
	assert_int_equal(proc_parse_parent("7 (a) S -5 1"), 0);
	assert_int_equal(proc_parse_parent("7 a S 5"), 0);
	assert_int_equal(proc_parse_parent(""), 0);
	assert_int_equal(proc_parse_own("900 500 200 1 0 30 0", &pages), 0);
	assert_int_equal(pages, 300);
	assert_int_equal(proc_parse_own("900 200 500 1 0 30 0", &pages), 0);
	assert_int_equal(pages, 0);
	assert_int_equal(proc_parse_own("900 -5 0", &pages), -1);
	assert_int_equal(proc_parse_own("900 500", &pages), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_says_what_and_why),
		cmocka_unit_test(error_that_is_too_long_is_cut_not_spilled),
		cmocka_unit_test(numbers_come_back_as_they_went),
		cmocka_unit_test(writing_past_the_end_is_refused_whole),
		cmocka_unit_test(reading_past_the_end_gives_zero_and_is_bad),
		cmocka_unit_test(
		    quoting_leaves_nothing_that_ends_or_forges_a_line),
		cmocka_unit_test(log_line_stays_one_line),
		cmocka_unit_test(line_has_the_pid_of_its_process),
		cmocka_unit_test(line_of_another_process_is_relayed_as_its_own),
		cmocka_unit_test(timers_run_in_time_and_cancelled_ones_never),
		cmocka_unit_test(all_of_many_timers_run),
		cmocka_unit_test(overdue_timers_run_in_the_order_of_their_time),
		cmocka_unit_test(callback_may_remove_itself_and_its_neighbour),
		cmocka_unit_test(signal_arrives_in_the_loop),
		cmocka_unit_test(child_has_only_the_listed_descriptors),
		cmocka_unit_test(output_of_a_child_goes_where_it_was_told),
		cmocka_unit_test(child_has_only_the_listed_environment),
		cmocka_unit_test(child_leads_a_group_of_its_own),
		cmocka_unit_test(child_that_cannot_start_says_why),
		cmocka_unit_test(death_of_a_child_is_told_in_words),
		cmocka_unit_test(
		    lines_of_proc_are_read_whatever_a_process_calls_itself),
		cmocka_unit_test(root_is_never_an_account_for_a_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
