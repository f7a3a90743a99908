/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "others_fixture.h"

#define SECTOR 512

static const char *
read_image(void)
{
	return read_bytes(image, sizeof image);
}

/* Two entries: of one sector, and of all that follows. */
static void
begin_gpt(void)
{
	memset(image, 0, sizeof image);
	memcpy(image + SECTOR, "EFI PART", 8);
	put(SECTOR + 72, 2, 8);
	put(SECTOR + 80, 2, 4);
	put(SECTOR + 84, 128, 4);
	put(2 * SECTOR, 1, 1);
	put(2 * SECTOR + 32, 8, 8);
	put(2 * SECTOR + 40, 8, 8);
	put(2 * SECTOR + 128 + 15, 1, 1);
	put(2 * SECTOR + 128 + 32, 9, 8);
	put(2 * SECTOR + 128 + 40, 0xffffffff, 8);
	memcpy(image + 8 * SECTOR, "one", 4);
	memcpy(image + 9 * SECTOR, "two", 4);
}

static void
the_partitions_of_a_gpt_are_files(void **state)
{
	(void)state;
	begin_gpt();
	(void)read_image();
	assert_int_equal(heard.spent, SECTOR + sizeof image - 9 * SECTOR);
	assert_memory_equal(heard.said, "partition=one", 13);
	assert_non_null(strstr(heard.said, ", partition=two"));
}

static void
what_a_gpt_does_not_name_or_has_not_is_none(void **state)
{
	static const struct {
		size_t at;
		unsigned value, len;
	} rows[] = {
		{ SECTOR + 80, 0, 4 }, { SECTOR + 84, 127, 4 },
		{ SECTOR + 72, 40, 8 }, { SECTOR + 76, 1, 4 },
		{ 2 * SECTOR, 0, 1 }, { 2 * SECTOR + 32, 40, 8 },
		{ 2 * SECTOR + 40, 7, 8 }, { 2 * SECTOR + 36, 1, 4 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin_gpt();
		put(SECTOR + 80, 1, 4);
		put(rows[i].at, rows[i].value, rows[i].len);
		assert_string_equal(read_image(), "");
	}
}

static void
begin_apm(unsigned block)
{
	memset(image, 0, sizeof image);
	memcpy(image, "ER", 2);
	put_big(2, block, 2);
	memcpy(image + block, "PM", 2);
	put_big(block + 8, 1, 4);
	put_big(block + 12, 2, 4);
	memcpy(image + 2 * block, "PM", 2);
	put_big(2 * block + 8, 3, 4);
	put_big(2 * block + 12, 1, 4);
	memcpy(image + 3 * block, "one", 4);
}

static void
the_partitions_of_an_apm_are_files_whatever_its_blocks(void **state)
{
	(void)state;
	begin_apm(SECTOR);
	assert_memory_equal(read_image() + strlen("partition=PM"),
	    ", partition=one", 15);
	assert_int_equal(heard.spent, 3 * SECTOR);
	begin_apm(2048);
	assert_non_null(strstr(read_image(), "partition=one"));
	assert_int_equal(heard.spent, 3 * 2048);
	begin_apm(SECTOR);
	put_big(2, 1000, 2);
	assert_non_null(strstr(read_image(), "partition=one"));
	memcpy(image + SECTOR, "XM", 2);
	assert_string_equal(read_image(), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_partitions_of_a_gpt_are_files),
		cmocka_unit_test(what_a_gpt_does_not_name_or_has_not_is_none),
		cmocka_unit_test(
		    the_partitions_of_an_apm_are_files_whatever_its_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
