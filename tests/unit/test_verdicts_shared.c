/* SPDX-License-Identifier: GPL-2.0-only */
/* Many at the same table: processes that are killed, threads, floods. */
#include "verdicts_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TEST(f) cmocka_unit_test_setup_teardown(f, table_setup, table_teardown)
#define KEYS 8
#define KILLS 30
#define THREADS 4
#define ROUNDS 20000

static void
write_on(void)
{
	uint64_t n;

	for (n = 0;; n++) {
		struct verdict_key key = key_number(n % KEYS);

		learn(&key, n % KEYS);
	}
}

static void
read_on(void)
{
	struct verdict verdict;
	uint64_t n;

	for (n = 0;; n++) {
		struct verdict_key key = key_number(n % KEYS);

		verdicts_get(table, &key, &table_trust, &verdict);
	}
}

static void
kill_in_the_middle(void (*what)(void), long nanoseconds)
{
	const struct timespec while_it_works = { .tv_nsec = nanoseconds };
	pid_t pid = fork();

	if (pid == 0)
		what();
	nanosleep(&while_it_works, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Whole or not at all; and there is room for it again at once. */
static void
use_all_keys(void)
{
	uint64_t n;

	for (n = 0; n < KEYS; n++) {
		struct verdict_key key = key_number(n);

		(void)knows(&key, n);
		learn(&key, n);
		assert_true(knows(&key, n));
	}
}

static void
nobody_waits_for_a_killed_writer_nor_reads_its_half(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < KILLS; i++) {
		kill_in_the_middle(write_on, 300000 + 7919 * (long)i);
		use_all_keys();
	}
}

static void
nobody_waits_for_a_killed_reader(void **state)
{
	unsigned i;

	(void)state;
	use_all_keys();
	for (i = 0; i < KILLS; i++) {
		kill_in_the_middle(read_on, 300000 + 7919 * (long)i);
		use_all_keys();
	}
}

/* All of them in one set, so that they take places from each other. */
static struct verdict_key
crowded(uint64_t n)
{
	struct verdict_key key = key_number(n);

	key.digest[0] = 3;
	return key;
}

static void *
write_and_read(void *seed)
{
	uint64_t n = (uintptr_t)seed, i;
	struct verdict verdict;

	for (i = 0; i < ROUNDS; i++, n = n * 6364136223846793005ULL + 1) {
		uint64_t which = (n >> 33) % 40;
		struct verdict_key key = crowded(which);

		if (!verdicts_get(table, &key, &table_trust, &verdict))
			learn(&key, which);
		else if (verdict.name[5] != (char)('0' + which /
		    (which > 9 ? 10 : 1)))
			return seed;
	}
	return NULL;
}

static void
threads_never_get_the_verdict_of_another_body(void **state)
{
	pthread_t thread[THREADS];
	void *bad;
	uintptr_t i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL,
		    write_and_read, (void *)(i + 1)), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(thread[i], &bad), 0);
		assert_null(bad);
	}
}

static long
resident_pages(void)
{
	unsigned char in_core[TABLE_SIZE / 4096];
	long count = 0;
	size_t i;

	assert_int_equal(mincore(table_bytes, TABLE_SIZE, in_core), 0);
	for (i = 0; i < sizeof in_core; i++)
		count += in_core[i] & 1;
	return count;
}

/* --- who has to leave --- */

static void
a_million_bodies_take_no_more_memory_than_the_table(void **state)
{
	struct verdict_key key;
	uint64_t n;

	(void)state;
	for (n = 0; n < 1000000; n++) {
		key = key_number(n);
		learn(&key, n);
	}
	assert_int_equal(verdicts_count(table), TABLE_PLACES);
	assert_true(resident_pages() <= TABLE_SIZE / 4096);
	assert_true(knows(&key, n - 1));
}

static unsigned
still_known(unsigned count)
{
	unsigned n, known = 0;

	for (n = 0; n < count; n++) {
		struct verdict_key key = key_number(n);

		known += knows(&key, n);
	}
	return known;
}

/* What is asked for now and then, half of the table, stays through a hundred
 * times as many bodies that come once as there are places. */
static void
a_stream_of_bodies_that_come_once_drives_nobody_out(void **state)
{
	const unsigned popular = TABLE_PLACES / 2;
	unsigned n, round;
	uint64_t other = 1 << 20;

	(void)state;
	for (n = 0; n < popular; n++) {
		struct verdict_key key = key_number(n);

		learn(&key, n);
	}
	assert_true(still_known(popular) > popular * 95 / 100);
	for (round = 0; round < 100; round++) {
		for (n = 0; n < TABLE_PLACES; n++, other++) {
			struct verdict_key key = key_number(other);

			learn(&key, other);
		}
		assert_true(still_known(popular) > popular * 90 / 100);
	}
}

static void
once(uint64_t from, unsigned count)
{
	for (; count > 0; count--, from++) {
		struct verdict_key key = crowded(from);

		learn(&key, from);
	}
}

static void
ask(uint64_t from, unsigned count)
{
	for (; count > 0; count--, from++) {
		struct verdict_key key = crowded(from);

		(void)knows(&key, from);
	}
}

/* In a full set of others that are asked for. */
static void
who_comes_back_soon_after_it_left_stays(void **state)
{
	struct verdict_key key = crowded(0);

	(void)state;
	once(100, 15);
	ask(100, 15);
	learn(&key, 0);
	once(200, 10);
	assert_false(knows(&key, 0));
	learn(&key, 0);
	once(300, 10);
	assert_true(knows(&key, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_waits_for_a_killed_writer_nor_reads_its_half),
		TEST(nobody_waits_for_a_killed_reader),
		TEST(threads_never_get_the_verdict_of_another_body),
		TEST(a_million_bodies_take_no_more_memory_than_the_table),
		TEST(a_stream_of_bodies_that_come_once_drives_nobody_out),
		TEST(who_comes_back_soon_after_it_left_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
