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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_that_should_be_none_is_visited),
		cmocka_unit_test(
		    a_checksum_that_only_some_can_read_is_told),
		cmocka_unit_test(a_size_that_only_some_can_read_is_told),
		cmocka_unit_test(
		    a_record_of_a_size_that_only_some_can_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
