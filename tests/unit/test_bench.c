/* SPDX-License-Identifier: GPL-2.0-only */
/* What script/bench counts and compares with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

#include "bench/corpus.h"
#include "bench/reader.h"
#include "bench/samples.h"
#include "bench/sequence.h"

static void
percentiles_are_the_nearest_rank(void **state)
{
	struct samples s = { 0 };
	int i;

	(void)state;
	assert_int_equal(samples_percentile(&s, 50), 0);
	for (i = 100; i >= 1; i--)
		samples_add(&s, i);
	assert_int_equal(samples_percentile(&s, 50), 50);
	assert_int_equal(samples_percentile(&s, 99), 99);
	assert_int_equal(samples_percentile(&s, 99.5), 100);
	assert_int_equal(samples_percentile(&s, 100), 100);
	assert_int_equal(samples_percentile(&s, 0), 1);
	samples_free(&s);
}

static void
many_samples_are_all_kept(void **state)
{
	struct samples s = { 0 };
	int64_t i;

	(void)state;
	for (i = 0; i < 100000; i++)
		samples_add(&s, (i * 7919) % 100000);
	assert_int_equal(s.count, 100000);
	assert_int_equal(samples_percentile(&s, 100), 99999);
	assert_int_equal(samples_percentile(&s, 90), 89999);
	samples_free(&s);
}

/* A checksum of it, a body with a number, 1000 bytes. */
#define AT 40
#define LEN 1000

static struct template
made(char kind, char *bytes)
{
	struct template t = {
		.bytes = bytes, .len = LEN, .places = 1,
		.place = { { .at = AT, .fixes = 1, .fix = {
			{ .kind = kind, .at = 0,
			  .after = LEN - AT - CORPUS_NUMBER } } } },
	};
	int i;

	for (i = 4; i < LEN; i++)
		bytes[i] = (char)(i * 31 + 7);
	memset(bytes + AT, '0', CORPUS_NUMBER);
	return t;
}

static uint32_t
big_endian(const char *bytes)
{
	const unsigned char *at = (const unsigned char *)bytes;

	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

static void
store_big(char *bytes, unsigned long sum)
{
	int i;

	for (i = 0; i < 4; i++)
		bytes[i] = (char)(sum >> (24 - 8 * i));
}

static void
a_number_keeps_the_checksum_right(void **state)
{
	static const uint64_t numbers[] = { 1, 0xfedcba9876543210U, 0, 5 };
	char bytes[LEN];
	struct template crc = made('b', bytes), adler = made('a', bytes);
	const Bytef *sum_of = (const Bytef *)bytes + 4;
	size_t i;

	(void)state;
	store_big(bytes, crc32(0, sum_of, LEN - 4));
	for (i = 0; i < 4; i++) {
		corpus_number(&crc, bytes, numbers[i]);
		assert_int_equal(big_endian(bytes),
		    crc32(0, sum_of, LEN - 4));
	}
	assert_memory_equal(bytes + AT, "0000000000000005", CORPUS_NUMBER);
	store_big(bytes, adler32(1, sum_of, LEN - 4));
	for (i = 0; i < 4; i++) {
		corpus_number(&adler, bytes, numbers[i]);
		assert_int_equal(big_endian(bytes),
		    adler32(1, sum_of, LEN - 4));
	}
}

static void
chunks_are_read_wherever_they_are_cut(void **state)
{
	static const char sent[] = "4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n";
	size_t step, used, at, have;
	enum reader_state end;
	struct reader r;

	(void)state;
	for (step = 1; step < sizeof(sent); step++) {
		reader_start(&r, true, 0, "Wikipedia ", 10);
		end = READER_MORE;
		for (at = 0, have = 0; end == READER_MORE; at += used) {
			have = have + step < sizeof(sent) - 1 ? have + step :
			    sizeof(sent) - 1;
			end = reader_feed(&r, sent + at, have - at, &used);
		}
		assert_int_equal(end, READER_DONE);
		assert_true(reader_same(&r));
		assert_int_equal(at, sizeof(sent) - 1);
	}
}

static void
another_body_is_another(void **state)
{
	static const char *const others[] = {
		"3\r\nabd\r\n0\r\n\r\n", "2\r\nab\r\n0\r\n\r\n",
		"4\r\nabcd\r\n0\r\n\r\n", "0\r\n\r\n",
	};
	struct reader r;
	size_t i, used;

	(void)state;
	for (i = 0; i < 4; i++) {
		reader_start(&r, true, 0, "abc", 3);
		assert_int_equal(reader_feed(&r, others[i], strlen(others[i]),
		    &used), READER_DONE);
		assert_false(reader_same(&r));
	}
	reader_start(&r, false, 3, "abc", 3);
	assert_int_equal(reader_feed(&r, "abdx", 4, &used), READER_DONE);
	assert_int_equal(used, 3);
	assert_false(reader_same(&r));
	reader_start(&r, true, 0, "abc", 3);
	assert_int_equal(reader_feed(&r, "zz\r\n", 4, &used), READER_BAD);
}

static struct template kinds[] = {
	{ .kind = "mix", .weight = 3 }, { .kind = "else", .weight = 9 },
	{ .kind = "mix", .weight = 1 },
};
static const struct corpus corpus = { .templates = kinds, .count = 3 };

static void
every_body_is_new_and_kinds_come_by_weight(void **state)
{
	struct sequence s;
	unsigned counts[3] = { 0 };
	struct body body;
	uint64_t i;

	(void)state;
	assert_int_equal(sequence_start(&s, &corpus, &(struct sequence_rules){
	    .kind = "mix", .first = 100 }), 0);
	for (i = 0; i < 40000; i++) {
		body = sequence_next(&s);
		assert_int_equal(body.number, 100 + i);
		counts[body.template]++;
	}
	assert_int_equal(counts[1], 0);
	assert_in_range(counts[0], 29000, 31000);
	sequence_end(&s);
	assert_int_equal(sequence_start(&s, &corpus, &(struct sequence_rules){
	    .kind = "none" }), -1);
	sequence_end(&s);
}

static void
repeats_are_so_many_and_the_first_are_the_most_frequent(void **state)
{
	unsigned again = 0, low = 0, heavy = 0;
	bool *seen = calloc(40000, 1);
	struct sequence s;
	struct body body;
	int i;

	(void)state;
	sequence_start(&s, &corpus, &(struct sequence_rules){
	    .kind = "mix", .repeats = 60 });
	for (i = 0; i < 40000; i++) {
		body = sequence_next(&s);
		again += seen[body.number];
		low += seen[body.number] && body.number < 100;
		heavy += body.template == 0;
		seen[body.number] = true;
	}
	assert_in_range(again, 23500, 24500);
	/* Of 16000 bodies 0.6 %; evenly they would have 0.6 % of 24000. */
	assert_in_range(low, 5000, 15000);
	/* What is asked for again is as large as what is new. */
	assert_in_range(heavy, 29000, 31000);
	sequence_end(&s);
	free(seen);
}

static void
the_same_ones_come_over_and_over(void **state)
{
	struct sequence s;
	struct body body;
	uint64_t i;

	(void)state;
	sequence_start(&s, &corpus, &(struct sequence_rules){
	    .kind = "mix", .same = 20, .first = 7 });
	for (i = 0; i < 200; i++) {
		body = sequence_next(&s);
		assert_int_equal(body.number, 7 + i % 20);
	}
	sequence_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_are_the_nearest_rank),
		cmocka_unit_test(many_samples_are_all_kept),
		cmocka_unit_test(a_number_keeps_the_checksum_right),
		cmocka_unit_test(chunks_are_read_wherever_they_are_cut),
		cmocka_unit_test(another_body_is_another),
		cmocka_unit_test(every_body_is_new_and_kinds_come_by_weight),
		cmocka_unit_test(
		    repeats_are_so_many_and_the_first_are_the_most_frequent),
		cmocka_unit_test(the_same_ones_come_over_and_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
