/* SPDX-License-Identifier: GPL-2.0-only */
/* A worker dies, hangs or lies: what the keeper makes of it. */
#include "keeper_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

static pid_t before;		/* the worker that the test has in mind */
static enum death expected;

/* STATS lag behind: idle after its first job, not before. */
static bool
worked(const struct keeper_stats *stats)
{
	return all_idle(stats) && at_work(stats, LANE_SMALL)->scans == 1;
}

static bool
small_busy(const struct keeper_stats *stats)
{
	const struct worker_info *worker = at_work(stats, LANE_SMALL);

	return worker != NULL && worker->state == WORKER_BUSY;
}

static bool
died(const struct keeper_stats *stats)
{
	return stats->deaths[expected] > 0;
}

static bool
replaced(const struct keeper_stats *stats)
{
	return all_idle(stats) &&
	    (pid_t)at_work(stats, LANE_SMALL)->pid != before;
}

static void
expect_death(enum death why)
{
	unsigned i, sum = 0;

	expected = why;
	stats_until(died);
	for (i = 0; i < DEATH_COUNT; i++)
		sum += world.stats.deaths[i];
	assert_int_equal(sum, 1);
	stats_until(replaced);
}

static void
start_and_work(void)
{
	keeper_start();
	assert_int_equal(ask(LANE_SMALL, "clean text", 10).outcome,
	    OUTCOME_CLEAN);
	stats_until(worked);
	before = worker_of(LANE_SMALL);
}

static void
expect_service(void)
{
	assert_int_equal(ask(LANE_SMALL, "clean text", 10).outcome,
	    OUTCOME_CLEAN);
}

static void
a_killed_worker_is_replaced_at_once(void **state)
{
	int64_t start;

	(void)state;
	start_and_work();
	start = clock_ms();
	kill(before, SIGKILL);
	expect_death(DEATH_SIGNAL);
	assert_true(clock_ms() - start < 900);
	assert_int_equal(world.doubt, before);
	expect_service();
}

static void
one_that_died_before_its_first_job_has_to_wait(void **state)
{
	int64_t start;

	(void)state;
	keeper_start();
	stats_until(all_idle);
	before = worker_of(LANE_SMALL);
	start = clock_ms();
	kill(before, SIGKILL);
	expect_death(DEATH_SIGNAL);
	assert_in_range(clock_ms() - start, 900, 3000);
	assert_int_equal(world.doubt, 0);	/* it said nothing of bodies */
	expect_service();
}

/* What lies in a scratch in memory counts, and what the engine maps. */
static void
too_much_memory_is_an_engine_error(const char *namespaces)
{
	struct zip z = { .members = 0 };
	struct verdict verdict;
	struct bytes body;

	zip_add_large(&z, "large", 240 << 20, "a", 1);
	body = zip_close(&z);
	world_set("test.namespaces", namespaces);
	world_set("scan.small_seconds", "30");
	world_set("scan.memory", "64M");
	start_and_work();
	assert_int_equal(client_answer(client_submit(LANE_SMALL, body.data,
	    body.len), &verdict), 0);
	bytes_free(&body);
	assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
	assert_string_equal(verdict.name, "Worker.Memory");
	assert_true(verdict.lost);
	expect_death(DEATH_MEMORY);
	expect_service();
}

static void
who_unpacks_more_than_its_memory_is_killed(void **state)
{
	(void)state;
	too_much_memory_is_an_engine_error("on");
}

static void
who_maps_more_than_its_memory_is_killed(void **state)
{
	(void)state;
	too_much_memory_is_an_engine_error("off");
}

static void
a_job_dies_with_its_worker_and_the_next_one_is_served(void **state)
{
	struct verdict verdict;
	int fd;

	(void)state;
	start_and_work();
	kill(before, SIGSTOP);
	fd = client_submit(LANE_SMALL, "clean text", 10);
	stats_until(small_busy);
	kill(before, SIGKILL);
	assert_int_equal(client_answer(fd, &verdict), -1);
	expect_death(DEATH_SIGNAL);
	expect_service();
}

static void
a_worker_that_is_overdue_is_killed(void **state)
{
	struct verdict verdict;
	int64_t start;
	int fd;

	(void)state;
	start_and_work();
	kill(before, SIGSTOP);
	start = clock_ms();
	fd = client_submit(LANE_SMALL, "clean text", 10);
	assert_int_equal(client_answer(fd, &verdict), 0);
	assert_int_equal(verdict.outcome, OUTCOME_TIMEOUT);
	assert_true(verdict.lost);
	/* the lane's second */
	assert_in_range(clock_ms() - start, 1000, 2500);
	expect_death(DEATH_DEADLINE);
	assert_int_equal(world.doubt, before);
	expect_service();
}

static void
a_job_whose_client_left_is_dropped(void **state)
{
	int64_t start;
	int fd;

	(void)state;
	start_and_work();
	kill(before, SIGSTOP);
	fd = client_submit(LANE_SMALL, "clean text", 10);
	stats_until(small_busy);
	start = clock_ms();
	close(fd);
	expect_death(DEATH_ABANDONED);
	assert_in_range(clock_ms() - start, 450, 1500);
	assert_int_equal(world.doubt, 0);	/* it did nothing wrong */
	expect_service();
}

static void
jobs_wait_in_the_queue_and_the_other_lane_goes_on(void **state)
{
	struct verdict verdict;
	int first, second;

	(void)state;
	start_and_work();
	kill(before, SIGSTOP);
	first = client_submit(LANE_SMALL, "clean text", 10);
	second = client_submit(LANE_SMALL, "clean text", 10);
	stats_until(small_busy);
	assert_int_equal(ask(LANE_BIG, "clean text", 10).outcome,
	    OUTCOME_CLEAN);
	kill(before, SIGCONT);
	assert_int_equal(client_answer(first, &verdict), 0);
	assert_int_equal(client_answer(second, &verdict), 0);
}

static bool
three_scans(const struct keeper_stats *stats)
{
	return all_idle(stats) && at_work(stats, LANE_SMALL)->scans == 3;
}

static void
a_client_that_left_the_queue_is_not_served(void **state)
{
	struct verdict verdict;
	int first, last;

	(void)state;
	start_and_work();
	kill(before, SIGSTOP);
	first = client_submit(LANE_SMALL, "clean text", 10);
	stats_until(small_busy);
	close(client_submit(LANE_SMALL, "clean text", 10));
	last = client_submit(LANE_SMALL, "clean text", 10);
	kill(before, SIGCONT);
	assert_int_equal(client_answer(first, &verdict), 0);
	assert_int_equal(client_answer(last, &verdict), 0);
	stats_until(three_scans);
}

static void
a_worker_without_memory_dies(void **state)
{
	struct bytes body = eicar_bytes();
	struct rlimit small = { 1 << 20, 1 << 20 };
	struct verdict verdict;
	int fd;

	(void)state;
	if (!STRICT_ALLOC || geteuid() != 0) {
		bytes_free(&body);
		skip();
	}
	body = zip_nested(&body, 3);
	start_and_work();
	assert_int_equal(prlimit(before, RLIMIT_AS, &small, NULL), 0);
	fd = client_submit(LANE_SMALL, body.data, body.len);
	if (client_answer(fd, &verdict) == 0)
		assert_int_not_equal(verdict.outcome, OUTCOME_CLEAN);
	bytes_free(&body);
	expect_death(DEATH_SIGNAL);
	expect_service();
}

static void
a_worker_without_its_scratch_says_so_and_is_replaced(void **state)
{
	(void)state;
	world_set("test.namespaces", "off");	/* seen from outside */
	start_and_work();
	assert_int_equal(rmdir(in_world("gen-1/scratch/0")), 0);
	assert_int_equal(ask(LANE_SMALL, "clean text", 10).outcome,
	    OUTCOME_ENGINE_ERROR);
	expect_death(DEATH_EXIT);
	expect_service();
}

/* --- a captured worker: the test takes its end of the channel --- */

static int
take_channel(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0), fd, i;
	int type = 0;
	socklen_t size = sizeof type;

	for (i = 3; i < 64; i++) {
		fd = (int)syscall(SYS_pidfd_getfd, pidfd, i, 0);
		if (fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type,
		    &size) == 0 && type == SOCK_SEQPACKET)
			break;
		close_fd(&fd);
	}
	close(pidfd);
	return fd;
}

static const struct {
	const char *what;
	const char *bytes;
	size_t len;
} lies[] = {
	{ "noise", "noise", 5 },
	{ "done without a job", "\0\0\0\x11\0\1\0\x11\0\0\0\0\0\0\0\1", 17 },
	{ "ready a second time",
	    "\0\0\0\x11\0\1\0\x11\0\0\0\0\0\0\0\0", 17 },
	{ "ready", "\0\0\0\x8\0\1\0\x20", 8 },
	{ "another version", "\0\0\0\x11\0\2\0\x11\0\0\0\0\0\0\0\0", 17 },
};

static void
a_worker_that_breaks_protocol_is_killed(void **state)
{
	size_t i;
	int fd;

	(void)state;
	if (geteuid() != 0)
		skip();
	start_and_work();
	for (i = 0; i < COUNT(lies); i++) {
		stats_until(worked);
		before = worker_of(LANE_SMALL);
		fd = take_channel(before);
		assert_true(fd >= 0);
		assert_int_equal(send(fd, lies[i].bytes, lies[i].len, 0),
		    lies[i].len);
		close(fd);
		stats_until(replaced);
		if (world.stats.deaths[DEATH_PROTOCOL] != i + 1)
			fail_msg("%s: not killed for it", lies[i].what);
		assert_int_equal(world.doubt, before);
		expect_service();
	}
}

static void
done_with_another_job_is_a_breach(void **state)
{
	static const char done[] =
	    "\0\0\0\x11\0\1\0\x11\0\0\0\0\0\0\0\x63";
	int fd, client;

	(void)state;
	if (geteuid() != 0)
		skip();
	start_and_work();
	fd = take_channel(before);
	kill(before, SIGSTOP);
	client = client_submit(LANE_SMALL, "clean text", 10);
	stats_until(small_busy);
	assert_int_equal(send(fd, done, 17, 0), 17);
	close(fd);
	expect_death(DEATH_PROTOCOL);
	close(client);
	expect_service();
}

/* --- time and again --- */

static unsigned kills;		/* so far */

static bool
settled(const struct keeper_stats *stats)
{
	return stats->deaths[DEATH_SIGNAL] == kills && all_idle(stats);
}

static void
no_verdict_is_wrong_while_workers_are_killed(void **state)
{
	struct bytes eicar = eicar_bytes();
	struct verdict verdict;
	int i, lost = 0;

	(void)state;
	world_set("scan.small_workers", "3");
	keeper_start();
	for (i = 0; i < 100; i++) {
		int fd;

		kills = (unsigned)(i + 4) / 10;
		stats_until(settled);
		fd = client_submit(LANE_SMALL, eicar.data, eicar.len);
		if (i % 10 == 5)
			kill(worker_of(LANE_SMALL), SIGKILL);
		if (client_answer(fd, &verdict) == -1)
			lost++;
		else
			assert_int_equal(verdict.outcome, OUTCOME_INFECTED);
	}
	kills = 10;
	stats_until(settled);
	assert_true(lost <= 10);
	bytes_free(&eicar);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, world_make, world_end)

static unsigned
lines_with(const char *path, const char *words)
{
	AUTO_FILE FILE *file = fopen(path, "r");
	char line[1024];
	unsigned n = 0;

	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL)
		n += strstr(line, words) != NULL;
	return n;
}

/* poll() wants no less than it is given. */
static rlim_t
first_free_descriptor(pid_t pid)
{
	char path[64];
	struct stat st;
	rlim_t fd = 0;

	do
		snprintf(path, sizeof path, "/proc/%d/fd/%u", (int)pid,
		    (unsigned)fd++);
	while (lstat(path, &st) == 0);
	return fd - 1;
}

/* The loop must not spin, nor the log fill. */
static void
without_descriptors_a_client_waits_and_the_keeper_rests(void **state)
{
	struct rlimit before_it, none;
	char log[PATH_MAX];
	struct verdict verdict;
	int fd, saved;

	(void)state;
	if (geteuid() != 0)
		skip();		/* whose descriptors are seen by root alone */
	saved = dup(STDERR_FILENO);
	snprintf(log, sizeof log, "%s/log", world.folder);
	assert_non_null(freopen(log, "w", stderr));
	keeper_start();
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(saved);
	stats_until(all_idle);
	assert_int_equal(prlimit(world.keeper, RLIMIT_NOFILE, NULL, &before_it),
	    0);
	none = before_it;
	none.rlim_cur = first_free_descriptor(world.keeper);
	assert_int_equal(prlimit(world.keeper, RLIMIT_NOFILE, &none, NULL), 0);
	fd = client_submit(LANE_SMALL, "clean text", 10);
	usleep(1500000);
	assert_int_equal(prlimit(world.keeper, RLIMIT_NOFILE, &before_it, NULL),
	    0);
	assert_int_equal(client_answer(fd, &verdict), 0);
	assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	assert_in_range(lines_with(log, "accept failed"), 1, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(
		    without_descriptors_a_client_waits_and_the_keeper_rests),
		IN_WORLD(a_killed_worker_is_replaced_at_once),
		IN_WORLD(
		    one_that_died_before_its_first_job_has_to_wait),
		IN_WORLD(who_unpacks_more_than_its_memory_is_killed),
		IN_WORLD(who_maps_more_than_its_memory_is_killed),
		IN_WORLD(a_job_dies_with_its_worker_and_the_next_one_is_served),
		IN_WORLD(a_worker_that_is_overdue_is_killed),
		IN_WORLD(a_job_whose_client_left_is_dropped),
		IN_WORLD(jobs_wait_in_the_queue_and_the_other_lane_goes_on),
		IN_WORLD(a_client_that_left_the_queue_is_not_served),
		IN_WORLD(a_worker_without_memory_dies),
		IN_WORLD(a_worker_without_its_scratch_says_so_and_is_replaced),
		IN_WORLD(a_worker_that_breaks_protocol_is_killed),
		IN_WORLD(done_with_another_job_is_a_breach),
		IN_WORLD(no_verdict_is_wrong_while_workers_are_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
