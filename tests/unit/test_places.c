/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "containers.h"
#include "said.h"
#include "unpack/arj.h"
#include "unpack/gzip.h"
#include "unpack/place_marks.h"
#include "unpack/place_search.h"
#include "unpack/places.h"
#include "unpack/rar.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static struct bytes
packed(const char *text)
{
	struct bytes plain = { NULL, 0 };

	bytes_add(&plain, text, strlen(text));
	return gzip_of(&plain);
}

/* As opened by who reads places. */
static bool
read_places(struct bytes b)
{
	struct contents *first = contents_open((uint8_t *)b.data, b.len);
	struct places_known known = { .first = first };
	bool on;

	start();
	if (first != NULL)
		assert_true(contents_read(first, "", &sink));
	on = places_read(slice_on(b.data, b.len), &known, "", &sink);
	contents_close(&first);
	return on;
}

static void
what_lies_behind_something_else_is_read(void **state)
{
	struct bytes b = { NULL, 0 }, gz = packed("text");

	(void)state;
	bytes_add(&b, "#!/bin/sh\n", 10);
	bytes_add(&b, gz.data, gz.len);
	bytes_add(&b, "\0\0\0rest", 7);
	assert_true(read_places(b));
	assert_string_equal(said, "behind/content 4, behind 4");
	bytes_free(&gz);
	bytes_free(&b);
}

static void
assert_pdf_is_read(const char *front, const char *want)
{
	struct bytes b = { NULL, 0 };

	bytes_add(&b, front, strlen(front));
	bytes_add(&b, "%PDF-1.4 text", 13);
	assert_true(read_places(b));
	assert_string_equal(said, want);
	bytes_free(&b);
}

static void
a_pdf_behind_something_else_is_read(void **state)
{
	char far[4200] = "";

	(void)state;
	memset(far, 'x', 4097);
	assert_pdf_is_read("GIF89a", "behind 13");
	assert_pdf_is_read(far + 1, "behind 13");
	assert_pdf_is_read(far, "");
	assert_pdf_is_read("", "");
	assert_pdf_is_read("--form\r\n\r\n", "");
}

static void
zeros_behind_are_nothing(void **state)
{
	struct bytes b = packed("text");

	(void)state;
	bytes_add(&b, "\0\0\0\0", 4);
	assert_true(read_places(b));
	assert_string_equal(said, "content 4");
	bytes_free(&b);
}

static void
what_cannot_be_read_there_is_no_damage(void **state)
{
	struct bytes b = { NULL, 0 }, gz = packed("some longer text");

	(void)state;
	bytes_add(&b, "MZ", 2);
	bytes_add(&b, gz.data, gz.len - 12);
	assert_true(read_places(b));
	assert_null(strstr(said, "Container"));
	bytes_free(&gz);
	bytes_free(&b);
}

static void
each_place_costs(void **state)
{
	static const char mark[] = "\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff\xff";
	struct bytes b = { NULL, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++)
		bytes_add(&b, mark, sizeof mark);
	start();
	most = 4096 * 50;
	assert_false(places_read(slice_on(b.data, b.len),
	    &(struct places_known){ .first = NULL }, "", &sink));
	bytes_free(&b);
}

/* Not told by a place: it begins where an lzma ended. */
static void
some_go_on_behind_an_lzma(void **state)
{
	static const char texts[][24] = {
		"]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0abcd",
		"]\0\0\x80\0\x05\0\0\0\0\0\0\0\0abcd",
		"\0\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0abcd",
		"\0\0\0]\0\0\1\0\x05\0\0\0\0\0\0\0\0",
		"\0\0\0\0\3757zXZ\0abcdefghijk",
		"]\0\0\0\0\x05\0\0\0\0\0\0\0\0abcd",
	};
	static const char odd[][24] = {
		"]\0\1\1\0\x05\0\0\0\0\0\0\0\0abcd",	/* dictionary */
		"\x3e\0\0\0\0\x05\0\0\0\0\0\0\0\0abcd",
		"]\0\0\0\0\x05\0\0\0\0\0\0\0\0\0\0\0\0",	/* of zeros */
		"]\0\0\1\0\0\0\0\0\0\0\0\0\0abcd",	/* empty */
	};
	char none[40] = "";
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++)
		assert_true(place_joins_lzma(slice_on(texts[i], 21)));
	for (i = 0; i < COUNT(odd); i++)
		assert_false(place_joins_lzma(slice_on(odd[i], 24)));
	memcpy(none, odd[3], 18);
	memcpy(none + 18, texts[1], 18);
	assert_true(place_joins_lzma(slice_on(none, sizeof none)));
	memset(none, 0, sizeof none);
	assert_false(place_joins_lzma(slice_on(texts[0], 17)));
	assert_false(place_joins_lzma(slice_on(none, 0)));
	assert_false(place_joins_lzma(slice_on(none, sizeof none)));
	for (i = 0; i < 10; i++)
		none[30 + i] = 'j';
	assert_false(place_joins_lzma(slice_on(none, sizeof none)));
	assert_false(place_joins_lzma(slice_text("some junk behind the end")));
}

static void
gzip_is_checked(void **state)
{
	struct bytes b = packed("some text");
	uint8_t *data = (uint8_t *)b.data;

	(void)state;
	start();
	assert_true(gzip_walk(slice_on(data, b.len), "", &sink));
	assert_string_equal(said, "");
	data[b.len - 1] ^= 1;
	assert_true(gzip_walk(slice_on(data, b.len), "", &sink));
	assert_string_equal(said, "Gzip.Length");
	start();
	data[b.len - 8] ^= 1;
	assert_true(gzip_walk(slice_on(data, b.len), "", &sink));
	assert_string_equal(said, "Gzip.Checksum");
	start();
	assert_true(gzip_walk(slice_on(data, b.len - 1), "", &sink));
	assert_string_equal(said, "Container.Cut");
	start();
	data[3] = 0x20;
	assert_true(gzip_walk(slice_on(data, b.len), "", &sink));
	assert_string_equal(said, "Gzip.Header,  9, Gzip.Checksum");
	bytes_free(&b);
}

static void
gzip_members_make_one_file_with_zeros_between_them(void **state)
{
	struct bytes b = packed("some "), second = packed("text");

	(void)state;
	bytes_add(&b, second.data, second.len);
	start();
	assert_true(gzip_walk(slice_on(b.data, b.len), "", &sink));
	assert_string_equal(said, "");
	bytes_add(&b, "\0\0", 2);
	assert_true(gzip_walk(slice_on(b.data, b.len), "", &sink));
	assert_string_equal(said, "");
	bytes_add(&b, second.data, second.len);
	bytes_add(&b, "\0", 1);
	assert_true(gzip_walk(slice_on(b.data, b.len), "", &sink));
	assert_string_equal(said, " 13");
	bytes_free(&second);
	bytes_free(&b);
}

static void
one_name_twice_in_a_rar_is_told(void **state)
{
	/* two members "a" of no bytes, as far as is looked at */
	static const uint8_t rar[] = "Rar!\x1a\7\0"
	    "\0\0\x74\0\x80\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0"
	    "\0\0\0\0a"
	    "\0\0\x74\0\x80\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0"
	    "\0\0\0\0a";
	uint8_t copy[sizeof rar];

	(void)state;
	start();
	assert_true(rar_check(slice_on(rar, sizeof rar - 1), "", &sink));
	assert_string_equal(said, "Rar.Names");
	memcpy(copy, rar, sizeof rar);
	copy[sizeof rar - 2] = 'b';
	start();
	assert_true(rar_check(slice_on(copy, sizeof rar - 1), "", &sink));
	assert_string_equal(said, "");
}

/* Made by arj 3.10: "hello", stored. */
static void
an_arj_that_is_cut_is_told(void **state)
{
	static const uint8_t arj[] =
	    "\x60\xea\x2a\x00\x22\x0b\x01\x02\x10\x00\x02\x65\xef\xc4\x09\x6b"
	    "\xef\xc4\x09\x6b\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	    "\x00\x00\x00\x00\x00\x00\x68\x68\x2e\x61\x72\x6a\x00\x00\x18\x11"
	    "\xf1\xb4\x00\x00\x60\xea\x36\x00\x2e\x0b\x01\x02\x10\x00\x00\xef"
	    "\xef\xc4\x09\x6b\x05\x00\x00\x00\x05\x00\x00\x00\x86\xa6\x10\x36"
	    "\x00\x00\xa4\x11\x00\x00\x00\x00\x00\x00\xef\xc4\x09\x6b\xef\xc4"
	    "\x09\x6b\x00\x00\x00\x00\x68\x68\x2e\x74\x78\x74\x00\x00\x7a\x41"
	    "\x5b\x15\x00\x00\x68\x65\x6c\x6c\x6f\x60\xea\x00\x00";
	const size_t len = sizeof arj - 1;
	uint8_t *exact;
	size_t i;

	(void)state;
	for (i = 0; i <= len; i++) {
		exact = malloc(i > 0 ? i : 1);
		assert_non_null(exact);
		memcpy(exact, arj, i);
		start();
		arj_check(slice_on(exact, i), "", &sink);
		assert_string_equal(said, i < 0x34 || i == len ? "" :
		    "Container.Cut");
		free(exact);
	}
	exact = malloc(len);
	assert_non_null(exact);
	memcpy(exact, arj, len);
	exact[0x60] ^= 1;
	start();
	arj_check(slice_on(exact, len), "", &sink);
	assert_string_equal(said, "Container.Broken");
	free(exact);
}

static void
no_memory_is_taken_for_a_name_of_3_gb(void **state)
{
	char cpio[3000] = "070701"
	    "0000000100000001000000010000000100000001000000010000000100000001"
	    "000000010000000100000001bba2040000000000";

	(void)state;
	assert_true(place_absurd(slice_on(cpio, sizeof cpio)));
	assert_false(contents_likely((uint8_t *)cpio, sizeof cpio));
	cpio[20] = 'x';			/* the next header is looked for */
	assert_false(place_absurd(slice_on(cpio, sizeof cpio)));
	cpio[20] = '0';
	memcpy(cpio + 94, "00000010", 8);
	assert_false(place_absurd(slice_on(cpio, sizeof cpio)));
	assert_true(contents_likely((uint8_t *)cpio, sizeof cpio));
	assert_false(place_absurd(slice_on(cpio, 109)));
}

static void
no_mark_is_read_behind_the_end(void **state)
{
	static const char *const marks[] = {
		"\x1f\x8b\x08", "BZh9", "LZIP", "MSCF", "07070", "xx-lh5-",
		"Rar!\x1a\7", "\xc7\x71", "7z\xbc\xaf\x27\x1c", "xar!",
		"\x1f\x9d\x90", "\x1f\x9d\x90\x61\x62", "]", "\x89LZO",
	};
	struct place_search search;
	struct place p;
	size_t i, len;
	char *exact;

	(void)state;
	for (i = 0; i < sizeof marks / sizeof *marks; i++) {
		len = strlen(marks[i]);
		exact = malloc(len);
		assert_non_null(exact);
		memcpy(exact, marks[i], len);
		search = places_in(slice_on(exact, len));
		if (place_next(&search, &p))
			(void)place_length(slice_on(exact, len), p.kind);
		free(exact);
	}
}

/* A header and three bytes of no method that is opened, or of lzma, which they
 * are not; then what a zip goes on with, or not. What may be none is not told,
 * and neither is what was looked for before, or the engine's. */
static void
a_member_of_a_zip_is_told_if_it_ends_well(void **state)
{
	static const struct {
		unsigned method, flags, packed;
		const char *behind;
		int told;
	} cases[] = {
		{ 1, 0, 3, "", 1 }, { 14, 0, 3, "", 1 },
		{ 1, 0, 3, "PK\1\2", 1 }, { 1, 0, 3, "and", 0 },
		{ 14, 0, 3, "and", 0 }, { 14, 0, 9, "", 0 },
		{ 1, 0, 0, "", 0 }, { 8, 0, 3, "", 0 },
		{ 6, 0, 3, "", 0 }, { 9, 0, 3, "", 0 }, { 100, 0, 3, "", 0 },
		{ 1, 1, 3, "", 0 },
	};
	struct places_known known = { .first = NULL };
	char body[64] = "xPK\3\4\24";
	size_t i, len;

	(void)state;
	memcpy(body + 1 + 30, "aabc", 4);
	body[1 + 26] = 1;
	body[1 + 22] = 100;
	for (i = 0; i < 2 * COUNT(cases); i++) {
		const size_t at = i % COUNT(cases);

		known.members = i >= COUNT(cases);
		body[1 + 6] = (char)cases[at].flags;
		body[1 + 8] = (char)cases[at].method;
		body[1 + 18] = (char)cases[at].packed;
		len = 1 + 34 + strlen(cases[at].behind);
		memcpy(body + 35, cases[at].behind, len - 35);
		start();
		assert_true(places_read(slice_on(body, len), &known, "",
		    &sink));
		if (known.members || !cases[at].told)
			assert_string_equal(said, "");
		else
			assert_non_null(strstr(said, "Zip.Method"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_lies_behind_something_else_is_read),
		cmocka_unit_test(a_pdf_behind_something_else_is_read),
		cmocka_unit_test(zeros_behind_are_nothing),
		cmocka_unit_test(a_member_of_a_zip_is_told_if_it_ends_well),
		cmocka_unit_test(what_cannot_be_read_there_is_no_damage),
		cmocka_unit_test(each_place_costs),
		cmocka_unit_test(some_go_on_behind_an_lzma),
		cmocka_unit_test(gzip_is_checked),
		cmocka_unit_test(
		    gzip_members_make_one_file_with_zeros_between_them),
		cmocka_unit_test(one_name_twice_in_a_rar_is_told),
		cmocka_unit_test(an_arj_that_is_cut_is_told),
		cmocka_unit_test(no_memory_is_taken_for_a_name_of_3_gb),
		cmocka_unit_test(no_mark_is_read_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
