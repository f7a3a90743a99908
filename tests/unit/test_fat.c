/* SPDX-License-Identifier: GPL-2.0-only */
/* Alone, and as what an ISO 9660 starts from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "others_fixture.h"
#include "unpack/fat.h"

/* Of the image: a table, a root of 16 names, clusters of one sector. */
static void
chain(unsigned cluster, unsigned next)
{
	size_t at = 512 + cluster * 3 / 2;
	unsigned old = image[at] | (unsigned)image[at + 1] << 8;

	put(at, (cluster & 1) ? (old & 0xf) | next << 4 :
	    (old & 0xf000) | next, 2);
}

static void
entry(size_t at, const char *name, unsigned kind, unsigned cluster, size_t len)
{
	memcpy(image + at, name, 11);
	image[at + 11] = (uint8_t)kind;
	put(at + 26, cluster, 2);
	put(at + 28, (unsigned)len, 4);
}

#define ROOT 1024
#define CLUSTER(n) (1536 + ((n) - 2) * 512)

static void
make_fat(void)
{
	memset(image, 0, sizeof image);
	put(11, 512, 2);
	image[13] = 1;
	put(14, 1, 2);
	image[16] = 1;
	put(17, 16, 2);
	put(19, 40, 2);
	image[21] = 0xf8;
	put(510, 0xaa55, 2);
	put(22, 1, 2);
	entry(ROOT, "LABEL      ", 8, 0, 0);
	entry(ROOT + 32, "\xe5GONE   TXT", 0, 9, 4);
	entry(ROOT + 64, "Along name ", 0x0f, 9, 4);
	entry(ROOT + 96, "A       COM", 0, 2, 700);
	entry(ROOT + 128, "D          ", 0x10, 4, 0);
	chain(2, 5);
	chain(5, 0xfff);
	chain(4, 0xfff);
	memset(image + CLUSTER(2), 'a', 512);
	memset(image + CLUSTER(5), 'b', 512);
	memcpy(image + CLUSTER(9), "none", 4);
	entry(CLUSTER(4), ".          ", 0x10, 4, 0);
	entry(CLUSTER(4) + 32, "B          ", 0, 6, 5);
	entry(CLUSTER(4) + 64, "E       F  ", 0x10, 4, 0);
	memcpy(image + CLUSTER(6), "bread", 5);
	chain(6, 0xfff);
}

static void
each_file_of_a_fat_is_visited_once(void **state)
{
	(void)state;
	make_fat();
	assert_string_equal(read_bytes(image, sizeof image),
	    "A.COM=aaaaaaaaaaaaaaaaaaaaaaaa, D/B=bread");
	assert_int_equal(heard.spent, 705);
	heard.most = 704;
	assert_false(others_read(slice_on(image, sizeof image), "", &hearing));
}

/* Linux reads on there. */
static void
behind_the_end_of_a_folder_is_a_file_too(void **state)
{
	(void)state;
	make_fat();
	entry(CLUSTER(4) + 256, "C          ", 8, 6, 5);
	entry(CLUSTER(4) + 288, "BROKEN     ", 0, 6, 5000);
	assert_string_equal(read_bytes(image, sizeof image),
	    "A.COM=aaaaaaaaaaaaaaaaaaaaaaaa, D/B=bread, D/C=bread, "
	    "D/BROKEN=bread");
}

static void
a_file_that_is_not_all_there_is_damaged(void **state)
{
	(void)state;
	make_fat();
	chain(2, 0xff7);
	assert_string_equal(read_bytes(image, sizeof image),
	    "Fat.Cut=A.COM, A.COM=aaaaaaaaaaaaaaaaaaaaaaaa, D/B=bread");
	make_fat();
	assert_string_equal(read_bytes(image, CLUSTER(3)),
	    "Fat.Cut=A.COM, A.COM=aaaaaaaaaaaaaaaaaaaaaaaa");
	assert_string_equal(read_bytes(image, 512), "");
}

static void
only_a_folder_and_the_one_it_is_in_are_passed_over(void **state)
{
	static const char *const rows[][2] = {
		{ ".EVIL   COM", ".EVIL.COM" }, { "..E        ", "..E" },
		{ ".          ", "." }, { "..         ", ".." },
	};
	char want[96];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		make_fat();
		entry(CLUSTER(4) + 32, rows[i][0], 0, 6, 5);
		snprintf(want, sizeof want,
		    "A.COM=aaaaaaaaaaaaaaaaaaaaaaaa, D/%s=bread", rows[i][1]);
		assert_string_equal(read_bytes(image, sizeof image), want);
	}
	make_fat();
	entry(CLUSTER(4) + 32, "..         ", 0x10, 0, 0);
	assert_string_equal(read_bytes(image, sizeof image),
	    "A.COM=aaaaaaaaaaaaaaaaaaaaaaaa");
	make_fat();
	entry(CLUSTER(4) + 64, ".HIDDEN    ", 0x10, 7, 0);
	entry(CLUSTER(7), "C          ", 0, 6, 5);
	assert_string_equal(read_bytes(image, sizeof image),
	    "A.COM=aaaaaaaaaaaaaaaaaaaaaaaa, D/B=bread, D/.HIDDEN/C=bread");
}

/* 7z and mtools open these all the same. */
static void
a_fat_with_an_odd_start_is_read_and_not_damaged(void **state)
{
	static const size_t odd[] = { 12, 21, 510 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof odd / sizeof *odd; i++) {
		make_fat();
		chain(2, 0xff7);
		image[odd[i]] = 0;
		image[21] = 0;
		assert_string_equal(read_bytes(image, sizeof image),
		    "A.COM=aaaaaaaaaaaaaaaaaaaaaaaa, D/B=bread");
	}
}

/* 7z has those bytes, too. */
static void
a_cluster_that_is_cut_is_the_files_as_far_as_it_goes(void **state)
{
	static const char want[] =
	    "A.COM=aaaaaaaaaaaaaaaaaaaaaaaa, D/B=brea";

	(void)state;
	make_fat();
	image[21] = 0;
	assert_string_equal(read_bytes(image, CLUSTER(6) + 4), want);
	assert_string_equal(read_bytes(image, CLUSTER(6)),
	    "A.COM=aaaaaaaaaaaaaaaaaaaaaaaa");
	make_fat();
	assert_string_equal(read_bytes(image, CLUSTER(4) + 64),
	    "Fat.Cut=A.COM, A.COM=aaaaaaaaaaaaaaaaaaaaaaaa, Fat.Cut=D/B");
}

/* Its table has 4 bytes for each cluster, and the root is one of them. */
static void
a_fat_of_32_bits_has_its_root_in_a_cluster(void **state)
{
	(void)state;
	make_fat();
	memset(image + 512, 0, 1024);
	put(17, 0, 2);
	put(22, 0, 2);
	put(36, 1, 4);
	put(44, 8, 4);
	put(512 + 8 * 4, 9, 4);
	put(512 + 9 * 4, 0x0fffffff, 4);
	put(512 + 10 * 4, 0xffffffff, 4);
	entry(1024 + 7 * 512, "B       TXT", 0, 10, 5);
	memcpy(image + 1024 + 8 * 512, "bread", 5);
	assert_string_equal(read_bytes(image, sizeof image), "B.TXT=bread");
}

/* The first ends the file early, the second is the one that counts. */
static void
make_two_tables(unsigned flags)
{
	size_t at;

	make_fat();
	memset(image + 512, 0, 1024);
	put(17, 0, 2);
	put(22, 0, 2);
	put(36, 1, 4);
	put(40, flags, 2);
	put(44, 2, 4);
	image[16] = 2;
	put(512 + 2 * 4, 0x0fffffff, 4);
	put(512 + 4 * 4, 0x0fffffff, 4);
	memcpy(image + 1024, image + 512, 512);
	put(1024 + 2 * 4, 3, 4);
	put(1024 + 3 * 4, 0x0fffffff, 4);
	memset(image + CLUSTER(2), 0, 1024);
	for (at = CLUSTER(2); at < CLUSTER(4); at += 32)
		image[at] = 0xe5;
	entry(CLUSTER(2), "A          ", 0, 4, 5);
	entry(CLUSTER(3), "B          ", 0, 4, flags == 0 ? 5 : 600);
	memcpy(image + CLUSTER(4), "bread", 5);
}

/* 7z and mtools go by the one that is active, Linux by the first. */
static void
a_fat_is_read_by_each_of_its_tables(void **state)
{
	(void)state;
	make_two_tables(0);
	assert_string_equal(read_bytes(image, sizeof image),
	    "A=bread, A=bread, B=bread");
	memcpy(image + 512 + 8, image + 1024 + 8, 504);
	assert_string_equal(read_bytes(image, sizeof image),
	    "A=bread, B=bread");
	make_two_tables(0);
	image[16] = 1;
	put(14, 2, 2);
	assert_string_equal(read_bytes(image, sizeof image),
	    "A=bread, B=bread");
	assert_string_equal(read_bytes(image, 1024), "");
}

/* That one may be old. */
static void
only_by_the_table_that_is_active_is_a_file_cut(void **state)
{
	(void)state;
	make_two_tables(0x81);
	assert_non_null(strstr(read_bytes(image, sizeof image),
	    "Fat.Cut=B"));
	make_two_tables(0x80);
	assert_null(strstr(read_bytes(image, sizeof image), "Fat.Cut"));
	make_two_tables(0x8f);
	assert_null(strstr(read_bytes(image, sizeof image), "Fat.Cut"));
}

static void
a_boot_sector_of_another_kind_is_no_fat(void **state)
{
	static const struct {
		size_t at;
		unsigned value;
	} rows[] = {
		{ 11, 2 }, { 12, 1 }, { 12, 3 }, { 12, 32 }, { 13, 0 },
		{ 14, 0 }, { 16, 0 }, { 16, 16 }, { 22, 0 }, { 19, 3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		make_fat();
		image[rows[i].at] = (uint8_t)rows[i].value;
		assert_false(fat_likely(slice_on(image, sizeof image)));
	}
	assert_false(fat_likely(slice_on(image, 511)));
}

static uint8_t iso[24 * 2048];

static void
iso_put(size_t at, unsigned value)
{
	iso[at] = value & 0xff;
	iso[at + 1] = (value >> 8) & 0xff;
}

/* Its catalogue is in sector 18; one is a floppy that the image cuts. */
static void
what_an_iso_starts_from_is_visited(void **state)
{
	static const char mark[] = "\0CD001\1EL TORITO SPECIFICATION";

	(void)state;
	memcpy(iso + 16 * 2048, "\1CD001\1", 7);
	memcpy(iso + 17 * 2048, mark, sizeof mark);
	iso_put(17 * 2048 + 71, 18);
	iso_put(18 * 2048 + 8, 20);		/* no entry, but a check */
	iso[18 * 2048 + 32] = 0x88;
	iso_put(18 * 2048 + 32 + 6, 4);
	iso_put(18 * 2048 + 32 + 8, 19);
	iso_put(18 * 2048 + 96, 0x91);		/* a section of */
	iso[18 * 2048 + 128 + 1] = 2;
	iso_put(18 * 2048 + 128 + 8, 21);
	memset(iso + 19 * 2048, 'a', 2048);
	memset(iso + 21 * 2048, 'b', 2048);
	assert_string_equal(read_bytes(iso, sizeof iso),
	    "start=aaaaaaaaaaaaaaaaaaaaaaaa, start=bbbbbbbbbbbbbbbbbbbbbbbb");
	assert_int_equal(heard.spent, 2048 + 3 * 2048);
	assert_string_equal(read_bytes(iso, 18 * 2048), "");
	iso[16 * 2048 + 1] = 'X';
	assert_false(others_likely(slice_on(iso, sizeof iso)));
}

/* In the length that is told of it there is no file. */
static void
a_start_disk_is_read_beyond_what_is_told_of_it(void **state)
{
	(void)state;
	iso[16 * 2048 + 1] = 'C';
	iso_put(18 * 2048 + 32 + 6, 0);
	iso[18 * 2048 + 128 + 1] = 0;
	make_fat();
	memcpy(iso + 19 * 2048, image, 5 * 2048);
	assert_string_equal(read_bytes(iso, sizeof iso),
	    "start/A.COM=aaaaaaaaaaaaaaaaaaaaaaaa, start/D/B=bread");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_of_a_fat_is_visited_once),
		cmocka_unit_test(behind_the_end_of_a_folder_is_a_file_too),
		cmocka_unit_test(a_file_that_is_not_all_there_is_damaged),
		cmocka_unit_test(
		    only_a_folder_and_the_one_it_is_in_are_passed_over),
		cmocka_unit_test(
		    a_fat_with_an_odd_start_is_read_and_not_damaged),
		cmocka_unit_test(
		    a_cluster_that_is_cut_is_the_files_as_far_as_it_goes),
		cmocka_unit_test(a_fat_of_32_bits_has_its_root_in_a_cluster),
		cmocka_unit_test(a_fat_is_read_by_each_of_its_tables),
		cmocka_unit_test(
		    only_by_the_table_that_is_active_is_a_file_cut),
		cmocka_unit_test(a_boot_sector_of_another_kind_is_no_fat),
		cmocka_unit_test(what_an_iso_starts_from_is_visited),
		cmocka_unit_test(
		    a_start_disk_is_read_beyond_what_is_told_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
