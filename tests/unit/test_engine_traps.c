/* SPDX-License-Identifier: GPL-2.0-only */
/* Where libclamav says clean, and it is not. */
#include "engine_fixture.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "containers.h"
#include "engines/clamav.h"

static struct bytes
infected_zip(void)
{
	struct bytes b = eicar_bytes();

	return zip_nested(&b, 2);
}

static void
no_scratch_is_an_engine_error(void **state)
{
	struct engine *engine = ready();
	struct bytes body = infected_zip();
	struct verdict verdict;

	(void)state;
	remove_all(inside("scratch"));
	ops->scan(engine, body.data, body.len, 0, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
	assert_int_equal(mkdir(inside("scratch"), 0700), 0);
	ops->scan(engine, body.data, body.len, 0, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_INFECTED);
	bytes_free(&body);
	ops->free(&engine);
}

/* Zeros that are no memory: 2 GiB of them are one page of the kernel's. */
static const void *
zeros(size_t len)
{
	void *map = mmap(NULL, len, PROT_READ,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_true(map != MAP_FAILED);
	return map;
}

static void
a_body_that_libclamav_does_not_take_is_too_big(void **state)
{
	static const struct engine_limits wide = {
		.scan_max = 16ULL << 30,
		.recursion = 17,
		.files = 50,
		.time_limit_ms = 60000,
	};
	const size_t most = (1UL << 31) - 3;
	const void *body = zeros(most + 1);
	struct signature_info info = { .count = 0 };
	struct engine *engine = NULL;
	struct verdict verdict;
	struct err err = { "" };

	(void)state;
	if (ops->new(&engine, &wide, inside("scratch"), &err) == -1 ||
	    ops->load_builtin(engine, &info, &err) == -1 ||
	    ops->prepare(engine, &err) == -1)
		fail_msg("%s", err.text);
	ops->scan(engine, body, most + 1, 1, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_TOO_BIG);
	assert_string_equal(verdict.name, "Limits.BodySize");
	/* One byte less is looked at, as long as its time allows. */
	ops->scan(engine, body, most, 1, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_TIMEOUT);
	munmap((void *)(uintptr_t)body, most + 1);
	ops->free(&engine);
}

static void
say_nothing(enum cl_msg severity, const char *full, const char *text, void *ctx)
{
	(void)severity, (void)full, (void)text, (void)ctx;
}

static void
without_a_complaint_the_witness_is_missed(void **state)
{
	struct engine *engine = ready();
	struct verdict verdict;

	(void)state;
	cl_set_clcb_msg(say_nothing);
	remove_all(inside("scratch"));
	ops->scan(engine, "just text", 9, 0, &verdict);
	complaints_install();
	assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
	assert_string_equal(verdict.name, "Engine.NoWitness");
	ops->free(&engine);
}

static void
an_engine_that_is_not_compiled_never_says_clean(void **state)
{
	struct engine *engine = fresh();
	struct verdict verdict;

	(void)state;
	ops->scan(engine, "just text", 9, 0, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
	ops->free(&engine);
}

static void
prepare_fails_without_the_test_signatures(void **state)
{
	struct engine *engine = fresh();
	struct err err = { "" };

	(void)state;
	assert_int_equal(ops->prepare(engine, &err), -1);
	assert_non_null(strstr(err.text, "Eicar-Test-Signature is clean"));
	ops->free(&engine);
}

static void
prepare_fails_when_a_clean_sample_is_found(void **state)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct err err = { "" };

	(void)state;
	/* "JFIF" */
	write_file(inside("db/wrong.ndb"), "Wrong.Everything:0:*:4a464946\n");
	assert_int_equal(ops->load_builtin(engine, &info, &err), 0);
	assert_int_equal(ops->load(engine, inside("db"), &info, &err), 0);
	assert_int_equal(ops->prepare(engine, &err), -1);
	assert_non_null(strstr(err.text, "\"jpeg\" is infected"));
	assert_non_null(strstr(err.text, "Wrong.Everything"));
	ops->free(&engine);
}

/* A fork has the name generator of its parent. */
static unsigned
misses_of_one_worker(struct engine *engine, unsigned number)
{
	struct bytes body = infected_zip();
	struct verdict verdict;
	struct err err;
	char scratch[PATH_MAX];
	unsigned i, misses = 0;

	snprintf(scratch, sizeof scratch, "%s/%u", folder, number);
	if (mkdir(scratch, 0700) == -1 ||
	    ops->enter(engine, scratch, &err) == -1)
		return 250;
	for (i = 0; i < 200; i++) {
		ops->scan(engine, body.data, body.len, 0, &verdict);
		misses += verdict.outcome != OUTCOME_INFECTED;
	}
	return misses < 250 ? misses : 250;
}

static void
eight_workers_miss_none_of_1600_infected_zips(void **state)
{
	struct engine *engine = ready();
	unsigned i;
	int status;

	(void)state;
	for (i = 0; i < 8; i++)
		if (fork() == 0)
			_exit((int)misses_of_one_worker(engine, i));
	for (i = 0; i < 8; i++) {
		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	ops->free(&engine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(no_scratch_is_an_engine_error),
		IN_FOLDER(a_body_that_libclamav_does_not_take_is_too_big),
		IN_FOLDER(without_a_complaint_the_witness_is_missed),
		IN_FOLDER(an_engine_that_is_not_compiled_never_says_clean),
		IN_FOLDER(prepare_fails_without_the_test_signatures),
		IN_FOLDER(prepare_fails_when_a_clean_sample_is_found),
		IN_FOLDER(eight_workers_miss_none_of_1600_infected_zips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
