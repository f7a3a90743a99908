/* SPDX-License-Identifier: GPL-2.0-only */
/* What 7z makes of such an image: tests/integration/apple.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <string.h>

#include "others_fixture.h"
#include "unpack/dmg.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define TABLE 4096UL		/* where it is, as a resource */
#define LIST 8192UL		/* and its list, where it is XML */
#define RUN(n) (TABLE + 204 + (n) * 40UL)
#define TRAILER (sizeof image - 512)

enum { ZEROS = 0, RAW = 1, FREE = 2, ADC = 0x80000004, ZLIB, BZIP2, LZFSE, XZ };

/* Numbers of eight bytes, of which four are enough. */
static void
put_run(unsigned n, uint32_t kind, unsigned first, unsigned sectors,
    unsigned at, size_t len)
{
	put_big(RUN(n), kind, 4);
	put_big(RUN(n) + 12, first, 4);
	put_big(RUN(n) + 20, sectors, 4);
	put_big(RUN(n) + 28, at, 4);
	put_big(RUN(n) + 36, (uint32_t)len, 4);
	put_big(RUN(n + 1), 0xffffffff, 4);
	put_big(TABLE + 200, n + 2, 4);
}

static void
put_trailer(size_t at)
{
	memcpy(image + at, "koly\0\0\0\4\0\0\2", 12);
}

/* One sector of this kind. */
static void
make(uint32_t kind, const void *packed, size_t len)
{
	memset(image, 0, sizeof image);
	memcpy(image + 1024, packed, len);
	memcpy(image + TABLE, "mish\0\0\0\1", 8);
	put_run(0, kind, 0, 1, 1024, len);
	put_trailer(TRAILER);
	put_big(TRAILER + 44, TABLE, 4);
	put_big(TRAILER + 52, TRAILER - TABLE, 4);
}

/* The same table, as text of a list. */
static void
as_xml(const char *before, const char *behind)
{
	char *at = (char *)image + LIST;

	at = stpcpy(at, "<?xml version=\"1.0\"?><plist>");
	at = stpcpy(at, before);
	at += EVP_EncodeBlock((uint8_t *)at, image + TABLE, 204 + 2 * 40);
	at = stpcpy(at, behind);
	memset(image + TABLE, 0, 1024);
	put_big(TRAILER + 52, 0, 4);
	put_big(TRAILER + 220, LIST, 4);
	put_big(TRAILER + 228, (uint32_t)(at - (char *)image - LIST), 4);
}

#define BREAD "bread and butter"
#define BREAD4 BREAD BREAD BREAD BREAD
#define BREAD32 BREAD4 BREAD4 BREAD4 BREAD4 BREAD4 BREAD4 BREAD4 BREAD4
#define SAID "partition=bread and butterbread an"

static const struct {
	uint32_t kind;
	const char *packed;
	size_t len;
} cases[] = {
#define IS(kind, text) { kind, text, sizeof(text) - 1 }
	IS(RAW, BREAD32),
	IS(ZLIB, "x\xdaK*JMLQH\xccKQH*-)I-J\x1a\xe5\x8f(>\x00%\x0f\xc0\xe1"),
	IS(BZIP2, "BZh91AY&SYJ\xdc\xb5\xe2\x00\x00O\x91\x80@\x00\x36\x01\x16"
	    "\x00 \x00P\x83& *\xa3i\x1a \x16\x0a\x07\x41\xb0X:\x08\x0c\x04\x07"
	    "\x01\x80\x80\xf0(\x1f\x17rE8P\x90J\xdc\xb5\xe2"),
	IS(XZ, "\xfd\x37zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00!\x01\x16\x00"
	    "\x00\x00t/\xe5\xa3\xe0\x01\xff\x00\x18]\x00\x31\x1c\x88\xcd"
	    "\x86\x8c<\x12\x01I!r7~\x93\xdeI3\xf3\x87\x66\x19\x00\x00\x00"
	    "\xb5\xf8P\xa0\x10\xe3\xceR\x00\x01\x34\x80\x04\x00\x00\x00\xa3"
	    "\xb6:b\xb1\xc4g\xfb\x02\x00\x00\x00\x00\x04YZ"),
	/* 16 as they are, 7 times 67 as 16 before, then 5, then 22 */
	IS(ADC, "\x8f" BREAD "\x7f\0\xf\x7f\0\xf\x7f\0\xf\x7f\0\xf\x7f\0\xf"
	    "\x7f\0\xf\x7f\0\xf" "\x08\xf" "\x52\0\xf"),
};

static void
a_run_of_each_kind_is_unpacked(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		make(cases[i].kind, cases[i].packed, cases[i].len);
		put_run(1, RAW, 1, 1, 2048, 512);
		assert_string_equal(read_bytes(image, sizeof image), SAID);
		make(cases[i].kind, cases[i].packed, cases[i].len / 2);
		put_run(1, RAW, 1, 1, 2048, 512);
		assert_memory_equal(read_bytes(image, sizeof image),
		    "Container.Broken, partition=", 28);
		assert_null(strstr(heard.said, "Dmg.Order"));
	}
}

static void
runs_are_one_file_in_their_order(void **state)
{
	(void)state;
	make(FREE, BREAD32, 512);
	put_run(1, 0x7ffffffe, 1, 0, 0, 0);
	put_run(2, RAW, 1, 1, 1024, 512);
	assert_string_equal(read_bytes(image, sizeof image), "partition=");
	assert_true(heard.spent >= 1024);
	make(RAW, BREAD32, 512);
	put_run(1, RAW, 2, 1, 1024, 512);
	assert_string_equal(read_bytes(image, sizeof image),
	    "Dmg.Order, " SAID);
}

static void
what_is_packed_otherwise_is_unsupported(void **state)
{
	(void)state;
	make(LZFSE, BREAD32, 512);
	assert_string_equal(read_bytes(image, sizeof image), "Container.DMG");
	make(RAW, BREAD32, 512);
	put_run(1, 0x80000009, 1, 1, 1024, 512);
	assert_string_equal(read_bytes(image, sizeof image),
	    "Container.DMG, " SAID);
	make(RAW, BREAD32, 512);
	image[RUN(0) + 16] = 0x80;		/* sectors */
	assert_string_equal(read_bytes(image, sizeof image), "Container.DMG");
}

static void
a_list_of_xml_has_them_too(void **state)
{
	(void)state;
	make(RAW, BREAD32, 512);
	as_xml("<key>Data</key><data>", "</data></plist>");
	assert_string_equal(read_bytes(image, sizeof image), SAID);
	make(RAW, BREAD32, 512);
	as_xml("<data/><Data  a='b'>\n", "");
	assert_string_equal(read_bytes(image, sizeof image), SAID);
}

static void
a_list_of_no_table_is_unsupported_and_none_is_no_matter(void **state)
{
	(void)state;
	make(RAW, BREAD32, 512);
	as_xml("<string>", "</string>");
	assert_string_equal(read_bytes(image, sizeof image), "Container.DMG");
	put_big(TRAILER + 228, 0, 4);
	assert_string_equal(read_bytes(image, sizeof image), "");
	make(RAW, BREAD32, 512);
	image[TABLE + 7] = 2;
	assert_string_equal(read_bytes(image, sizeof image), "Container.DMG");
}

/* What is packed begins behind that, or not; tables have a begin of their
 * own. */
static void
where_it_begins_is_told_in_three_places(void **state)
{
	(void)state;
	make(RAW, BREAD32, 512);
	put_big(TRAILER + 28, 1000, 4);
	put_big(TABLE + 28, 20, 4);
	put_big(RUN(0) + 28, 4, 4);
	assert_string_equal(read_bytes(image, sizeof image), SAID);
	make(RAW, BREAD32, 512);
	put_big(TRAILER + 44, TABLE - 1024, 4);	/* 1024 bytes in front of all */
	put_big(RUN(0) + 28, 0, 4);
	assert_string_equal(read_bytes(image, sizeof image), SAID);
}

static void
an_old_one_has_its_trailer_in_front(void **state)
{
	(void)state;
	make(RAW, BREAD32, 512);
	put_big(TRAILER + 28, 512, 4);
	put_big(RUN(0) + 28, 512, 4);
	memcpy(image, image + TRAILER, 512);
	memset(image + TRAILER, 0, 512);
	assert_string_equal(read_bytes(image, sizeof image), SAID);
	assert_false(others_likely(slice_on(image, 511)));
	assert_false(others_likely(slice_on(image + 1, sizeof image - 1)));
}

static void
something_may_be_behind_it(void **state)
{
	(void)state;
	make(RAW, BREAD32, 512);
	put_big(TRAILER + 52, TRAILER - 600 - TABLE, 4);
	memmove(image + TRAILER - 600, image + TRAILER, 512);
	memset(image + TRAILER, 4, 512);
	assert_string_equal(read_bytes(image, sizeof image), SAID);
	memset(image + TRAILER - 600 + 50, 'x', 400);	/* the mark alone */
	assert_string_equal(read_bytes(image, sizeof image), "");
}

static void
what_lies_beyond_the_end_is_not_read(void **state)
{
	static const size_t places[] = { TRAILER + 24, TRAILER + 40,
		TRAILER + 48, TRAILER + 216, TRAILER + 224, TABLE + 24,
		TABLE + 196, RUN(0) + 24, RUN(0) + 32 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(places); i++) {
		make(RAW, BREAD32, 512);
		memset(image + places[i], 0xff, 8);
		(void)read_bytes(image, sizeof image);
	}
}

static void
it_ends_when_nothing_more_may_come_out(void **state)
{
	(void)state;
	make(ZEROS, "", 0);
	put_big(RUN(0) + 20, 4096, 4);
	heard = (struct heard){ .most = 1 << 20 };
	assert_false(others_read(slice_on(image, sizeof image), "", &hearing));
	assert_string_equal(heard.said, "");
	assert_true(heard.spent < (1 << 20) + 65537);
}

/* A volume of HFS+, and somewhere in it what a packed file has. */
/* Only that excuses what is broken behind a first run. */
static void
an_image_ends_with_a_trailer_that_has_a_list_within_it(void **state)
{
	const struct slice body = { image, sizeof image };

	(void)state;
	make(RAW, BREAD32, 512);
	assert_true(dmg_ends(body));
	assert_false(dmg_ends(slice_head(body, TRAILER)));
	put_big(TRAILER + 52, sizeof image, 4);
	assert_false(dmg_ends(body));
	put_big(TRAILER + 52, 0, 4);
	assert_false(dmg_ends(body));
	put_big(TRAILER + 228, 1, 4);
	assert_true(dmg_ends(body));
	put_big(TRAILER, 0, 4);
	assert_false(dmg_ends(body));
}

static void
a_file_that_hfs_packs_by_no_zlib_is_unsupported(void **state)
{
	static const char *const volumes[] = { "H+\0\4", "HX\0\5" };
	unsigned i, kind;

	(void)state;
	for (i = 0; i < COUNT(volumes); i++)
		for (kind = 0; kind < 20; kind++) {
			memset(image, 0, sizeof image);
			memcpy(image + 1024, volumes[i], 4);
			memcpy(image + 4000, "fpmc\3\0\0\0", 8);
			memcpy(image + 5001, "fpmc", 4);
			image[5005] = (uint8_t)kind;
			assert_string_equal(read_bytes(image, sizeof image),
			    kind == 0 || kind == 3 || kind == 4 || kind > 14 ?
			    "" : "Container.HFS");
			image[1027] = 3;
			assert_string_equal(read_bytes(image, sizeof image),
			    "");
		}
	memcpy(image + sizeof image - 4, "fpmc", 4);
	image[1027] = 5;
	assert_string_equal(read_bytes(image, sizeof image), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_of_each_kind_is_unpacked),
		cmocka_unit_test(runs_are_one_file_in_their_order),
		cmocka_unit_test(what_is_packed_otherwise_is_unsupported),
		cmocka_unit_test(a_list_of_xml_has_them_too),
		cmocka_unit_test(
		    a_list_of_no_table_is_unsupported_and_none_is_no_matter),
		cmocka_unit_test(where_it_begins_is_told_in_three_places),
		cmocka_unit_test(an_old_one_has_its_trailer_in_front),
		cmocka_unit_test(something_may_be_behind_it),
		cmocka_unit_test(what_lies_beyond_the_end_is_not_read),
		cmocka_unit_test(it_ends_when_nothing_more_may_come_out),
		cmocka_unit_test(
		    an_image_ends_with_a_trailer_that_has_a_list_within_it),
		cmocka_unit_test(
		    a_file_that_hfs_packs_by_no_zlib_is_unsupported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
