/* SPDX-License-Identifier: GPL-2.0-only */
/* With what other programs write, it is tried by tests/evasion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "others_fixture.h"
#include "unpack/mbr.h"

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
	other[0] = 8;
	assert_false(others_likely(slice_on(other, sizeof other)));
	other[0] = '\xe1';
	assert_false(others_likely(slice_on(other, sizeof other)));
}

/* "bread and butter" with properties of 0, and a mark of the end. */
#define ODD_CODE "\0\x31\x1e\x3d\x6f\xae\x8a\x04\xc8\xd2\x70\x66\x91\x27" \
	"\xe8\xe7\x44\x7d\x50\x16\xbf\xff\xdc\xf1\xc0\0"

/* Some readers go by the mark alone, others give what comes before the cut. */
static void
an_lzma_of_other_properties_may_tell_any_length(void **state)
{
	static const char *const lengths[] = {
		"\x10\0\0\0\0\0\0\0", "\x11\0\0\0\0\0\0\0",
		"\0\0\0\0\0\1\0\0", "\377\377\377\377\377\377\377\377",
		"\376\377\377\377\377\377\377\377",
	};
	char odd[] = "\0\0\0\1\0" "length. " ODD_CODE,
	    wide[] = "\x5d\x40\xe2\1\0\0\0\0\0\0\1\0\0" CODE;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		memcpy(odd + 5, lengths[i], 8);
		assert_string_equal(read_bytes(odd, sizeof odd - 1),
		    "content=bread and butter");
	}
	assert_string_equal(read_bytes(odd, sizeof odd - 10),
	    "content=bread and bu");
	assert_string_equal(read_bytes(wide, sizeof wide - 1),
	    "content=bread and butter");
	odd[13] = 7;
	assert_string_equal(read_bytes(odd, sizeof odd - 1),
	    "content=bread and butter");
	wide[13] = 7;
	assert_false(others_likely(slice_on(wide, sizeof wide - 1)));
	memset(odd + 5, 0, 8);
	assert_string_equal(read_bytes(odd, sizeof odd - 1), "");
}

static void
an_lzma_may_be_behind_a_byte_or_an_empty_one(void **state)
{
	static const char plain[] = "\0" HEAD CODE, code[] = "\1" HEAD CODE,
	    behind[] = ZEROS ZEROS HEAD CODE;

	(void)state;
	assert_string_equal(read_bytes(plain, sizeof plain - 1),
	    "content=bread and butter");
	/* It could be an lzma of other properties, too. */
	assert_string_equal(read_bytes(code, sizeof code - 1),
	    "content=, content=bread and butter, Container.lzma86");
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
	assert_int_equal(heard.spent, 520 + 5 + 6);
	heard.most = 530;
	assert_false(others_read(slice_on(image, sizeof image), "", &hearing));
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

static void
partition(unsigned number, unsigned kind, unsigned from, unsigned len)
{
	const size_t at = 446 + number * 16;

	put(at, kind == 7 ? 0x80 : 0, 1);
	put(at + 4, kind, 1);
	put(at + 8, from, 4);
	put(at + 12, len, 4);
}

static void
make_disk(void)
{
	memset(image, 0, sizeof image);
	memcpy(image, "<html><body><p>", 15);
	put(510, 0xaa55, 2);
	partition(0, 7, 1, 2);
	partition(2, 0x83, 39, 9);
	memset(image + 512, 'a', 512);
	memset(image + 1536, 'b', sizeof image - 1536);
}

/* Whatever its first sector begins with. */
static void
each_partition_of_a_disk_is_visited(void **state)
{
	(void)state;
	make_disk();
	assert_string_equal(read_bytes(image, sizeof image),
	    "partition=aaaaaaaaaaaaaaaaaaaaaaaa, "
	    "partition=bbbbbbbbbbbbbbbbbbbbbbbb");
	assert_int_equal(heard.spent, 1024 + 512);
	assert_string_equal(read_bytes(image, 513), "partition=a");
	heard.spent = 0;
	heard.most = 1023;
	assert_false(others_read(slice_on(image, sizeof image), "", &hearing));
}

/* Tables at 2, 6 and 10; each counts its own partition from itself, the next
 * table from the first one. */
static void
so_is_each_within_an_extended_one(void **state)
{
	unsigned i;

	(void)state;
	make_disk();
	memset(image + 446, 0, 64);
	partition(1, 0x0f, 2, 38);
	for (i = 0; i < 3; i++) {
		memset(image + (2 + 4 * i) * 512, 0, 512);
		put((2 + 4 * i) * 512 + 510, 0xaa55, 2);
		put((2 + 4 * i) * 512 + 446 + 4, 0x83, 1);
		put((2 + 4 * i) * 512 + 446 + 8, 1, 1);
		put((2 + 4 * i) * 512 + 446 + 12, 1, 1);
		put((2 + 4 * i) * 512 + 462 + 4, i < 2 ? 5 : 0, 1);
		put((2 + 4 * i) * 512 + 462 + 8, 4 + 4 * i, 1);
		put((2 + 4 * i) * 512 + 462 + 12, 2, 1);
		memset(image + (3 + 4 * i) * 512, 'c' + (int)i, 24);
	}
	assert_non_null(strstr(read_bytes(image, sizeof image),
	    "partition=cccccccccccccccccccccccc, "
	    "partition=dddddddddddddddddddddddd, "
	    "partition=eeeeeeeeeeeeeeeeeeeeeeee, partition="));
}

/* It ends, whatever it says. */
static void
a_chain_of_tables_may_be_a_ring(void **state)
{
	(void)state;
	make_disk();
	partition(1, 5, 2, 38);
	memcpy(image + 1024, image, 512);
	memset(image + 1024 + 446, 0, 64);
	put(1024 + 462 + 4, 5, 1);
	put(1024 + 462 + 8, 4, 1);
	put(1024 + 462 + 12, 1, 1);
	memcpy(image + 3072, image + 1024, 512);
	assert_non_null(read_bytes(image, sizeof image));
}

static void
what_is_no_table_of_partitions_is_none(void **state)
{
	static const struct {
		unsigned at, value;
	} rows[] = {
		{ 510, 0 }, { 511, 0 },
		{ 446, 1 }, { 446 + 16, 'x' },	/* neither active nor not */
		{ 446 + 8, 0 },			/* this sector itself */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		make_disk();
		put(rows[i].at, rows[i].value, 1);
		if (others_likely(slice_on(image, sizeof image)))
			fail_msg("at %u", rows[i].at);
	}
	make_disk();
	assert_false(others_likely(slice_on(image, 512)));
	partition(0, 0xee, 1, 39);		/* a GPT has the partitions */
	partition(2, 0x83, 39, 0);
	partition(3, 0x83, 40, 1);
	memcpy(image + 512, "EFI PART", 8);
	assert_false(mbr_likely(slice_on(image, sizeof image)));
	image[512] = 'e';			/* there is none */
	assert_true(mbr_likely(slice_on(image, sizeof image)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_of_base64_is_what_it_says),
		cmocka_unit_test(lines_of_hex_are_one_file_up_to_a_gap),
		cmocka_unit_test(lines_of_hex_are_read_by_their_addresses_too),
		cmocka_unit_test(an_lzma_may_have_any_dictionary),
		cmocka_unit_test(what_only_looks_like_an_lzma_is_not_damaged),
		cmocka_unit_test(
		    an_lzma_of_other_properties_may_tell_any_length),
		cmocka_unit_test(an_lzma_may_be_behind_a_byte_or_an_empty_one),
		cmocka_unit_test(each_entry_of_a_file_in_a_udf_is_visited),
		cmocka_unit_test(a_udf_that_is_cut_or_lies_is_damaged),
		cmocka_unit_test(a_udf_with_other_maps_is_unsupported),
		cmocka_unit_test(each_partition_of_a_disk_is_visited),
		cmocka_unit_test(so_is_each_within_an_extended_one),
		cmocka_unit_test(a_chain_of_tables_may_be_a_ring),
		cmocka_unit_test(what_is_no_table_of_partitions_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
