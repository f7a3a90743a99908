/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "wire/packet.h"
#include "wire/scan_client.h"
#include "worker/body.h"
#include "worker/scratch.h"
#include "worker/worker.h"
#include "worker_folder.h"

/* --- judging: an engine that takes what room there is, and does not say so.
 * Nothing here stands in front of libc's calls to see it. --- */

static int
enter_nothing(struct engine *engine, const char *scratch, struct err *err)
{
	(void)engine;
	(void)scratch;
	(void)err;
	return 0;
}

static void
take_no_room(void)
{
}

static void
take_all_bytes(void)
{
	static const char bytes[65536];
	int fd = open("large", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	while (write(fd, bytes, sizeof bytes) > 0)
		continue;
	close(fd);
}

static void
take_all_inodes(void)
{
	char name[16];
	int i, fd = 0;

	for (i = 0; fd >= 0; i++) {
		snprintf(name, sizeof name, "%d", i);
		fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		close(fd);
	}
}

static const struct greed {
	const char *what;
	void (*take)(void);
	enum outcome says, becomes;
} greeds[] = {
	{ "modest", take_no_room, OUTCOME_CLEAN, OUTCOME_CLEAN },
	{ "bytes", take_all_bytes, OUTCOME_CLEAN, OUTCOME_ENGINE_ERROR },
	{ "inodes", take_all_inodes, OUTCOME_CLEAN, OUTCOME_ENGINE_ERROR },
	{ "found", take_all_bytes, OUTCOME_INFECTED, OUTCOME_INFECTED },
};
static const struct greed *greed;

static void
scan_greedily(struct engine *engine, const void *body, size_t len,
    uint32_t time_limit_ms, struct verdict *verdict_out)
{
	(void)engine;
	(void)body;
	(void)len;
	(void)time_limit_ms;
	greed->take();
	*verdict_out = (struct verdict){ .outcome = greed->says };
	if (greed->says == OUTCOME_INFECTED)
		verdict_set_name(verdict_out, "Found.Test");
}

static const struct engine_ops greedy_ops = {
	.name = "greedy",
	.enter = enter_nothing,
	.scan = scan_greedily,
};

static uint32_t layers;		/* of its cage */

static pid_t
start_worker(const struct engine_ops *ops, int channel)
{
	const struct worker_spec spec = {
		.ops = ops,
		.keeper = getpid(),
		.channel = channel,
		.scratch = inside("s"),
		.time_limit_ms = 10000,
		.scan_max = 4 << 20,
		.recursion = 5,
		.files = 5,
		.cage.layers = layers,
		.log_level = LOG_ERROR,
	};
	pid_t pid = fork();

	if (pid == 0)
		worker_run(&spec);
	return pid;
}

static void
expect_done(int channel, uint64_t want)
{
	uint8_t packet[64];
	struct err err = { "the worker is gone" };
	uint64_t job = ~want;
	bool bad = true;
	ssize_t len = packet_recv(channel, packet, sizeof packet, NULL, &err);

	if (len <= 0 ||
	    done_unpack(&job, &bad, packet, (size_t)len, &err) == -1)
		fail_msg("%s", err.text);
	assert_int_equal(job, want);
	assert_false(bad);
}

static void
hand_over(int channel, int connection)
{
	uint8_t packet[64];
	ssize_t len = handover_pack(1, packet, sizeof packet, NULL);

	assert_int_equal(packet_send(channel, packet, (size_t)len, connection,
	    NULL), 0);
}

/* As keeper and as module. */
static struct verdict
ask_worker(int channel, const struct told_limits *limits)
{
	const struct job job = { .kind = JOB_SCAN, .time_limit_ms = 5000,
		.inline_body = TEXT, .body_len = strlen(TEXT),
		.told = { .limits = *limits } };
	uint8_t packet[256];
	struct verdict verdict;
	struct err err = { "" };
	int ends[2];
	ssize_t len;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    ends), 0);
	hand_over(channel, ends[1]);
	close(ends[1]);
	len = job_pack(&job, packet, sizeof packet, &err);
	assert_int_equal(packet_send(ends[0], packet, (size_t)len, -1, &err),
	    0);
	expect_done(channel, 1);
	assert_int_equal(scan_collect(ends[0], &verdict, &err),
	    COLLECT_VERDICT);
	close(ends[0]);
	return verdict;
}

static struct verdict
verdict_of_a_worker(const struct engine_ops *ops,
    const struct told_limits *limits)
{
	struct verdict verdict;
	int ends[2];
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    ends), 0);
	pid = start_worker(ops, ends[1]);
	close(ends[1]);
	expect_done(ends[0], 0);
	verdict = ask_worker(ends[0], limits);
	close(ends[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return verdict;
}

static void
room_that_is_gone_after_a_scan_is_not_clean(void **state)
{
	const struct told_limits none = { 0 };
	struct verdict verdict;

	(void)state;
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == -1)
		skip();
	assert_int_equal(mkdir(inside("s"), 0700), 0);
	assert_int_equal(mount("none", inside("s"), "tmpfs", 0,
	    "size=4m,nr_inodes=200"), 0);
	for (greed = greeds; greed < greeds + COUNT(greeds); greed++) {
		verdict = verdict_of_a_worker(&greedy_ops, &none);
		if (verdict.outcome != greed->becomes)
			fail_msg("%s: %s", greed->what,
			    outcome_name(verdict.outcome));
		if (verdict.outcome == OUTCOME_ENGINE_ERROR)
			assert_string_equal(verdict.name,
			    "Worker.ScratchShort");
	}
	assert_int_equal(umount2(inside("s"), MNT_DETACH), 0);
}

static void
leave_a_file(void)
{
	make_file("left");
}

static void
leave_an_empty_folder(void)
{
	assert_int_equal(mkdir("left", 0700), 0);
}

static const struct greed leavings[] = {
	{ "nothing", take_no_room, OUTCOME_CLEAN, OUTCOME_CLEAN },
	{ "a file", leave_a_file, OUTCOME_CLEAN, OUTCOME_CLEAN },
	{ "a folder", leave_an_empty_folder, OUTCOME_CLEAN, OUTCOME_CLEAN },
};

static void
expect_nothing_left(uint32_t given)
{
	const struct told_limits none = { 0 };
	size_t i;

	layers = given;
	for (i = 0; i < COUNT(leavings); i++) {
		greed = &leavings[i];
		assert_int_equal(verdict_of_a_worker(&greedy_ops, &none)
		    .outcome, OUTCOME_CLEAN);
		if (access(inside("s/left"), F_OK) == 0)
			fail_msg("%s is left", greed->what);
	}
	layers = 0;
}

/* In memory of its own, where it is looked at only if an inode is missing, and
 * in a file system with others. */
static void
nothing_is_left_in_the_scratch_after_a_body(void **state)
{
	(void)state;
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == -1)
		skip();
	assert_int_equal(mkdir(inside("s"), 0700), 0);
	expect_nothing_left(0);
	assert_int_equal(mount("none", inside("s"), "tmpfs", 0,
	    "size=4m,nr_inodes=200"), 0);
	expect_nothing_left(LAYER_BIT(LAYER_TMPFS));
	assert_int_equal(umount2(inside("s"), MNT_DETACH), 0);
}

static struct engine_limits in_force;
static int is_stubborn;

static int
limit_for_all(struct engine *engine, const struct engine_limits *limits)
{
	(void)engine;
	in_force = *limits;
	return is_stubborn ? -1 : 0;
}

/* As what it finds it names the limits. */
static void
scan_for_limits(struct engine *engine, const void *body, size_t len,
    uint32_t time_limit_ms, struct verdict *verdict_out)
{
	char name[64];

	(void)engine, (void)body, (void)len, (void)time_limit_ms;
	snprintf(name, sizeof name, "%llu.%u.%u",
	    (unsigned long long)in_force.scan_max, in_force.recursion,
	    in_force.files);
	*verdict_out = (struct verdict){ .outcome = OUTCOME_INFECTED };
	verdict_set_name(verdict_out, name);
}

static const struct {
	struct told_limits told;
	const char *name;
} lowered[] = {
	{ { 0, 0, 0 }, "4194304.5.5" },
	{ { SCAN_MAX_LEAST, 3, 2 }, "1048576.3.2" },
	{ { SCAN_MAX_MOST, RECURSION_MOST, FILES_MOST }, "4194304.5.5" },
	{ { 0, 4, 6 }, "4194304.4.5" },
};

static void
of_its_own_limits_and_the_told_ones_the_lower_hold(void **state)
{
	static const struct engine_ops limited = {
		.name = "limited",
		.enter = enter_nothing,
		.limit = limit_for_all,
		.scan = scan_for_limits,
	};
	struct verdict verdict;
	size_t i;

	(void)state;
	assert_int_equal(mkdir(inside("s"), 0700), 0);
	for (i = 0; i < COUNT(lowered); i++) {
		verdict = verdict_of_a_worker(&limited, &lowered[i].told);
		assert_string_equal(verdict.name, lowered[i].name);
	}
	is_stubborn = 1;
	verdict = verdict_of_a_worker(&limited, &lowered[0].told);
	is_stubborn = 0;
	assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
	assert_string_equal(verdict.name, "Engine.NoLimits");
	assert_int_equal(rmdir(inside("s")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(room_that_is_gone_after_a_scan_is_not_clean),
		IN_FOLDER(nothing_is_left_in_the_scratch_after_a_body),
		IN_FOLDER(of_its_own_limits_and_the_told_ones_the_lower_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
