/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/memory.h"

static char root[64];

static void
put(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
make_group(const char *name)
{
	char path[256];

	snprintf(path, sizeof path, "%s%s", root, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static int
make_root(void **state)
{
	(void)state;
	strcpy(root, "/tmp/test_memory.XXXXXX");
	return mkdtemp(root) == NULL ? -1 : 0;
}

static int
remove_root(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", root);
	return system(command);
}

static void
the_tightest_group_counts(void **state)
{
	(void)state;
	make_group("/a");
	make_group("/a/b");
	put("a/memory.max", "1000\n");
	put("a/memory.current", "400\n");
	put("a/b/memory.max", "5000\n");
	put("a/b/memory.current", "100\n");
	assert_int_equal(memory_of_groups(root, "/a/b"), 600);
	put("a/b/memory.current", "4900\n");
	assert_int_equal(memory_of_groups(root, "/a/b"), 100);
	put("a/b/memory.stat", "anon 1\ninactive_file 300\n");
	assert_int_equal(memory_of_groups(root, "/a/b"), 400);
	put("a/b/memory.stat", "anon 1\n");
	put("a/b/memory.current", "5001\n");
	assert_int_equal(memory_of_groups(root, "/a/b"), 0);
}

static void
a_group_without_a_limit_does_not_count(void **state)
{
	(void)state;
	make_group("/a");
	put("a/memory.max", "max\n");
	put("a/memory.current", "400\n");
	assert_true(memory_of_groups(root, "/a") == UINT64_MAX);
	assert_true(memory_of_groups(root, "/none") == UINT64_MAX);
	assert_true(memory_of_groups(root, "") == UINT64_MAX);
}

static void
what_a_process_has_grows_with_what_it_takes(void **state)
{
	const size_t size = 64 << 20;
	uint64_t before, after;
	struct err err;
	char *memory;

	(void)state;
	assert_int_equal(memory_of(getpid(), &before, &err), 0);
	memory = malloc(size);
	assert_non_null(memory);
	memset(memory, 1, size);
	assert_int_equal(memory_of(getpid(), &after, &err), 0);
	assert_true(after >= before + size / 2);
	free(memory);
}

static void
this_machine_has_some(void **state)
{
	uint64_t bytes = 0;
	struct err err;

	(void)state;
	assert_int_equal(memory_free(&bytes, &err), 0);
	assert_true(bytes > 0);
}

/* The first engine may be loading itself. */
static void
a_second_engine_waits_for_what_the_first_will_take(void **state)
{
	const uint64_t gb = 1ULL << 30, alone = memory_needed(gb, gb);

	(void)state;
	assert_true(alone > gb && alone < 2 * gb);
	assert_int_equal(memory_needed(gb, 0), alone);
	assert_int_equal(memory_needed(gb, gb / 2), alone);
	assert_int_equal(memory_needed(gb / 4, gb), alone + gb - gb / 4);
	assert_int_equal(memory_needed(0, gb), alone + gb);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_root, remove_root)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_tightest_group_counts),
		TEST(a_group_without_a_limit_does_not_count),
		TEST(what_a_process_has_grows_with_what_it_takes),
		TEST(this_machine_has_some),
		TEST(a_second_engine_waits_for_what_the_first_will_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
