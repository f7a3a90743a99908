/* SPDX-License-Identifier: GPL-2.0-only */
#include "verdicts_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEST(f) cmocka_unit_test_setup_teardown(f, table_setup, table_teardown)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SETS (table_bytes + 16384)
#define WORDS_OF_SET 512
#define FIRST_ENTRY 32		/* in words of a set */

static void
what_was_kept_comes_back_whole(void **state)
{
	struct verdict_key key = key_number(1);
	struct verdict said = { .outcome = OUTCOME_DAMAGED,
		.seen = OUTCOME_BIT(OUTCOME_DAMAGED) |
		    OUTCOME_BIT(OUTCOME_MACRO),
		.name = "Container.Cut", .path = "a.zip/b (1).doc",
		.bytes = GROUP_ARCHIVE }, got;

	(void)state;
	assert_false(verdicts_get(table, &key, &table_trust, &got));
	assert_false(verdicts_put(table, &key, &by_somebody, &said));
	assert_true(verdicts_get(table, &key, &table_trust, &got));
	said.worker = by_somebody.worker;
	assert_memory_equal(&got, &said, sizeof got);
	assert_int_equal(verdicts_count(table), 1);
	said.outcome = OUTCOME_CLEAN;
	said.name[0] = said.path[0] = '\0';
	assert_false(verdicts_put(table, &key, &by_somebody, &said));
	assert_true(verdicts_get(table, &key, &table_trust, &got));
	assert_int_equal(got.outcome, OUTCOME_CLEAN);
	assert_string_equal(got.name, "");
	assert_int_equal(verdicts_count(table), 1);
}

static void
what_time_and_chance_had_a_part_in_is_not_kept(void **state)
{
	static const bool kept[OUTCOME_COUNT] = {
		[OUTCOME_CLEAN] = true, [OUTCOME_INFECTED] = true,
		[OUTCOME_SUSPICIOUS] = true, [OUTCOME_UNWANTED] = true,
		[OUTCOME_MACRO] = true, [OUTCOME_ENCRYPTED] = true,
		[OUTCOME_DAMAGED] = true, [OUTCOME_UNSUPPORTED] = true,
		[OUTCOME_TOO_BIG] = true, [OUTCOME_TOO_DEEP] = true,
	};
	struct verdict verdict;
	unsigned i;

	(void)state;
	for (i = 0; i < OUTCOME_COUNT; i++) {
		verdict = (struct verdict){ .outcome = (enum outcome)i,
			.bytes = GROUP_TEXT };
		assert_int_equal(verdicts_may_keep(&verdict), kept[i]);
		verdict.outcome = OUTCOME_INFECTED;
		verdict.seen = OUTCOME_BIT(i);
		assert_int_equal(verdicts_may_keep(&verdict), kept[i]);
	}
	verdict = (struct verdict){ .outcome = OUTCOME_CLEAN };
	assert_false(verdicts_may_keep(&verdict));	/* of no type */
	verdict.bytes = GROUP_TEXT;
	verdict.lost = true;
	assert_false(verdicts_may_keep(&verdict));
}

static void
a_verdict_whose_texts_do_not_fit_is_not_kept(void **state)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED,
		.bytes = GROUP_TEXT }, got;
	struct verdict_key key = key_number(1);

	(void)state;
	memset(verdict.name, 'n', NAME_MAX_LEN);
	memset(verdict.path, 'p', VERDICTS_TEXT - NAME_MAX_LEN - 2);
	assert_true(verdicts_may_keep(&verdict));
	verdicts_put(table, &key, &by_somebody, &verdict);
	assert_true(verdicts_get(table, &key, &table_trust, &got));
	assert_string_equal(got.path, verdict.path);
	verdict.path[strlen(verdict.path)] = 'p';
	assert_false(verdicts_may_keep(&verdict));
}

/* --- keys --- */

static struct verdict_key
key_of(const struct job *job, uint8_t first_of_digest, uint32_t generation)
{
	uint8_t digest[BODY_DIGEST_LEN] = { first_of_digest };
	struct verdict_key key;

	assert_int_equal(verdict_key(&key, job, digest, generation), 0);
	return key;
}

static const struct job plain = { .kind = JOB_SCAN, .time_limit_ms = 5,
	.body_len = 1000, .told = { .type = { "text/html", 9 } } };

static struct job
other_job(unsigned n)
{
	struct job job = plain;

	switch (n) {
	case 0:
		job.body_len++;
		break;
	case 1:
		job.told.flags = TOLD_RAW_TOO;
		break;
	case 2:
		job.told.limits.scan_max = SCAN_MAX_LEAST;
		break;
	case 3:
		job.told.limits.recursion = RECURSION_LEAST;
		break;
	case 4:
		job.told.limits.files = FILES_LEAST;
		break;
	case 5:
		job.told.encodings = (struct told_text){ "gzip", 4 };
		break;
	case 6:
		job.told.type.len--;
		break;
	default:
		job.told.type = (struct told_text){ "text/htm;", 9 };
	}
	return job;
}

static void
the_same_bytes_told_another_way_share_nothing(void **state)
{
	struct verdict_key key = key_of(&plain, 1, 1), other;
	struct job job;
	unsigned n;

	(void)state;
	learn(&key, 1);
	for (n = 0; n < 8; n++) {
		job = other_job(n);
		other = key_of(&job, 1, 1);
		assert_false(knows(&other, 1));
	}
	other = key_of(&plain, 2, 1);
	assert_false(knows(&other, 1));
	other = key_of(&plain, 1, 2);
	assert_false(knows(&other, 1));
	job = plain;
	job.time_limit_ms++;		/* changes no verdict that lasts */
	other = key_of(&job, 1, 1);
	assert_true(knows(&other, 1));
}

/* As if a digest had been made to fit: set, tag and all else that places go by
 * are the same, the last bit is not. */
static void
bodies_with_the_same_prefix_of_their_digest_share_nothing(void **state)
{
	struct verdict_key key = key_number(1), other = key;
	unsigned word;

	(void)state;
	learn(&key, 1);
	for (word = 0; word < 4; word++) {
		other = key;
		other.digest[word] ^= UINT64_C(1) << 63;
		assert_false(knows(&other, 1));
	}
	learn(&other, 2);
	assert_true(knows(&key, 1));
	assert_true(knows(&other, 2));
}

static void
another_generation_finds_nothing_and_has_all_places(void **state)
{
	struct verdict_key key = key_number(1);
	uint64_t n;

	(void)state;
	for (n = 0; n < 20 * TABLE_PLACES; n++) {
		key = key_number(n);
		learn(&key, n);
	}
	assert_int_equal(verdicts_count(table), TABLE_PLACES);
	key.generation = 1 + 4096;	/* its label looks like that of 1 */
	assert_false(knows(&key, n - 1));
	key.generation = 2;
	assert_false(knows(&key, n - 1));
	assert_false(learn(&key, 7));
	assert_int_equal(verdicts_count(table), 1);
	assert_true(knows(&key, 7));
	key.generation = 1;	/* a straggler does not turn the count back */
	assert_true(knows(&key, n - 1));
	learn(&key, n - 1);
	assert_int_equal(verdicts_count(table), 1);
}

/* --- who said it --- */

static void
what_a_worker_said_goes_with_its_death(void **state)
{
	struct verdict_key key = key_number(1);

	(void)state;
	learn(&key, 1);
	trust_doubt_worker(&table_trust, by_somebody.worker + 1);
	assert_true(knows(&key, 1));
	trust_doubt_worker(&table_trust, by_somebody.worker);
	assert_false(knows(&key, 1));
}

static void
what_a_lane_said_goes_with_a_breach(void **state)
{
	struct verdict_key key = key_number(1);

	(void)state;
	learn(&key, 1);
	trust_doubt_lane(&table_trust, LANE_BIG);
	assert_true(knows(&key, 1));
	trust_doubt_lane(&table_trust, LANE_SMALL);
	assert_false(knows(&key, 1));
}

/* --- damage --- */

/* Of each word of the one entry that there is. */
static void
an_entry_with_a_wrong_bit_anywhere_is_none(void **state)
{
	struct verdict_key key = key_number(1);
	uint64_t *words = NULL, *sets = (uint64_t *)SETS;
	unsigned i;

	(void)state;
	learn(&key, 1);
	for (i = 0; i < 64; i++)
		if (sets[i * WORDS_OF_SET + FIRST_ENTRY] == key.digest[0])
			words = &sets[i * WORDS_OF_SET + FIRST_ENTRY];
	assert_non_null(words);
	for (i = 0; i < 32; i++) {
		words[i] ^= UINT64_C(1) << (2 * i);
		assert_false(knows(&key, 1));
		words[i] ^= UINT64_C(1) << (2 * i);
	}
	assert_true(knows(&key, 1));
}

static void
labels_with_any_bits_cost_entries_and_nothing_else(void **state)
{
	uint64_t *sets = (uint64_t *)SETS;
	struct verdict_key key;
	uint64_t n;
	unsigned i, way;

	(void)state;
	for (n = 0; n < 5 * TABLE_PLACES; n++) {
		for (i = 0; i < 64; i++)
			for (way = 0; way < 24; way++)
				sets[i * WORDS_OF_SET + way] =
				    key_number(n + 24 * i + way).digest[3];
		key = key_number(n % 100);
		(void)knows(&key, n % 100);
		learn(&key, n % 100);
	}
}

enum harm {
	NO_HARM, CUT, MAGIC, ANOTHER_LAYOUT, SIZE, ANOTHER_VERSION, STRANGER
};

static int
attach_harmed(enum harm harm, struct err *err)
{
	static const off_t at[] = { [MAGIC] = 3, [ANOTHER_LAYOUT] = 8,
		[SIZE] = 17, [ANOTHER_VERSION] = 24 };
	int fd = memfd_create("verdicts", MFD_CLOEXEC), failed;
	struct verdicts *verdicts = NULL;

	assert_int_equal(verdicts_make(fd, 4096, TABLE_SIZE, err), 0);
	if (harm == CUT)
		assert_int_equal(ftruncate(fd, 4096 + VERDICTS_LEAST - 1), 0);
	else if (harm != NO_HARM && harm != STRANGER)
		assert_int_equal(pwrite(fd, "\x5a", 1, 4096 + at[harm]), 1);
	failed = verdicts_attach(&verdicts, fd, 4096,
	    geteuid() + (harm == STRANGER), err);
	verdicts_detach(&verdicts);
	close(fd);
	return failed;
}

static void
a_table_that_is_not_whole_or_not_ours_is_refused(void **state)
{
	enum harm harm;
	struct err err;

	(void)state;
	assert_int_equal(attach_harmed(NO_HARM, &err), 0);
	for (harm = CUT; harm <= STRANGER; harm++)
		assert_int_equal(attach_harmed(harm, &err), -1);
}

static void
a_table_without_room_leaves_the_file_as_it_was(void **state)
{
	struct rlimit had, small;
	struct stat st;
	struct err err;
	int fd = memfd_create("verdicts", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &had), 0);
	small = had;
	small.rlim_cur = 8192;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(verdicts_make(fd, 4096, TABLE_SIZE, &err), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &had), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 4096);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_kept_comes_back_whole),
		TEST(what_time_and_chance_had_a_part_in_is_not_kept),
		TEST(a_verdict_whose_texts_do_not_fit_is_not_kept),
		TEST(the_same_bytes_told_another_way_share_nothing),
		TEST(bodies_with_the_same_prefix_of_their_digest_share_nothing),
		TEST(another_generation_finds_nothing_and_has_all_places),
		TEST(what_a_worker_said_goes_with_its_death),
		TEST(what_a_lane_said_goes_with_a_breach),
		TEST(an_entry_with_a_wrong_bit_anywhere_is_none),
		TEST(labels_with_any_bits_cost_entries_and_nothing_else),
		TEST(a_table_that_is_not_whole_or_not_ours_is_refused),
		TEST(a_table_without_room_leaves_the_file_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
