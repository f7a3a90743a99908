/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "containers.h"
#include "said.h"
#include "unpack/contents.h"
#include "unpack/tar.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void
content_that_should_be_none_is_visited(void **state)
{
	uint8_t tar[2048] = { 0 };

	(void)state;
	tar_header(tar, '3', "5");
	memcpy(tar + 512, "words", 5);
	tar_header(tar + 1024, '0', "5");
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "n 5");
	tar_header(tar, 'x', "13");
	memcpy(tar + 512, "11 path=ab\n", 11);
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "");
	memcpy(tar + 512, "11 size=99\n", 11);
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "Tar.Sizes");
	memcpy(tar + 512, "11 path=abc", 11);
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "n 11");
	tar_header(tar, 'L', "13");
	memcpy(tar + 512, "a/longname\0", 11);
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "");
}

static void
assert_sum_is_told(uint8_t *tar, size_t len, const void *sum)
{
	memcpy(tar + 148, sum, 8);
	start();
	assert_true(contents_likely(tar, len));
	assert_true(tar_walk(slice_on(tar, len), "", &sink));
	assert_string_equal(said, "Tar.Checksum, nn 5");
}

/* The sum is 01101 = 0x241. */
static void
a_checksum_that_only_some_can_read_is_told(void **state)
{
	static const char *const odd[] = {
		"0o001101", "0_001101", "+001101\0", "\t001101\0",
		"00110_1\0", "001101\n\0", "001101x\0", "\x80\0\0\0\0\0\2\x41",
	};
	uint8_t tar[2048] = { 0 };
	size_t i;

	(void)state;
	tar_header(tar, '0', "5");
	tar[1] = 'n';		/* a zero could be an lzma */
	memcpy(tar + 148, "001101\0 ", 8);
	memcpy(tar + 512, "words", 5);
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "");
	for (i = 0; i < COUNT(odd); i++)
		assert_sum_is_told(tar, sizeof tar, odd[i]);
	memcpy(tar + 148, "0o001102", 8);
	assert_false(contents_likely(tar, sizeof tar));
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "");
	memcpy(tar + 257, "ustar", 5);
	assert_true(contents_likely(tar, sizeof tar));
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "Tar.Checksum");
}

/* With two bytes of the name below zero for the field's own blanks. */
static void
a_sum_that_may_be_chance_needs_numbers_too(void **state)
{
	uint8_t tar[2048] = { 0 };

	(void)state;
	tar_header(tar, '0', "5");
	memset(tar, 0, 100);
	memcpy(tar, "\x80\x80", 2);
	tar[2] = (uint8_t)(1 - '0' - '5');
	memcpy(tar + 148, "1;\x88\0\0\0\0\0", 8);
	start();
	assert_true(contents_likely(tar, sizeof tar));
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "Tar.Checksum, \x80\x80\x9c 5");
	tar[2] = (uint8_t)(1 - '0' - '5' - 'D');
	tar[136] = 'D';
	start();
	assert_false(contents_likely(tar, sizeof tar));
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "");
}

static void
assert_size_says(char kind, const char *size, const char *words)
{
	uint8_t tar[1024] = { 0 };

	tar_header(tar, kind, size);
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, words);
}

static void
a_size_that_only_some_can_read_is_told(void **state)
{
	static const char *const plain[] = {
		"", "0", "00000000000", "      0 ", "0 ", "\x80",
		"         0 \0", "           ",
	};
	static const char *const odd[] = {
		"0o000000104", "0_000000104", "+0000000104", "\v0000000104",
		"\t0000000104", "-0", "104x", "10 4", "189", "\xff", "\x81",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(plain); i++)
		assert_size_says('0', plain[i], "");
	for (i = 0; i < COUNT(odd); i++)
		assert_size_says('0', odd[i], "Tar.Sizes");
	assert_size_says('5', "words", "");
}

static void
assert_record_says(char kind, const char *record, const char *words)
{
	uint8_t tar[1024] = { 0 };
	char size[24];

	snprintf(size, sizeof size, "%zo", strlen(record));
	tar_header(tar, kind, size);
	memcpy(tar + 512, record, strlen(record));
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, words);
}

static void
a_record_of_a_size_that_only_some_can_read_is_told(void **state)
{
	static const char *const odd[] = {
		"12 size=0_6\n", "11 size=+6\n", "11 size=-6\n",
		"11 size=\v6\n", "11 size= 6\n", "8 size=\n",
		"13 size=\xd9\xa6\xd9\xa8\n",
		"29 size=00000000000000000006\n",
	};
	size_t i;

	(void)state;
	assert_record_says('x', "11 size=68\n", "");
	assert_record_says('g', "11 path=ab\n", "");
	assert_record_says('g', "11 size=68\n", "Tar.Sizes");
	for (i = 0; i < COUNT(odd); i++)
		assert_record_says('x', odd[i], "Tar.Sizes");
}

static void
records_of_pieces_are_told_where_readers_differ(void **state)
{
	static const char *const right[] = {
		"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
		"22 GNU.sparse.name=ab\n26 GNU.sparse.realsize=68\n",
		"22 GNU.sparse.size=68\n26 GNU.sparse.numblocks=1\n"
		"26 GNU.sparse.map=0,2,8,1\n",
		"22 GNU.sparse.size=68\n23 GNU.sparse.offset=0\n"
		"26 GNU.sparse.numbytes=34\n24 GNU.sparse.offset=34\n"
		"26 GNU.sparse.numbytes=34\n",
	};
	static const char *const odd[] = {
		"22 GNU.sparse.major=1\n22 GNU.sparse.major=1\n",
		"22 GNU.sparse.major=1\n22 GNU.sparse.map=0,2\n",
		"22 GNU.sparse.map=0_0\n", "22 GNU.sparse.map=0,+\n",
		"22 GNU.sparse.offset=\n", "24 GNU.sparse.offset=5x\n",
		"23 GNU.sparse.offset=5\n23 GNU.sparse.offset=6\n",
		"23 GNU.sparse.offset=5\n", "25 GNU.sparse.numbytes=5\n",
		"34 comment=23 GNU.sparse.offset=5\n",
		"23 GNU.sparse.offset=0\n61 comment=\n"
		"23 GNU.sparse.offset=5\n25 GNU.sparse.numbytes=5\n\n"
		"25 GNU.sparse.numbytes=5\n",
		"20 GNU.sparse.odd=1\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(right); i++)
		assert_record_says('x', right[i], "");
	for (i = 0; i < COUNT(odd); i++)
		assert_record_says('x', odd[i], "Tar.Sparse");
	assert_record_says('g', right[0], "Tar.Sparse");
}

static void
records_of_pieces_stand_in_one_header(void **state)
{
	static const char first[] = "22 GNU.sparse.major=1\n",
	    second[] = "22 GNU.sparse.minor=0\n";
	uint8_t tar[3072] = { 0 };

	(void)state;
	tar_header(tar, 'x', "26");
	memcpy(tar + 512, first, sizeof first - 1);
	tar_header(tar + 1024, 'x', "26");
	memcpy(tar + 1536, second, sizeof second - 1);
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "Tar.Sparse");
	memset(tar + 1536, 0, sizeof second);
	memcpy(tar + 1536, "22 path=0123456789abc\n", 22);
	tar_header(tar + 2048, '0', "0");
	start();
	assert_true(tar_walk(slice_on(tar, sizeof tar), "", &sink));
	assert_string_equal(said, "");
}

static void
assert_old_one_says(uint8_t *tar, size_t len, const char *words)
{
	unsigned sum;
	char digits[8];
	size_t i;

	memset(tar + 148, ' ', 8);
	for (sum = 0, i = 0; i < 512; i++)
		sum += tar[i];
	snprintf(digits, sizeof digits, "%06o", sum);
	memcpy(tar + 148, digits, 7);
	start();
	assert_true(tar_walk(slice_on(tar, len), "", &sink));
	assert_string_equal(said, words);
}

/* Header, a block with more pieces, content; then one that is seen only if the
 * block is passed over. */
static void
an_old_sparse_member_is_told_where_readers_differ(void **state)
{
	uint8_t tar[2560] = { 0 };

	(void)state;
	tar_header(tar, 'S', "1");
	memcpy(tar + 257, "ustar  ", 8);
	memcpy(tar + 386, "00000000000\00000000000005", 24);
	memcpy(tar + 483, "00000000104", 12);
	tar[482] = 1;
	memcpy(tar + 512, "00000000000\00000000000005", 24);
	tar_header(tar + 1536, '3', "5");
	assert_old_one_says(tar, sizeof tar, "n 5");
	tar[512 + 504] = 1;
	assert_old_one_says(tar, sizeof tar, "");
	tar[512 + 504] = 0;
	tar[512 + 30] = 7;
	assert_old_one_says(tar, sizeof tar, "Tar.Sparse, n 5");
	memcpy(tar + 512 + 24, "0o000000000\00000000000005", 24);
	assert_old_one_says(tar, sizeof tar, "Tar.Sparse, n 5");
	memset(tar + 512 + 24, 0, 24);
	tar[482] = 2;
	assert_old_one_says(tar, sizeof tar, "Tar.Sparse, n 5");
	tar[482] = 1;
	memcpy(tar + 257, "ustar\0" "00", 8);
	assert_old_one_says(tar, sizeof tar, "Tar.Sparse, n 5");
	assert_old_one_says(tar, 600, "Tar.Sparse");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_that_should_be_none_is_visited),
		cmocka_unit_test(
		    a_checksum_that_only_some_can_read_is_told),
		cmocka_unit_test(a_sum_that_may_be_chance_needs_numbers_too),
		cmocka_unit_test(a_size_that_only_some_can_read_is_told),
		cmocka_unit_test(
		    a_record_of_a_size_that_only_some_can_read_is_told),
		cmocka_unit_test(
		    records_of_pieces_are_told_where_readers_differ),
		cmocka_unit_test(records_of_pieces_stand_in_one_header),
		cmocka_unit_test(
		    an_old_sparse_member_is_told_where_readers_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
