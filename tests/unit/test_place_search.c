/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "containers.h"
#include "unpack/place_search.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* With all that makes them one; the mark lies `at` bytes behind its begin. */
static const struct {
	const char *bytes;
	size_t len, at;
	enum contents_kind kind;
} all[] = {
	{ "\x1f\x8b\x08\0\0\0\0\0\0\3", 10, 0, KIND_COMPRESSED },
	{ "\x1f\x9d\x90\0\0\0\0\0\0\0\0\0", 12, 0, KIND_COMPRESSED },
	{ "]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0", 18, 0,
	    KIND_COMPRESSED },
	{ "BZh91AY&SY", 10, 0, KIND_COMPRESSED },
	{ "\xfd" "7zXZ\0", 6, 0, KIND_COMPRESSED },
	{ "LZIP\1", 5, 0, KIND_COMPRESSED },
	{ "\x28\xb5\x2f\xfd", 4, 0, KIND_COMPRESSED },
	{ "\x04\x22\x4d\x18", 4, 0, KIND_COMPRESSED },
	{ "\x02\x21\x4c\x18", 4, 0, KIND_COMPRESSED },
	{ "\xed\xab\xee\xdb", 4, 0, KIND_COMPRESSED },
	{ "7z\xbc\xaf\x27\x1c", 6, 0, KIND_7Z },
	{ "!<arch>\n", 8, 0, KIND_AR },
	{ "!<arch>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxx`\n", 67, 0, KIND_AR },
	{ "MSCF\0\0\0\0xxxxxxxxxxxxxxxx\3\1", 26, 0, KIND_CAB },
	{ "070701" "00000000" "00000000" "00000000" "00000000" "00000000"
	    "00000000" "00000000" "00000000" "00000000" "00000000" "00000000"
	    "00000000" "00000000", 110, 0, KIND_CPIO },
	{ "070701" "       1" "    81a4" "       0" "       0" "       1"
	    "       0" "0\0xxxxxx" "       0" "\0xxxxxxx" "xxxxxxxx" "       0"
	    "       2" "       0" "a", 112, 0, KIND_CPIO },
	{ "070707" "     1" "     1" "100644" "     0" "     0" "     1"
	    "     0" "          0" "     2" "          0" "a", 78, 0,
	    KIND_CPIO },
	{ "\xc7\x71xxxxxxxxxxxxxxxxxx\2\0xxxxa\0", 28, 0, KIND_CPIO },
	{ "\x71\xc7xxxxxxxxxxxxxxxxxx\0\2xxxxa\0", 28, 0, KIND_CPIO },
	{ "xx-lh5-", 7, 2, KIND_LHA },
	{ "xx-lz4-", 7, 2, KIND_LHA },
	{ "Rar!\x1a\7\0", 7, 0, KIND_RAR },
	{ "Rar!\x1a\7\1\0", 8, 0, KIND_RAR5 },
	{ "WARC/", 5, 0, KIND_WARC },
	{ "xar!", 4, 0, KIND_XAR },
};

/* What looks at each byte finds these, one after another. */
static void
assert_all_found(struct slice body, const char *what)
{
	struct place_search search = places_in(body);
	struct place p, found;
	size_t at;

	for (at = 0; at + 1 < body.len; at++) {
		if (!place_at(body, at, &p))
			continue;
		if (!place_next(&search, &found) || search.from != at + 1)
			fail_msg("%s: the mark at %zu of %zu is passed over",
			    what, at, body.len);
		assert_int_equal(found.at, p.at);
		assert_int_equal(found.kind, p.kind);
	}
	assert_false(place_next(&search, &found));
}

/* Its first byte alone lies before it: the search is another one from there. */
static void
a_mark_is_found_behind_a_byte_of_it(void **state)
{
	static const char mark[] = "\x1f\x9d\x90\2\2\2\2\2\2\2\2\2";
	static uint8_t body[1200];
	size_t at;

	(void)state;
	for (at = 1000; at < 1060; at++) {
		memset(body, 'x', sizeof body);
		body[4] = (uint8_t)*mark;
		memcpy(body + at, mark, sizeof mark - 1);
		assert_true(place_at(slice_on(body, sizeof body), at,
		    &(struct place){ 0 }));
		assert_all_found(slice_on(body, sizeof body), "behind a byte");
	}
}

static void
each_mark_is_found_at_each_byte(void **state)
{
	uint8_t body[700];
	struct place_search search;
	struct place p;
	size_t i, at;

	(void)state;
	for (i = 0; i < COUNT(all); i++)
		for (at = 0; at < 300; at++) {
			memset(body, 'x', sizeof body);
			memcpy(body + at, all[i].bytes, all[i].len);
			search = places_in(slice_on(body, sizeof body));
			assert_true(place_next(&search, &p));
			assert_int_equal(p.at, at);
			assert_int_equal(p.kind, all[i].kind);
			assert_all_found(slice_on(body, sizeof body), "one");
			assert_all_found(slice_on(body, at + all[i].len),
			    "at the end");
		}
}

/* Its checksum as all write it, and as none does. */
static void
a_tar_is_found_at_each_byte(void **state)
{
	uint8_t body[1200];
	struct place_search search;
	struct place p;
	unsigned sum, i;
	size_t at;

	(void)state;
	for (at = 0; at <= sizeof body - 512; at++) {
		memset(body, 'x', sizeof body);
		tar_header(body + at, '0', "0");
		if (at % 2 == 1) {
			memcpy(body + at + 257, "ustar", 5);
			memset(body + at + 148, ' ', 8);
			for (sum = 0, i = 0; i < 512; i++)
				sum += body[at + i];
			snprintf((char *)body + at + 148, 8, "%07o", sum);
		}
		search = places_in(slice_on(body, sizeof body));
		assert_true(place_next(&search, &p));
		assert_int_equal(p.at, at);
		assert_int_equal(p.kind, KIND_TAR);
		assert_all_found(slice_on(body, sizeof body), "tar");
	}
}

static void
each_mark_has_two_bytes(void **state)
{
	struct slice mark;
	size_t i;

	(void)state;
	for (i = 0; place_mark(i, &mark); i++)
		assert_true(mark.len >= 2);
}

/* Bodies of little else than marks and halves of them. */
static void
no_heap_of_marks_hides_one(void **state)
{
	uint8_t body[4096];
	size_t len, i, round, take;

	(void)state;
	srand(1);
	for (round = 0; round < 3000; round++) {
		for (len = 0; len < sizeof body - 120; len += take) {
			i = (size_t)rand() % COUNT(all);
			take = 1 + (size_t)rand() % all[i].len;
			memcpy(body + len, all[i].bytes, take);
			if (rand() % 4 == 0)
				body[len + take++] = (uint8_t)rand();
		}
		len = (size_t)rand() % len;
		assert_all_found(slice_on(body, len), "marks");
		for (i = 0; i < len; i++)
			body[i] = (uint8_t)rand();
		assert_all_found(slice_on(body, len), "any bytes");
	}
}

static void
two_bytes_are_found_as_by_a_look_at_each(void **state)
{
	static uint8_t bytes[1500];
	struct slice s = slice_on(bytes, sizeof bytes);
	size_t round, from, at;

	(void)state;
	for (at = 0; at + 1 < sizeof bytes; at++) {
		memset(bytes, 'b', sizeof bytes);
		memset(bytes + at, 'a', 2);
		for (from = 0; from < 40; from++)
			assert_int_equal(slice_find_pair(s, from, 'a', 'a'),
			    at >= from ? at : s.len);
	}
	srand(2);
	for (round = 0; round < 2000; round++) {
		for (at = 0; at < sizeof bytes; at++)
			bytes[at] = rand() % 100 < (int)(round % 60) ? 'a' :
			    (uint8_t)rand();
		s.len = (size_t)rand() % sizeof bytes;
		from = (size_t)rand() % (s.len + 1);
		at = from;
		while (at + 1 < s.len && memcmp(bytes + at, "aa", 2) != 0)
			at++;
		if (at + 1 >= s.len)
			at = s.len;
		assert_int_equal(slice_find_pair(s, from, 'a', 'a'), at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mark_is_found_at_each_byte),
		cmocka_unit_test(a_mark_is_found_behind_a_byte_of_it),
		cmocka_unit_test(a_tar_is_found_at_each_byte),
		cmocka_unit_test(each_mark_has_two_bytes),
		cmocka_unit_test(no_heap_of_marks_hides_one),
		cmocka_unit_test(two_bytes_are_found_as_by_a_look_at_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
