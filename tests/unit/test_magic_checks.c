/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows of magics.c that follow what they begin with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "engines/magics.h"
#include "magics_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void
put(uint8_t *at, uint64_t value, unsigned len)
{
	for (; len-- > 0; value >>= 8)
		*at++ = value & 0xff;
}

/* The fields that say where the next block is, which is at 900. */
static const struct {
	const char *mark;
	struct {
		size_t at;
		uint64_t value;
		unsigned len;
	} fields[3];
} blocks[] = {
	{ "bvx-", { { 4, 892, 4 } } },
	{ "bvxn", { { 8, 888, 4 } } },
	{ "bvx1", { { 8, 128, 4 } } },
	/* 300 for its header, 400 literals, 200 for matches; all else is set */
	{ "bvx2", { { 8, ~(0xfffffULL << 20) | 400ULL << 20, 8 },
	    { 16, ~(0xfffffULL << 40) | 200ULL << 40, 8 },
	    { 24, 0xffffffff00000000 | 300, 8 } } },
};

static void
an_lzfse_is_told_by_its_second_block(void **state)
{
	uint8_t file[904];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(blocks); i++) {
		memset(file, 0, sizeof file);
		memcpy(file, blocks[i].mark, 4);
		for (j = 0; j < COUNT(blocks[i].fields); j++)
			put(file + blocks[i].fields[j].at,
			    blocks[i].fields[j].value,
			    blocks[i].fields[j].len);
		memcpy(file, blocks[i].mark, 4);
		assert_null(magic_of(file, sizeof file));
		memcpy(file + 900, "bvx$", 4);
		assert_non_null(magic_of(file, sizeof file));
		assert_string_equal(magic_of(file, sizeof file)->name,
		    "Container.lzfse");
		for (j = 0; j < sizeof file; j++)
			assert_null(magic_of_first(file, j));
	}
	memset(file + 8, 0xff, 40);
	assert_null(magic_of(file, sizeof file));
	file[3] = '$';
	assert_null(magic_of(file, sizeof file));
}

/* As xdelta3 writes them; the window's first byte is what counts. */
static void
a_vcdiff_is_a_packed_file_if_it_needs_no_other(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int is;
	} cases[] = {
#define IS(text, is) { "\xd6\xc3\xc4" text, sizeof(text) + 2, is }
		IS("\0\0\0\5\1\1", 1), IS("\0\0\4\5\1\1", 1),
		IS("\0\0\1\5\1\1", 0), IS("\0\0\2\5\1\1", 0),
		IS("\0\1\2\0\5\1\1", 1), IS("\0\1\0\1\5\1\1", 0),
		IS("\0\4\3abc\0\5\1", 1), IS("\0\4\3abc\5\1\1", 0),
		IS("\0\5\2\4abcd\4\5\1", 1), IS("\0\4\x80\1" "a\0\1", 1),
		IS("\0\4\xff\xff\xff", 0), IS("\0\4\x7f\0\0\0", 0),
		IS("\0\2\0\0\0\0", 0), IS("S\0\0\5\1\1", 0),
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		const struct magic *magic = magic_of_first(cases[i].bytes,
		    cases[i].len);

		if ((magic != NULL) != cases[i].is)
			fail_msg("case %zu", i);
	}
	assert_string_equal(magic_of(cases[0].bytes, cases[0].len)->name,
	    "Container.VCDIFF");
	assert_null(magic_of_first(cases[0].bytes, 7));
}

static void
labels_are_where_their_system_looks_for_them(void **state)
{
	static const struct {
		const char *name, *first;
		size_t at, len;
		const char *second;
		size_t second_at, second_len;
	} cases[] = {
#define ROW(name, at, first, second_at, second) { "Container." name, first,    \
	    at, sizeof(first) - 1, second, second_at, sizeof(second) - 1 }
		ROW("RAID", 0, "\xfc\x4e\x2b\xa9\1", 5, "\0\0\0"),
		ROW("RAID", 4096, "\xfc\x4e\x2b\xa9\1", 4101, "\0\0\0"),
		ROW("UFS", 9564, "\x54\x19\1", 8192, "\0\0\0\0\0\0\0\0"),
		ROW("UFS", 9564, "\0\1\x19\x54", 8192, "\0\0\0\0\0\0\0\0"),
		ROW("UFS", 66908, "\x19\1\x54\x19", 65536,
		    "\0\0\0\0\0\0\0\0"),
		ROW("UFS", 66908, "\x19\x54\1\x19", 65536,
		    "\0\0\0\0\0\0\0\0"),
		ROW("VMFS", 0x100000, "\x0d\xd0\1\xc0\x18", 0x100006, "\0\0"),
		ROW("ZFS", 16384, "\1\1\0\0\0\0\0\0\0\0\0\1", 16404,
		    "\0\0\0\7version"),
		ROW("ZFS", 16384, "\1\0\0\0\0\0\0\0\0\0\0\1", 16404,
		    "\0\0\0\7version"),
	};
	static uint8_t image[0x100008];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		memset(image, 0, sizeof image);
		memcpy(image + cases[i].at, cases[i].first, cases[i].len);
		memcpy(image + cases[i].second_at, cases[i].second,
		    cases[i].second_len);
		assert_non_null(magic_of(image, sizeof image));
		assert_string_equal(magic_of(image, sizeof image)->name,
		    cases[i].name);
		assert_null(magic_of_first(image, cases[i].second_at +
		    cases[i].second_len - 1));
		image[cases[i].second_at + 1]++;
		assert_null(magic_of(image, sizeof image));
	}
}

/* Two levels: a byte, then two more and the end, of which one is said. */
static void
a_pack_is_told_by_its_tree(void **state)
{
	static const struct {
		size_t at;
		uint8_t wrong;
	} cases[] = {
		{ 6, 0 }, { 6, 26 }, { 7, 2 }, { 8, 2 }, { 1, 0x1d },
	};
	const uint8_t packed[] = "\x1f\x1e\0\0\0\3\2\1\0xyz";
	uint8_t file[sizeof packed];
	size_t i;

	(void)state;
	assert_string_equal(magic_of(packed, sizeof packed)->name,
	    "Container.pack");
	for (i = 0; i < 12; i++)
		assert_null(magic_of_first(packed, i));
	for (i = 0; i < COUNT(cases); i++) {
		memcpy(file, packed, sizeof packed);
		file[cases[i].at] = cases[i].wrong;
		assert_null(magic_of(file, sizeof file));
	}
}

/* A block whose tables have no bits, none of no codes, one of no such kind;
 * one of two codes of a bit each, behind 97 that are left out; without the
 * second; of kinds that do not come out even. */
static void
an_lzh_is_told_by_its_first_tables(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int is;
	} cases[] = {
#define LZH(text, is) { "\x1f\xa0" text, sizeof(text) + 1, is }
		LZH("\0\5\0\0\0\x20\x80", 1), LZH("\0\0\0\0\0\x20\x80", 0),
		LZH("\0\5\4\xc0\0\x20\x80", 0),
		LZH("\x00\x02\x20\x04\x26\x31\x37", 1),
		LZH("\x00\x02\x20\x04\x26\x21\x36", 0),
		LZH("\x00\x02\x20\x04\x40\x00\x00", 0),
		LZH("\0\5\xff\xff\xff\xff\xff\xff\xff", 0),
#undef LZH
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		const struct magic *magic = magic_of_first(cases[i].bytes,
		    cases[i].len);

		if ((magic != NULL) != cases[i].is)
			fail_msg("case %zu", i);
	}
	assert_string_equal(magic_of(cases[0].bytes, cases[0].len)->name,
	    "Container.LZH");
	for (i = 0; i < 7; i++)
		assert_null(magic_of_first(cases[0].bytes, i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_lzfse_is_told_by_its_second_block),
		cmocka_unit_test(
		    a_vcdiff_is_a_packed_file_if_it_needs_no_other),
		cmocka_unit_test(a_pack_is_told_by_its_tree),
		cmocka_unit_test(an_lzh_is_told_by_its_first_tables),
		cmocka_unit_test(labels_are_where_their_system_looks_for_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
