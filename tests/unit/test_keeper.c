/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "wire/job.h"
#include "wire/packet.h"

static void
bodies_are_judged_in_both_lanes(void **state)
{
	static uint8_t large[300 * 1024];
	struct bytes eicar = eicar_bytes(), zip;
	struct verdict verdict;
	unsigned lane;

	(void)state;
	keeper_start();
	for (lane = 0; lane < LANE_COUNT; lane++) {
		verdict = ask(lane, "clean text", 10);
		assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
		verdict = ask(lane, "", 0);
		assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
		verdict = ask(lane, eicar.data, eicar.len);
		assert_int_equal(verdict.outcome, OUTCOME_INFECTED);
		assert_string_equal(verdict.name, "Eicar-Test-Signature");
		verdict = ask(lane, large, sizeof large);
		assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	}
	zip = zip_nested(&eicar, 2);
	verdict = ask(LANE_SMALL, zip.data, zip.len);
	assert_string_equal(verdict.path, "1.zip/eicar.com");
	bytes_free(&zip);
}

static void
ready_tells_the_signatures(void **state)
{
	FILE *file = fopen(in_world("db/own.ndb"), "w");

	(void)state;
	fputs("Own.Test:0:*:6f776e2d746573742d6d61726b\n", file);
	fclose(file);
	keeper_start();
	assert_int_equal(world.info.set_count, 2);
	assert_string_equal(world.info.sets[0].name, "own.ndb");
	assert_int_equal(world.info.sets[1].builtin, 1);
	assert_int_equal(world.info.count, 3);
	assert_string_equal(ask(LANE_SMALL, "own-test-mark", 13).name,
	    "Own.Test");
}

/* --- what no client may send --- */

static void
send_noise(int fd)
{
	assert_int_equal(send(fd, "GET / HTTP/1.1\r\n\r\n", 18, 0), 18);
}

static void
send_job(int fd, const void *body, uint64_t len, int body_fd, size_t add)
{
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 1000,
		.inline_body = body, .body_len = len };
	uint8_t packet[1024] = { 0 };
	struct err err;
	ssize_t size = job_pack(&job, packet, sizeof packet, &err);

	assert_true(size > 0);
	assert_int_equal(packet_send(fd, packet, (size_t)size + add, body_fd,
	    &err), 0);
}

static void
send_trailing_byte(int fd)
{
	send_job(fd, "text", 4, -1, 1);
}

static void
send_without_descriptor(int fd)
{
	send_job(fd, NULL, 70000, -1, 0);
}

static void
send_writable_file(int fd)
{
	AUTO_CLOSE int file = open(in_world("body"),
	    O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	assert_int_equal(write(file, "some bytes", 10), 10);
	send_job(fd, NULL, 10, file, 0);
}

static void
send_wrong_length(int fd)
{
	AUTO_CLOSE int file = sealed_memfd("some bytes", 10);

	send_job(fd, NULL, 11, file, 0);
}

static void
send_a_socket(int fd)
{
	send_job(fd, NULL, 10, world.listening[LANE_SMALL], 0);
}

static void
send_nothing(int fd)
{
	(void)fd;
}

static const struct {
	const char *what;
	void (*send)(int fd);
} bad_jobs[] = {
	{ "noise", send_noise },
	{ "a job and one byte more", send_trailing_byte },
	{ "no descriptor", send_without_descriptor },
	{ "a file that can be written", send_writable_file },
	{ "a descriptor of another length", send_wrong_length },
	{ "a socket as body", send_a_socket },
	{ "nothing for a second", send_nothing },
};

static bool
each_bad_job_counted(const struct keeper_stats *stats)
{
	return stats->bad_messages == COUNT(bad_jobs);
}

static void
a_bad_job_costs_its_connection_and_nothing_else(void **state)
{
	struct verdict verdict;
	pid_t worker;
	size_t i;

	(void)state;
	keeper_start();
	stats_until(all_idle);
	worker = worker_of(LANE_SMALL);
	for (i = 0; i < COUNT(bad_jobs); i++) {
		int fd = client_connect(LANE_SMALL);

		bad_jobs[i].send(fd);
		if (client_answer(fd, &verdict) != -1)
			fail_msg("%s was answered", bad_jobs[i].what);
		verdict = ask(LANE_SMALL, "clean text", 10);
		assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	}
	stats_until(each_bad_job_counted);
	assert_int_equal(worker_of(LANE_SMALL), worker);
	assert_int_equal(world.stats.deaths[DEATH_PROTOCOL], 0);
}

static void
a_client_that_hangs_up_at_once_costs_nothing(void **state)
{
	int i;

	(void)state;
	keeper_start();
	for (i = 0; i < 50; i++) {
		close(client_connect(LANE_SMALL));
		usleep(2000);	/* the queue holds 8 */
	}
	assert_int_equal(ask(LANE_SMALL, "clean text", 10).outcome,
	    OUTCOME_CLEAN);
	stats_until(all_idle);
	assert_int_equal(world.stats.deaths[DEATH_ABANDONED], 0);
}

static bool
one_bad_message(const struct keeper_stats *stats)
{
	return stats->bad_messages == 1;
}

static void
noise_from_the_supervisor_changes_nothing(void **state)
{
	(void)state;
	keeper_start();
	assert_int_equal(send(world.channel, "noise", 5, 0), 5);
	assert_int_equal(ask(LANE_SMALL, "clean text", 10).outcome,
	    OUTCOME_CLEAN);
	stats_until(one_bad_message);
}

/* --- the cage --- */

/* The lines of a file of /proc that begin so. */
static void
proc_line(pid_t pid, const char *name, const char *begin, char *out, int size)
{
	char path[64];
	AUTO_FILE FILE *file = NULL;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "r");
	if (file == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	while (fgets(out, size, file) != NULL)
		if (strncmp(out, begin, strlen(begin)) == 0)
			return;
	out[0] = '\0';
}

static int
open_fds(pid_t pid)
{
	char path[64];
	AUTO_DIR DIR *dir = NULL;
	int count = -2;		/* . and .. */

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	if (dir == NULL)
		return -1;
	while (readdir(dir) != NULL)
		count++;
	return count;
}

static void
a_worker_is_caged(void **state)
{
	char line[512], folder[PATH_MAX];
	pid_t worker;

	(void)state;
	if (geteuid() != 0)
		skip();		/* it is not dumpable: only root sees it */
	keeper_start();
	stats_until(all_idle);
	worker = worker_of(LANE_BIG);
	assert_int_equal(open_fds(worker), 4);
	proc_line(worker, "status", "NoNewPrivs:", line, sizeof line);
	assert_string_equal(line, "NoNewPrivs:\t1\n");
	proc_line(worker, "limits", "Max core file size", line, sizeof line);
	assert_non_null(strstr(line, " 0 "));
	proc_line(worker, "limits", "Max open files", line, sizeof line);
	assert_non_null(strstr(line, " 256 "));
	proc_line(worker, "cmdline", "", line, sizeof line);
	assert_string_equal(line, "glassgate-worker: big, generation 1, idle");
	proc_line(world.keeper, "cmdline", "", line, sizeof line);
	assert_string_equal(line, "glassgate-keeper: generation 1");
	snprintf(line, sizeof line, "/proc/%d/cwd", (int)worker);
	assert_non_null(realpath(line, folder));
	assert_string_equal(folder, in_world("gen-1/scratch/2"));
}

/* --- the end --- */

static int
count_entries(const char *path)
{
	AUTO_DIR DIR *dir = opendir(path);
	int count = -2;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	return count;
}

/* Of a scratch in memory the folder below it stays, empty. */
static void
expect_scratch_empty(void)
{
	char name[32];
	int i;

	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof name, "gen-1/scratch/%d", i);
		rmdir(in_world(name));
	}
	assert_int_equal(count_entries(in_world("gen-1/scratch")), 0);
}

static void
expect_nothing_left(void)
{
	uint32_t i;

	assert_int_equal(keeper_end_status(), 0);
	for (i = 0; i < world.stats.worker_count; i++)
		assert_int_equal(kill((pid_t)world.stats.workers[i].pid, 0),
		    -1);
	expect_scratch_empty();
}

static void
nothing_is_left_after_sigterm(void **state)
{
	int fd;

	(void)state;
	keeper_start();
	stats_until(all_idle);
	fd = client_connect(LANE_SMALL);
	kill(world.keeper, SIGTERM);
	expect_nothing_left();
	close(fd);
}

static void
nothing_is_left_when_the_supervisor_is_gone(void **state)
{
	(void)state;
	keeper_start();
	stats_until(all_idle);
	kill(worker_of(LANE_SMALL), SIGSTOP);
	close_fd(&world.channel);
	expect_nothing_left();
}

static void
workers_die_with_a_killed_keeper(void **state)
{
	int i;

	(void)state;
	keeper_start();
	stats_until(all_idle);
	kill(worker_of(LANE_SMALL), SIGSTOP);
	kill(world.keeper, SIGKILL);
	assert_int_equal(keeper_end_status(), SIGKILL);
	for (i = 0; i < 100 && kill(worker_of(LANE_SMALL), 0) == 0; i++)
		usleep(20000);
	assert_int_equal(kill(worker_of(LANE_SMALL), 0), -1);
}

static void
a_broken_signature_file_fails_with_its_name(void **state)
{
	FILE *file = fopen(in_world("db/torn.ndb"), "w");
	char reason[512];

	(void)state;
	fputs("Torn.One:0:0:41zz\n", file);
	fclose(file);
	keeper_start_only();
	keeper_failure(reason, sizeof reason);
	assert_non_null(strstr(reason, "db/torn.ndb"));
	assert_int_equal(WEXITSTATUS(keeper_end_status()), 1);
	expect_scratch_empty();
}

static void
a_worker_that_cannot_start_fails_the_keeper(void **state)
{
	char reason[512];

	(void)state;
	close(open(in_world("gen-1/scratch/0"), O_CREAT | O_WRONLY, 0600));
	keeper_start_only();
	keeper_failure(reason, sizeof reason);
	assert_int_equal(WEXITSTATUS(keeper_end_status()), 1);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, world_make, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(bodies_are_judged_in_both_lanes),
		IN_WORLD(ready_tells_the_signatures),
		IN_WORLD(a_bad_job_costs_its_connection_and_nothing_else),
		IN_WORLD(a_client_that_hangs_up_at_once_costs_nothing),
		IN_WORLD(noise_from_the_supervisor_changes_nothing),
		IN_WORLD(a_worker_is_caged),
		IN_WORLD(nothing_is_left_after_sigterm),
		IN_WORLD(nothing_is_left_when_the_supervisor_is_gone),
		IN_WORLD(workers_die_with_a_killed_keeper),
		IN_WORLD(a_broken_signature_file_fails_with_its_name),
		IN_WORLD(a_worker_that_cannot_start_fails_the_keeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
