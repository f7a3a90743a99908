/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "icap/body.h"
#include "icap/threads.h"
#include "segment/budget.h"

#define KB 1024u
#define MB (1024u * KB)
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static struct module module, other;	/* two children of one c-icap */
static char folder[64];

static uint64_t
held(enum budget budget)
{
	return budget_held(module.segment, budget);
}

static void
allow(uint64_t memory, uint64_t disk)
{
	atomic_store(&module.segment->budget[BUDGET_MEMORY], memory);
	atomic_store(&module.segment->budget[BUDGET_DISK], disk);
}

static int
setup(void **state)
{
	(void)state;
	log_setup("test", LOG_ERROR);
	memset(&module, 0, sizeof module);
	strcpy(folder, "/tmp/glassgate-budget.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	strcpy(module.settings.body_folder, folder);
	module.settings.body_max = 64 * MB;
	module.segment = calloc(1, sizeof *module.segment);
	if (module.segment == NULL)
		return -1;
	allow(MB, 16 * MB);
	other = module;
	threads_join(&module, 100);
	threads_join(&other, 200);
	return 0;
}

/* Whatever a body took is given back, and no file has a name. */
static int
teardown(void **state)
{
	bool nothing = held(BUDGET_MEMORY) == 0 && held(BUDGET_DISK) == 0;

	(void)state;
	free(module.segment);
	return rmdir(folder) == 0 && nothing ? 0 : -1;
}

static uint64_t
metric(enum metric which)
{
	return metrics_get(&module.segment->metrics, which);
}

static uint8_t
byte_at(uint64_t i)
{
	return (uint8_t)(i * 2654435761u >> 13);
}

static void
add(struct body *body, uint64_t len)
{
	uint64_t from = body_total(body), to = from + len;
	uint8_t data[4096];

	while (from < to) {
		size_t n = to - from < sizeof data ? (size_t)(to - from) :
						     sizeof data;
		size_t i;

		for (i = 0; i < n; i++)
			data[i] = byte_at(from + i);
		assert_int_equal(body_add(body, data, n, NULL), 0);
		from += n;
	}
}

static struct body *
body_of(const struct module *child, uint64_t len)
{
	struct body *body;

	assert_int_equal(body_new(&body, child, NULL), 0);
	body_digest_along(body);
	add(body, len);
	return body;
}

static void
expect_whole(struct body *body, uint64_t len)
{
	uint64_t at = 0;
	uint8_t data[4064];
	ssize_t n, i;

	assert_int_equal(body_total(body), len);
	while ((n = body_take(body, data, sizeof data, NULL)) > 0) {
		for (i = 0; i < n; i++)
			if (data[i] != byte_at(at + (uint64_t)i))
				fail_msg("byte %llu is wrong",
				    (unsigned long long)at);
		at += (uint64_t)n;
	}
	assert_int_equal(n, 0);
	assert_int_equal(at, len);
}

static bool
is_file(int fd)
{
	return fd != -1 && fcntl(fd, F_GET_SEALS) == -1;
}

static void
a_small_body_is_counted_and_never_refused(void **state)
{
	struct body *body;

	(void)state;
	allow(0, 0);
	body = body_of(&module, 64 * KB);
	assert_null(body_refused(body));
	assert_int_equal(held(BUDGET_MEMORY), 64 * KB);
	assert_int_equal(body_seal(body, NULL), 0);
	body_free(&body);
	assert_int_equal(held(BUDGET_MEMORY), 0);
}

/* Beside what is spilled there is the buffer of 64 KB. */
static const struct { uint64_t len, memory, disk; bool fits, file; } rows[] = {
	{ 64 * KB + 1, 128 * KB + 1, 0, true, false },
	{ 64 * KB + 1, 128 * KB, 0, false, false },
	{ 64 * KB + 1, 128 * KB, 64 * KB, false, false },
	{ 64 * KB + 1, 128 * KB, 64 * KB + 1, true, true },
	{ 64 * KB + 1, 128 * KB - 1, 64 * KB - 1, false, false },
	{ 64 * KB + 1, 128 * KB - 1, 64 * KB, false, true },
	{ 64 * KB + 1, 128 * KB - 1, 64 * KB + 1, true, true },
	{ 128 * KB, 192 * KB, 0, true, false },
	{ 128 * KB, 192 * KB - 1, 0, false, false },
	{ 128 * KB, 192 * KB - 1, 128 * KB, true, true },
	{ 128 * KB, 192 * KB - 1, 128 * KB - 1, false, false },
	{ 5 * MB - 1, 8 * MB, 0, true, false },
	{ 5 * MB + 1, 3 * MB, 6 * MB, true, true },
	{ 5 * MB + 1, 3 * MB, 5 * MB + 1, true, true },
	{ 5 * MB + 1, 3 * MB, 5 * MB, false, true },
};

static void
a_body_is_in_memory_or_on_disk_or_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct body *body;
		int sealed;

		allow(rows[i].memory, rows[i].disk);
		body = body_of(&module, rows[i].len);
		sealed = body_seal(body, NULL);
		if ((sealed == 0) != rows[i].fits)
			fail_msg("row %zu", i);
		assert_int_equal(body_refused(body) == NULL, rows[i].fits);
		if (rows[i].fits)
			assert_int_equal(is_file(body_fd(body)), rows[i].file);
		assert_true(held(BUDGET_DISK) <= rows[i].disk);
		expect_whole(body, rows[i].len);
		body_free(&body);
		assert_int_equal(held(BUDGET_MEMORY) + held(BUDGET_DISK), 0);
	}
}

static void
what_is_on_disk_cannot_be_written_by_who_gets_it(void **state)
{
	uint8_t before[BODY_DIGEST], data[32];
	struct body *body;
	struct stat st;
	int fd;

	(void)state;
	body = body_of(&module, 3 * MB);
	assert_int_equal(held(BUDGET_MEMORY), 64 * KB);
	assert_true(held(BUDGET_DISK) >= 3 * MB - 64 * KB);
	assert_int_equal(body_digest(body, before, NULL), 0);
	assert_int_equal(body_seal(body, NULL), 0);
	fd = body_fd(body);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_nlink, 0);
	assert_int_equal(st.st_size, 3 * MB);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(ftruncate(fd, 1), -1);
	assert_int_equal(pread(fd, data, sizeof data, 0), sizeof data);
	assert_int_equal(data[1], byte_at(1));
	assert_int_equal(metric(METRIC_BODIES_ON_DISK), 1);
	expect_whole(body, 3 * MB);
	body_free(&body);
}

/* Whole, so that a policy may let it pass; the disk is not asked again. */
static void
a_refused_body_is_whole(void **state)
{
	struct body *body;

	(void)state;
	allow(MB, MB);
	body = body_of(&module, 2 * MB);
	assert_non_null(body_refused(body));
	assert_int_equal(metric(METRIC_BODIES_NO_ROOM), 1);
	allow(64 * MB, 64 * MB);
	add(body, MB);
	assert_int_equal(metric(METRIC_BODIES_NO_ROOM), 1);
	assert_int_equal(body_seal(body, NULL), -1);
	body_pass(body);
	expect_whole(body, 3 * MB);
	body_free(&body);
	assert_int_equal(metric(METRIC_BODY_DISK_FAULTS), 0);
}

static void
a_changed_budget_holds_for_what_grows_already(void **state)
{
	struct body *body;

	(void)state;
	allow(0, 0);
	body = body_of(&module, 64 * KB);
	allow(64 * MB, 0);
	add(body, MB);
	assert_null(body_refused(body));
	allow(0, 16 * MB);
	add(body, MB);
	assert_null(body_refused(body));
	assert_int_equal(held(BUDGET_MEMORY), 64 * KB);
	allow(0, 0);
	add(body, 2 * MB);
	assert_non_null(body_refused(body));
	body_free(&body);
}

static void
all_children_count_and_a_dead_one_gives_back(void **state)
{
	struct body *mine, *theirs;

	(void)state;
	allow(2 * MB, 0);
	theirs = body_of(&other, MB);
	mine = body_of(&module, MB + 64 * KB);
	assert_non_null(body_refused(mine));
	body_free(&mine);
	threads_ended(module.segment, 200);
	assert_int_equal(held(BUDGET_MEMORY), 0);
	mine = body_of(&module, MB + 64 * KB);
	assert_null(body_refused(mine));
	body_free(&mine);
	/* It died: nobody gives back twice. */
	atomic_store(&other.child->held[BUDGET_MEMORY], 2 * MB);
	body_free(&theirs);
	threads_forget(module.segment);
}

static void
a_child_without_a_place_keeps_small_bodies_only(void **state)
{
	struct module nowhere = module;
	struct body *body;

	(void)state;
	nowhere.child = NULL;
	body = body_of(&nowhere, 64 * KB);
	assert_null(body_refused(body));
	add(body, 1);
	assert_non_null(body_refused(body));
	body_free(&body);
}

static void
what_passes_without_a_budget_waits_at_64_kb(void **state)
{
	struct body *body;

	(void)state;
	allow(2 * MB, 0);
	body = body_of(&module, 64 * KB);
	body_pass(body);
	assert_false(body_is_full(body));
	allow(0, 0);
	assert_true(body_is_full(body));
	allow(2 * MB, 0);
	add(body, BODY_PASS - 64 * KB - 1);
	assert_false(body_is_full(body));
	add(body, 1);
	assert_true(body_is_full(body));
	expect_whole(body, BODY_PASS);
	allow(0, 0);
	assert_false(body_is_full(body));
	body_free(&body);
}

static void
a_folder_that_is_gone_refuses(void **state)
{
	struct body *body;

	(void)state;
	strcat(module.settings.body_folder, "/gone");
	body = body_of(&module, 2 * MB);
	assert_non_null(body_refused(body));
	assert_non_null(strstr(body_refused(body)->text, "No such file"));
	assert_int_equal(held(BUDGET_DISK), 0);
	assert_int_equal(metric(METRIC_BODY_DISK_FAULTS), 1);
	expect_whole(body, 2 * MB);
	body_free(&body);
}

/* A limit stands for a full disk: what was written in part does not count. */
static void
a_full_disk_refuses_and_the_next_body_may_fit(void **state)
{
	static const uint64_t limits[] = { 100 * KB, MB + 100 * KB, 2 * MB };
	struct rlimit had, full;
	struct body *body;
	size_t i;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &had), 0);
	for (i = 0; i < sizeof limits / sizeof *limits; i++) {
		full = had;
		full.rlim_cur = limits[i];
		allow(i == 0 ? 64 * KB : MB, 16 * MB);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
		body = body_of(&module, 3 * MB);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &had), 0);
		assert_non_null(body_refused(body));
		assert_int_equal(metric(METRIC_BODY_DISK_FAULTS), i + 1);
		expect_whole(body, 3 * MB);
		body_free(&body);
		body = body_of(&module, 3 * MB);
		assert_null(body_refused(body));
		body_free(&body);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_small_body_is_counted_and_never_refused),
		TEST(a_body_is_in_memory_or_on_disk_or_refused),
		TEST(what_is_on_disk_cannot_be_written_by_who_gets_it),
		TEST(a_refused_body_is_whole),
		TEST(a_changed_budget_holds_for_what_grows_already),
		TEST(all_children_count_and_a_dead_one_gives_back),
		TEST(a_child_without_a_place_keeps_small_bodies_only),
		TEST(what_passes_without_a_budget_waits_at_64_kb),
		TEST(a_folder_that_is_gone_refuses),
		TEST(a_full_disk_refuses_and_the_next_body_may_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
