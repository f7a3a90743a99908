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
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "keeper_fixture.h"

#define IN_WORLD(test)                                                         \
	cmocka_unit_test_setup_teardown(test, world_make, world_end)
#define BASE (LAYER_BIT(LAYER_SECCOMP) | LAYER_BIT(LAYER_LANDLOCK))

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
	assert_int_equal(world.cage.layers & BASE, 0);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
