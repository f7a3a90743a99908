/* SPDX-License-Identifier: GPL-2.0-only */
/* The cage of the workers: which layers there are, what is done without them,
 * and that the engine finds the same inside and outside of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "keeper_fixture.h"

#define IN_WORLD(test)                                                         \
	cmocka_unit_test_setup_teardown(test, world_make, world_end)
#define HIDDEN(test)                                                           \
	cmocka_unit_test_setup_teardown(test, hide_processes, show_processes)
#define BASE                                                                   \
	(LAYER_BIT(LAYER_SECCOMP) | LAYER_BIT(LAYER_LANDLOCK) |                \
	    LAYER_BIT(LAYER_MEMORY))

static void
proc_line(pid_t pid, const char *file, const char *start, char *line,
    size_t size)
{
	AUTO_FILE FILE *f = NULL;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, (int)size, f) != NULL)
		if (strncmp(line, start, strlen(start)) == 0)
			return;
	fail_msg("%s: no line %s", path, start);
}

static void
expect_line(pid_t pid, const char *file, const char *want)
{
	char line[512], start[64];

	snprintf(start, sizeof start, "%.*s", (int)strcspn(want, "\t"), want);
	proc_line(pid, file, start, line, sizeof line);
	assert_string_equal(line, want);
}

static bool
full_build(void)
{
	return STRICT_ALLOC;	/* not a sanitizer build */
}

static void
a_worker_has_all_layers_of_linux_6_1(void **state)
{
	pid_t worker;

	(void)state;
	if (!full_build())
		skip();
	world_set("sandbox", "required");
	keeper_start();
	stats_until(all_idle);
	worker = worker_of(LANE_SMALL);
	assert_int_equal(world.cage.layers & BASE, BASE);
	assert_true(world.cage.landlock_abi >= LANDLOCK_ABI_REQUIRED);
	expect_line(worker, "status", "Seccomp:\t2\n");
	expect_line(worker, "status", "NoNewPrivs:\t1\n");
	expect_line(worker, "status", "CapPrm:\t0000000000000000\n");
	expect_line(worker, "status", "CapEff:\t0000000000000000\n");
	expect_line(worker, "oom_score_adj", "1000\n");
	expect_line(world.keeper, "oom_score_adj", "0\n");
	expect_line(world.keeper, "status", "CapEff:\t0000000000000000\n");
}

static void
where_the_kernel_lets_us_scratch_is_in_memory(void **state)
{
	char line[512], start[PATH_MAX];

	(void)state;
	keeper_start();
	stats_until(all_idle);
	if ((world.cage.layers & LAYER_BIT(LAYER_TMPFS)) == 0)
		skip();
	snprintf(start, sizeof start, "glassgate %s",
	    in_world("gen-1/scratch/0"));
	proc_line(world.keeper, "mounts", start, line, sizeof line);
	assert_non_null(strstr(line, "noexec"));
	assert_non_null(strstr(line, "nr_inodes="));
	assert_non_null(strstr(line, "size="));
}

static void
a_scratch_that_left_memory_fails_the_keeper(void **state)
{
	siginfo_t info;

	(void)state;
	keeper_start();
	stats_until(all_idle);
	if ((world.cage.layers & LAYER_BIT(LAYER_TMPFS)) == 0)
		skip();
	assert_int_equal(ask(LANE_SMALL, "clean text", 10).outcome,
	    OUTCOME_CLEAN);
	assert_int_equal(rmdir(in_world("gen-1/scratch/0")), 0);
	kill(worker_of(LANE_SMALL), SIGKILL);
	/* by itself, before its channel is closed */
	assert_int_equal(waitid(P_PID, (id_t)world.keeper, &info,
	    WEXITED | WNOWAIT), 0);
	assert_int_equal(WEXITSTATUS(keeper_end_status()), 1);
}

/* What a poorer kernel would have; the judgement stays. */
static void
with_abi_2_and_no_namespaces_it_serves_and_says_so(void **state)
{
	(void)state;
	world_set("test.landlock_abi", "2");
	world_set("test.namespaces", "off");
	if (full_build())
		world_set("sandbox", "required");
	keeper_start();
	stats_until(all_idle);
	assert_int_equal(world.cage.landlock_abi, 2);
	assert_int_equal(world.cage.layers & LAYER_BIT(LAYER_NAMESPACES), 0);
	assert_int_equal(world.cage.layers & LAYER_BIT(LAYER_TMPFS), 0);
}

static void
expect_refusal(const char *key, const char *value, const char *layer)
{
	char reason[512];

	world_set("sandbox", "required");
	world_set(key, value);
	keeper_start_only();
	keeper_failure(reason, sizeof reason);
	assert_non_null(strstr(reason, layer));
	assert_non_null(strstr(reason, "remedy"));
	assert_int_equal(WEXITSTATUS(keeper_end_status()), 1);
}

static void
required_refuses_to_start_without_seccomp(void **state)
{
	(void)state;
	expect_refusal("test.seccomp", "off", "seccomp");
}

static void
required_refuses_to_start_with_an_older_landlock(void **state)
{
	(void)state;
	expect_refusal("test.landlock_abi", "1", "landlock");
}

static void
best_effort_serves_without_both(void **state)
{
	(void)state;
	world_set("test.seccomp", "off");
	world_set("test.landlock_abi", "1");
	keeper_start();
	stats_until(all_idle);
	assert_int_equal(world.cage.layers & BASE, LAYER_BIT(LAYER_MEMORY));
}

static bool hidden;

/* For all that are started from here on, also who has root's group, for which
 * it is not without gid=. Not everybody may do that. */
static int
hide_processes(void **state)
{
	hidden = geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("proc", "/proc", "proc", 0, "hidepid=2,gid=1") == 0;
	return world_make(state);
}

static int
show_processes(void **state)
{
	if (hidden && umount2("/proc", MNT_DETACH) == -1)
		return -1;
	return world_end(state);
}

static void
required_refuses_where_the_memory_of_workers_is_hidden(void **state)
{
	char reason[512];

	(void)state;
	if (!hidden || !full_build())
		skip();
	world_set("sandbox", "required");
	keeper_start_only();
	keeper_failure(reason, sizeof reason);
	assert_non_null(strstr(reason, "memory is missing"));
	assert_non_null(strstr(reason, "hidepid"));
	assert_int_equal(WEXITSTATUS(keeper_end_status()), 1);
}

static void
best_effort_serves_where_it_is_hidden_and_says_so(void **state)
{
	(void)state;
	if (!hidden)
		skip();
	keeper_start();
	stats_until(all_idle);
	assert_int_equal(world.cage.layers & LAYER_BIT(LAYER_MEMORY), 0);
	assert_int_equal(ask(LANE_SMALL, "clean text", 10).outcome,
	    OUTCOME_CLEAN);
}

static void
who_can_be_seen_only_later_has_its_limit_then(void **state)
{
	struct zip z = { .members = 0 };
	struct bytes body;

	(void)state;
	if (!hidden)
		skip();
	world_set("scan.small_seconds", "30");
	world_set("scan.memory", "64M");
	keeper_start();
	stats_until(all_idle);
	assert_int_equal(mount("proc", "/proc", "proc", MS_REMOUNT,
	    "hidepid=0"), 0);
	sleep(2);		/* it looks at idle ones each second */
	zip_add_large(&z, "large", 240 << 20, "a", 1);
	body = zip_close(&z);
	assert_string_equal(ask(LANE_SMALL, body.data, body.len).name,
	    "Worker.Memory");
	bytes_free(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_worker_has_all_layers_of_linux_6_1),
		IN_WORLD(where_the_kernel_lets_us_scratch_is_in_memory),
		IN_WORLD(a_scratch_that_left_memory_fails_the_keeper),
		IN_WORLD(with_abi_2_and_no_namespaces_it_serves_and_says_so),
		IN_WORLD(required_refuses_to_start_without_seccomp),
		IN_WORLD(required_refuses_to_start_with_an_older_landlock),
		IN_WORLD(best_effort_serves_without_both),
		HIDDEN(required_refuses_where_the_memory_of_workers_is_hidden),
		HIDDEN(best_effort_serves_where_it_is_hidden_and_says_so),
		HIDDEN(who_can_be_seen_only_later_has_its_limit_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
