/* SPDX-License-Identifier: GPL-2.0-only */
/* Signatures in huge pages: where the kernel has them, and without a word where
 * it has not. */
#include "engine_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engines/clamav.h"

#define HUGE_PAGE ((size_t)2 << 20)
#define MUCH (48 * HUGE_PAGE)
#define LITTLE (8 * HUGE_PAGE)

static unsigned long
huge_kb(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "re");
	unsigned long kb = 0;
	char line[256];

	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "AnonHugePages: %lu", &kb) == 1)
			break;
	fclose(file);
	return kb;
}

static unsigned char *
filled(size_t size)
{
	unsigned char *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t i;

	assert_true(at != MAP_FAILED);
	for (i = 0; i < size; i += 512)
		at[i] = (unsigned char)(i >> 9);
	return at;
}

static void
expect_kept(const unsigned char *at, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += 512)
		if (at[i] != (unsigned char)(i >> 9))
			fail_msg("byte %zu changed", i);
}

static unsigned long
gain_of(size_t size)
{
	unsigned char *at = filled(size);
	unsigned long before = huge_kb(), after;

	memory_collapse();
	after = huge_kb();
	expect_kept(at, size);
	munmap(at, size);
	return after - before;
}

static int
kernel_can(void)
{
	unsigned char *at = filled(2 * HUGE_PAGE);
	uintptr_t from = ((uintptr_t)at + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	int can = madvise((void *)from, HUGE_PAGE, 25) == 0;

	munmap(at, 2 * HUGE_PAGE);
	return can;
}

static void
much_memory_goes_into_huge_pages_unchanged(void **state)
{
	(void)state;
	if (!kernel_can())
		skip();
	assert_true(gain_of(MUCH) >= (MUCH - 2 * HUGE_PAGE) >> 10);
}

/* With a sanitizer or valgrind this process is never small. */
static int
is_small(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = ~0UL;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lu", &pages), 1);
	fclose(file);
	return pages < MUCH / 4096;
}

static void
little_memory_is_left_alone(void **state)
{
	(void)state;
	if (!is_small())
		skip();
	assert_int_equal(gain_of(LITTLE), 0);
}

/* A quarter of each is never touched. */
static void
holes_are_not_filled(void **state)
{
	unsigned char *at = filled(MUCH);
	unsigned long before;
	size_t i;

	(void)state;
	for (i = 0; i < MUCH; i += HUGE_PAGE / 2)
		assert_int_equal(madvise(at + i, HUGE_PAGE / 8, MADV_DONTNEED),
		    0);
	before = huge_kb();
	memory_collapse();
	assert_int_equal(huge_kb(), before);
	munmap(at, MUCH);
}

static void
without_huge_pages_nothing_happens(void **state)
{
	(void)state;
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), 0);
	assert_int_equal(gain_of(MUCH), 0);
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0), 0);
}

static unsigned long
private_kb(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "re");
	unsigned long kb = 0;
	char line[256];

	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "Private_Dirty: %lu", &kb) == 1)
			break;
	fclose(file);
	return kb;
}

/* A worker that writes a byte copies a page of 4 KB of its keeper's, not one of
 * 2 MB. */
static void
a_fork_that_writes_a_byte_takes_little(void **state)
{
	unsigned char *at = filled(MUCH);
	unsigned long before;
	int status = 0;
	size_t i;
	pid_t pid;

	(void)state;
	memory_collapse();
	pid = fork();
	if (pid == 0) {
		before = private_kb();
		for (i = HUGE_PAGE; i < MUCH; i += HUGE_PAGE)
			at[i + 4096]++;
		_exit(private_kb() > before + 2048);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	munmap(at, MUCH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(much_memory_goes_into_huge_pages_unchanged),
		cmocka_unit_test(little_memory_is_left_alone),
		cmocka_unit_test(holes_are_not_filled),
		cmocka_unit_test(without_huge_pages_nothing_happens),
		cmocka_unit_test(a_fork_that_writes_a_byte_takes_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
