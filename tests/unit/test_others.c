/* SPDX-License-Identifier: GPL-2.0-only */
/* With what other programs write, it is tried by tests/evasion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "unpack/others.h"

static char said[4096];
static size_t spent, most;

static void
say(const char *name, const uint8_t *bytes, size_t len)
{
	size_t at = strlen(said);

	snprintf(said + at, sizeof said - at, "%s%s%s%.*s", at > 0 ? ", " : "",
	    name, len > 0 ? "=" : "", len < 24 ? (int)len : 24,
	    (const char *)bytes);
}

static bool
spend(void *ctx, size_t len)
{
	(void)ctx;
	spent += len;
	return spent <= most;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	(void)ctx;
	assert_true(len > 0);
	say(name, bytes, len);
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx;
	(void)outcome;
	say(cause, (const uint8_t *)name, strlen(name));
}

static const struct sink sink = { NULL, spend, visit, visit, visit, note };

static const char *
read_bytes(const void *bytes, size_t len)
{
	*said = '\0';
	spent = 0;
	most = 1 << 20;
	assert_true(others_read(slice_on(bytes, len), "", &sink));
	assert_true(*said == '\0' || others_likely(slice_on(bytes, len)));
	return said;
}

static const char *
read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

#define BREAD "YnJlYWQgYW5kIGJ1dHRlciwgYW5kIG1vcmUgb2YgYnJlYWQgYW5kIGJ1dHRl"

static void
a_body_of_base64_is_what_it_says(void **state)
{
	(void)state;
	assert_string_equal(read_text(BREAD "ciwgbW9yZQ=="),
	    "base64=bread and butter, and mo");
	assert_string_equal(read_text("\n" BREAD "\r\nciwgbW9yZQ==\n"),
	    "base64=bread and butter, and mo");
	assert_string_equal(read_text(BREAD), "");
	assert_string_equal(read_text(BREAD "ciwgbW9yZQ==, and a text"), "");
	assert_string_equal(read_text("These words have letters that could be "
	    "digits of it and there is nothing else in here at all"), "");
	assert_string_equal(read_text(""), "");
}

static void
lines_of_hex_are_one_file_up_to_a_gap(void **state)
{
	(void)state;
	assert_string_equal(read_text(":020000040000FA\n"
	    ":04000000627265613A\r\n:02000400640A8C\n:00000001FF\n"),
	    "hex=bread\n");
	assert_string_equal(read_text(":0400000062726561AA\n"
	    ":02001000640A80\n"), "hex=brea, hex=d\n");
	assert_string_equal(read_text(":0400000062726561AA\nno more"),
	    "hex=brea");
	assert_string_equal(read_text(":04000000627265\n"), "");
	assert_string_equal(read_text(":smile: is no data"), "");
	assert_string_equal(read_text(":"), "");
}

static void
lines_of_hex_are_read_by_their_addresses_too(void **state)
{
	(void)state;
	assert_string_equal(read_text(":02000400640A8C\n"
	    ":0400000062726561AA\n"), "hex=d\n, hex=brea, hex=bread\n");
	assert_string_equal(read_text(":020000020001FB\n:01000000629D\n"
	    ":020000020000FC\n:01001100628C\n"), "hex=bb");
}

/* 40 sectors of 512 bytes; a table, a root of 16 names, clusters of one
 * sector. */
static uint8_t image[40 * 512];

static void
put(size_t at, unsigned value, unsigned len)
{
	for (; len-- > 0; value >>= 8)
		image[at++] = value & 0xff;
}

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
	assert_int_equal(spent, 705);
	most = 704;
	assert_false(others_read(slice_on(image, sizeof image), "", &sink));
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
		assert_false(others_likely(slice_on(image, sizeof image)));
	}
	assert_false(others_likely(slice_on(image, 511)));
}

/* "bread and butter", with a dictionary of 123456 bytes. */
#define HEAD "\x5d\x40\xe2\x01\0\x10\0\0\0\0\0\0\0"
#define CODE "\0\x31\x1c\x88\xcd\x86\x8c\x3c\x12\x01\x49\x21\x72\x37\x7e" \
	"\x93\xde\x45\xdc\x23\x5e\xbf\xfc\x0e\x10\0"
#define ZEROS "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void
an_lzma_may_have_any_dictionary(void **state)
{
	static const char odd[] = HEAD CODE, usual[] = "\x5d\0\0\1\0"
	    "\x10\0\0\0\0\0\0\0" CODE;

	(void)state;
	assert_string_equal(read_bytes(odd, sizeof odd - 1),
	    "content=bread and butter");
	assert_string_equal(read_bytes(odd, sizeof odd - 12),
	    "Container.Broken");
	assert_string_equal(read_bytes(usual, sizeof usual - 1), "");
}

/* No packer writes such properties, so that it may be anything. */
static void
what_only_looks_like_an_lzma_is_not_damaged(void **state)
{
	char other[] = HEAD CODE;

	(void)state;
	other[0] = 2;
	assert_string_equal(read_bytes(other, sizeof other - 12), "");
	other[0] = '\xe1';
	assert_false(others_likely(slice_on(other, sizeof other)));
}

static void
an_lzma_may_be_behind_a_byte_or_an_empty_one(void **state)
{
	static const char plain[] = "\0" HEAD CODE, code[] = "\1" HEAD CODE,
	    behind[] = ZEROS ZEROS HEAD CODE;

	(void)state;
	assert_string_equal(read_bytes(plain, sizeof plain - 1),
	    "content=bread and butter");
	assert_string_equal(read_bytes(code, sizeof code - 1),
	    "content=bread and butter, Container.lzma86");
	assert_memory_equal(read_bytes(behind, sizeof behind - 1), "=]@", 3);
	assert_string_equal(read_bytes(behind, sizeof behind - 40), "");
	assert_string_equal(read_bytes(ZEROS ZEROS, 36), "");
}

/* Blocks of 512 bytes in the same image; the partition begins with block 4. */
#define BLOCK(n) ((n) * 512UL)

static void
tag(unsigned block, unsigned id)
{
	const size_t at = BLOCK(block);
	unsigned sum = 0, i;

	put(at, id, 2);
	put(at + 2, 2, 2);
	put(at + 12, block, 4);
	image[at + 4] = 0;
	for (i = 0; i < 16; i++)
		sum += image[at + i];
	image[at + 4] = sum & 0xff;
}

static void
file_entry(unsigned block, unsigned head, size_t len, unsigned extents)
{
	const size_t at = BLOCK(block);

	image[at + 27] = 5;
	put(at + 34, extents, 2);
	put(at + 56, (unsigned)len, 4);
	put(at + head - 4, 16, 4);
	tag(block, head == 176 ? 261 : 266);
}

static void
make_udf(void)
{
	memset(image, 0, sizeof image);
	tag(39, 2);
	put(BLOCK(1) + 188, 4, 4);
	tag(1, 5);
	put(BLOCK(2) + 268, 1, 4);
	image[BLOCK(2) + 440] = 1;
	tag(2, 6);
	file_entry(5, 176, 520, 0);		/* in two extents */
	put(BLOCK(5) + 176, 512, 4);
	put(BLOCK(5) + 180, 6, 4);
	put(BLOCK(5) + 184, 8, 4);
	put(BLOCK(5) + 188, 8, 4);
	memset(image + BLOCK(10), 'a', 512);
	memset(image + BLOCK(12), 'b', 512);
	file_entry(6, 216, 5, 1);		/* by a long extent */
	put(BLOCK(6) + 216, 5, 4);
	put(BLOCK(6) + 220, 9, 4);
	memcpy(image + BLOCK(13), "bread", 5);
	file_entry(7, 176, 6, 3);		/* in the entry itself */
	memcpy(image + BLOCK(7) + 176, "butter", 6);
	file_entry(8, 176, 5, 3);
	image[BLOCK(8) + 27] = 4;		/* a folder */
	tag(8, 261);
}

#define UDF_FILES \
	"file 1=aaaaaaaaaaaaaaaaaaaaaaaa, file 2=bread, file 3=butter"

static void
each_entry_of_a_file_in_a_udf_is_visited(void **state)
{
	(void)state;
	make_udf();
	assert_string_equal(read_bytes(image, sizeof image), UDF_FILES);
	assert_int_equal(spent, 520 + 5 + 6);
	most = 530;
	assert_false(others_read(slice_on(image, sizeof image), "", &sink));
	memmove(image + BLOCK(30), image + BLOCK(1), 512);
	memset(image + BLOCK(1), 0, 512);	/* said behind the files */
	assert_string_equal(read_bytes(image, sizeof image), UDF_FILES);
	tag(39, 3);
	assert_false(others_likely(slice_on(image, sizeof image)));
}

static void
a_udf_that_is_cut_or_lies_is_damaged(void **state)
{
	(void)state;
	make_udf();
	put(BLOCK(5) + 188, 1000, 4);
	assert_string_equal(read_bytes(image, sizeof image),
	    "Udf.Cut=file 1, " UDF_FILES);
	put(BLOCK(6) + 208, 400, 4);
	assert_string_equal(read_bytes(image, sizeof image),
	    "Udf.Cut=file 1, file 1=aaaaaaaaaaaaaaaaaaaaaaaa, file 2=butter, "
	    "Container.UDF");
}

static void
a_udf_with_other_maps_is_unsupported(void **state)
{
	(void)state;
	make_udf();
	image[BLOCK(2) + 440] = 2;
	assert_string_equal(read_bytes(image, sizeof image),
	    UDF_FILES ", Container.UDF");
	make_udf();
	put(BLOCK(3) + 188, 5, 4);
	tag(3, 5);
	assert_string_equal(read_bytes(image, sizeof image),
	    UDF_FILES ", Container.UDF");
	make_udf();
	put(BLOCK(5) + 184, 0xc0000008, 4);	/* more extents elsewhere */
	assert_string_equal(read_bytes(image, sizeof image),
	    UDF_FILES ", Container.UDF");
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
	assert_int_equal(spent, 2048 + 3 * 2048);
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
		cmocka_unit_test(a_body_of_base64_is_what_it_says),
		cmocka_unit_test(lines_of_hex_are_one_file_up_to_a_gap),
		cmocka_unit_test(
		    lines_of_hex_are_read_by_their_addresses_too),
		cmocka_unit_test(each_file_of_a_fat_is_visited_once),
		cmocka_unit_test(behind_the_end_of_a_folder_is_a_file_too),
		cmocka_unit_test(
		    only_a_folder_and_the_one_it_is_in_are_passed_over),
		cmocka_unit_test(a_file_that_is_not_all_there_is_damaged),
		cmocka_unit_test(
		    a_fat_with_an_odd_start_is_read_and_not_damaged),
		cmocka_unit_test(
		    a_cluster_that_is_cut_is_the_files_as_far_as_it_goes),
		cmocka_unit_test(a_fat_of_32_bits_has_its_root_in_a_cluster),
		cmocka_unit_test(a_boot_sector_of_another_kind_is_no_fat),
		cmocka_unit_test(an_lzma_may_have_any_dictionary),
		cmocka_unit_test(what_only_looks_like_an_lzma_is_not_damaged),
		cmocka_unit_test(each_entry_of_a_file_in_a_udf_is_visited),
		cmocka_unit_test(a_udf_that_is_cut_or_lies_is_damaged),
		cmocka_unit_test(a_udf_with_other_maps_is_unsupported),
		cmocka_unit_test(what_an_iso_starts_from_is_visited),
		cmocka_unit_test(
		    a_start_disk_is_read_beyond_what_is_told_of_it),
		cmocka_unit_test(
		    an_lzma_may_be_behind_a_byte_or_an_empty_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
