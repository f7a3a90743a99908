/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "others_fixture.h"
#include "unpack/lzma_any.h"

#define LEN (300 << 10)
#define STEP (64 << 10)

/* With copies, near and far, old and new, and bytes that are none. */
static void
make_data(uint8_t *out)
{
	uint32_t x = 1;
	size_t at, far, i;

	for (at = 0; at < LEN; at++) {
		x = x * 1664525 + 1013904223;
		out[at] = (uint8_t)(x >> 24 & (at < LEN / 2 ? 15 : 255));
		far = (x >> 8) % (at + 1);
		if ((x >> 4 & 31) == 0 && at + 300 < LEN)
			for (i = x >> 20 & 255; i > 0; i--, at++)
				out[at + 1] = out[at - far];
	}
}

static size_t
pack(const uint8_t *data, unsigned lc, unsigned lp, unsigned pb,
    lzma_match_finder finder, uint8_t *out)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_options_lzma how;
	size_t len;

	assert_false(lzma_lzma_preset(&how, 6));
	how.lc = lc;
	how.lp = lp;
	how.pb = pb;
	how.mf = finder;
	assert_int_equal(lzma_alone_encoder(&stream, &how), LZMA_OK);
	stream.next_in = data;
	stream.avail_in = LEN;
	stream.next_out = out;
	stream.avail_out = 2 * LEN;
	assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
	len = 2 * LEN - stream.avail_out;
	lzma_end(&stream);
	return len;
}

static void
assert_same(const uint8_t *file, size_t len, const uint8_t *data)
{
	struct pile out = { NULL, 0, 0 };
	struct lzma_any d;

	lzma_any_start(&d, slice_on(file, len));
	assert_non_null(d.chances);
	while (!d.ended && !d.cut && !d.bad)
		assert_true(lzma_any_step(&d, &out, STEP));
	assert_true(d.ended);
	assert_int_equal(out.len, LEN);
	assert_memory_equal(out.bytes, data, LEN);
	pile_free(&out);
	lzma_any_stop(&d);
}

static void
it_is_what_liblzma_packed(void **state)
{
	static const struct { unsigned lc, lp, pb; } all[] = {
		{ 3, 0, 2 }, { 0, 0, 0 }, { 4, 0, 4 }, { 0, 4, 0 }, { 2, 2, 1 },
	};
	uint8_t *data = malloc(LEN), *file = malloc(2 * LEN);
	size_t i, len;

	(void)state;
	assert_non_null(data);
	assert_non_null(file);
	make_data(data);
	for (i = 0; i < sizeof all / sizeof *all; i++) {
		len = pack(data, all[i].lc, all[i].lp, all[i].pb,
		    i % 2 ? LZMA_MF_HC3 : LZMA_MF_BT4, file);
		assert_same(file, len, data);
	}
	free(data);
	free(file);
}

/* "bread and butter, and more of bread and butter", by 7z with lc 8, lp 4. */
#define CODE \
	"\x00\x31\x1d\x6d\xd9\x4d\x7c\xd8\x75\x86\x27\xea\x50\x27\xc1\xeb" \
	"\xef\x73\x75\x1f\xd1\xde\x5c\xb9\xcb\x09\x7b\xdd\x8c\x49\x9f\xb8" \
	"\xa7\xa0\x00"
#define USUAL "\0\0\1\0"
#define SIZE "\x2e\0\0\0\0\0\0\0"
#define FOUND "content=bread and butter, and mo"

struct file {
	const char *bytes;
	size_t len;
	const char *said;
};

#define FILE_OF(bytes, said) { bytes, sizeof(bytes) - 1, said }

static void
properties_that_liblzma_refuses_are_read(void **state)
{
	static const struct file files[] = {
		FILE_OF("\x2c" USUAL SIZE CODE, FOUND),
		FILE_OF("\x2c" "1234" SIZE CODE, FOUND),
		FILE_OF("\x2c" USUAL "\x2e\0\0\0\0\0\0\1" CODE, FOUND),
		FILE_OF("\x2c" "1234" "\x2e\0\0\0\0\0\0\1" CODE, ""),
		FILE_OF("\x2c" "1234" "\x09\0\0\0\0\0\0\0" CODE,
		    "content=bread and"),
		FILE_OF("\x2c" USUAL "\5\0\0\0\0\0\0\0" CODE, ""),
		FILE_OF("\x2c" USUAL "\0\0\0\0\0\0\0\0" CODE, ""),
		FILE_OF("\x2c" USUAL SIZE "\0\x7f\xff\xff\xff\xff\xff\xff", ""),
		FILE_OF("\x2c" USUAL SIZE "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", ""),
		FILE_OF("\xe1" USUAL SIZE CODE, ""),
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		print_message("# %zu\n", i);
		assert_string_equal(read_bytes(files[i].bytes, files[i].len),
		    files[i].said);
	}
}

/* Of exact copies, whose end a sanitizer sees. */
static void
each_beginning_of_it_is_read(void **state)
{
	static const char file[] = "\x2c" USUAL SIZE CODE;
	size_t len;
	char *copy;

	(void)state;
	for (len = 1; len < sizeof file; len++) {
		copy = malloc(len);
		assert_non_null(copy);
		memcpy(copy, file, len);
		read_bytes(copy, len);
		free(copy);
	}
	read_bytes(file, sizeof file - 12);
	assert_memory_equal(heard.said, "content=bread and", 17);
}

static void
the_first_byte_of_the_coding_may_be_any(void **state)
{
	char file[] = "\x2c" "1234" SIZE CODE;

	(void)state;
	file[13] = 9;
	assert_string_equal(read_bytes(file, sizeof file - 1), FOUND);
	heard.most = 45;
	assert_false(others_read(slice_on(file, sizeof file - 1), "",
	    &hearing));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_what_liblzma_packed),
		cmocka_unit_test(properties_that_liblzma_refuses_are_read),
		cmocka_unit_test(each_beginning_of_it_is_read),
		cmocka_unit_test(the_first_byte_of_the_coding_may_be_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
