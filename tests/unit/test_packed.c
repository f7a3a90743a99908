/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "containers.h"
#include "unpack/packed.h"
#include "unpack/place_marks.h"
#include "unpack/places.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define PLAIN 300000
#define ROOM (2 * PLAIN)

static uint8_t plain[PLAIN];

/* What came out last, and what was said. */
static struct heard {
	struct bytes out;
	enum outcome outcome;
	size_t spent, most;
} heard;

static bool
spend(void *ctx, size_t len)
{
	(void)ctx;
	heard.spent += len;
	return heard.spent <= heard.most;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	(void)ctx, (void)name;
	bytes_free(&heard.out);
	bytes_add(&heard.out, bytes, len);
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx, (void)cause, (void)name;
	heard.outcome = outcome;
}

static const struct sink sink = { NULL, spend, visit, visit, visit, note };

static void
start(void)
{
	bytes_free(&heard.out);
	heard = (struct heard){ .most = SIZE_MAX };
}

static size_t
by_gzip(uint8_t *to)
{
	z_stream z = { .next_in = plain, .avail_in = PLAIN, .next_out = to,
		.avail_out = ROOM };

	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, MAX_WBITS + 16, 8,
	    Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static size_t
by_zlib(uint8_t *to)
{
	uLongf len = ROOM;

	assert_int_equal(compress2(to, &len, plain, PLAIN, 1), Z_OK);
	return len;
}

static size_t
by_bzip2(uint8_t *to)
{
	unsigned len = ROOM;

	assert_int_equal(BZ2_bzBuffToBuffCompress((char *)to, &len,
	    (char *)plain, PLAIN, 1, 0, 0), BZ_OK);
	return len;
}

static size_t
by_xz(uint8_t *to)
{
	size_t len = 0;

	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL,
	    plain, PLAIN, to, &len, ROOM), LZMA_OK);
	return len;
}

static size_t
by_lzma(uint8_t *to)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma options;

	assert_false(lzma_lzma_preset(&options, 1));
	assert_int_equal(lzma_alone_encoder(&s, &options), LZMA_OK);
	s.next_in = plain;
	s.avail_in = PLAIN;
	s.next_out = to;
	s.avail_out = ROOM;
	assert_int_equal(lzma_code(&s, LZMA_FINISH), LZMA_STREAM_END);
	lzma_end(&s);
	return ROOM - s.avail_out;
}

/* The same without its header, in the one of lzip; and its trailer. */
static size_t
by_lzip(uint8_t *to)
{
	static uint8_t alone[ROOM];
	size_t len = by_lzma(alone) - 13, i;
	uint64_t ends[] = { PLAIN, 6 + len + 20 };
	const uint32_t sum = lzma_crc32(plain, PLAIN, 0);

	memcpy(to, "LZIP\1\x14", 6);
	memcpy(to + 6, alone + 13, len);
	for (i = 0; i < 4; i++)
		to[6 + len + i] = (uint8_t)(sum >> 8 * i);
	for (i = 0; i < 16; i++)
		to[10 + len + i] = (uint8_t)(ends[i / 8] >> i % 8 * 8);
	return 6 + len + 20;
}

static size_t
by_zstd(uint8_t *to)
{
	size_t len = ZSTD_compress(to, ROOM, plain, PLAIN, 1);

	assert_false(ZSTD_isError(len));
	return len;
}

static size_t
by_lz4(uint8_t *to)
{
	size_t len = LZ4F_compressFrame(to, ROOM, plain, PLAIN, NULL);

	assert_false(LZ4F_isError(len));
	return len;
}

struct codes {
	uint8_t *to;
	size_t bit, group;		/* where it begins */
	unsigned bits;
	uint32_t next;
};

static void
put_code(struct codes *c, uint32_t code)
{
	unsigned i;

	for (i = 0; i < c->bits; i++, c->bit++)
		if (code >> i & 1)
			c->to[c->bit / 8] |= (uint8_t)(1U << c->bit % 8);
}

/* A group that was begun is filled up. */
static void
set_bits(struct codes *c, unsigned bits)
{
	while ((c->bit - c->group) % (8 * c->bits) != 0)
		c->bit++;
	c->group = c->bit;
	c->bits = bits;
}

/* Each byte by a code of its own; now and then all strings are forgotten. */
static size_t
by_compress(uint8_t *to)
{
	struct codes c = { to, 24, 24, 9, 256 };
	size_t i;

	memset(to, 0, ROOM);
	memcpy(to, "\x1f\x9d\x90", 3);
	for (i = 0; i < PLAIN; i++) {
		if (c.next > (1U << c.bits) - 1 && c.bits < 16)
			set_bits(&c, c.bits + 1);
		put_code(&c, plain[i]);
		if (c.next < 65536)
			c.next++;
		if (i % 100000 != 99999)
			continue;
		put_code(&c, 256);
		c.next = 256;
		set_bits(&c, 9);
	}
	return (c.bit + 7) / 8;
}

static const struct packer {
	const char *name;
	size_t (*pack)(uint8_t *to);
	bool ends;			/* by itself */
	bool joins;			/* with another one behind it */
	bool hides;			/* has no mark */
} packers[] = {
	{ "gzip", by_gzip, true, true, false },
	{ "zlib", by_zlib, true, false, true },
	{ "bzip2", by_bzip2, true, true, false },
	{ "xz", by_xz, true, true, false },
	{ "lzma", by_lzma, true, false, false },
	{ "lzip", by_lzip, true, true, false },
	{ "zstd", by_zstd, true, true, false },
	{ "lz4", by_lz4, true, true, false },
	{ "compress", by_compress, false, false, false },
};

static struct packed
read_packed(const uint8_t *bytes, size_t len)
{
	uint8_t *exact = malloc(len);
	struct packed packed;

	start();
	assert_non_null(exact);
	memcpy(exact, bytes, len);
	assert_true(packed_begins(slice_on(exact, len)));
	assert_true(packed_read(slice_on(exact, len), "", &sink, &packed));
	free(exact);
	return packed;
}

static void
assert_came(size_t least, size_t most, const char *name)
{
	if (heard.out.len < least || heard.out.len > most)
		print_error("%s: %zu bytes came\n", name, heard.out.len);
	assert_in_range(heard.out.len, least, most);
	assert_memory_equal(heard.out.data, plain, heard.out.len);
}

static void
all_comes_also_with_something_behind_it(void **state)
{
	static uint8_t packed[ROOM + 5];
	struct packed end;
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(packers); i++) {
		len = packers[i].pack(packed);
		end = read_packed(packed, len);
		assert_came(PLAIN, PLAIN, packers[i].name);
		assert_int_equal(end.whole, packers[i].ends);
		assert_int_equal(end.used, len);
		memcpy(packed + len, "ijklm", 5);
		if (!packers[i].ends)
			continue;
		end = read_packed(packed, len + 5);
		assert_came(PLAIN, PLAIN, packers[i].name);
		assert_true(end.whole);
		assert_int_equal(end.used, len);
	}
}

static void
what_came_before_a_cut_or_a_fault_comes(void **state)
{
	static uint8_t packed[ROOM];
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(packers); i++) {
		len = packers[i].pack(packed);
		assert_false(read_packed(packed, len * 9 / 10).whole);
		assert_came(PLAIN / 2, PLAIN - 1, packers[i].name);
		assert_int_equal(heard.outcome, OUTCOME_NONE);
		memset(packed + len * 9 / 10, 0xfe, len / 20);
		(void)read_packed(packed, len);
		assert_true(heard.out.len > PLAIN / 2);
		assert_memory_equal(heard.out.data, plain, PLAIN / 2);
	}
}

static void
an_lzma_may_tell_any_length(void **state)
{
	static uint8_t packed[ROOM];
	const size_t len = by_lzma(packed);

	(void)state;
	memset(packed + 5, 0, 8);
	packed[12] = 0x10;			/* its end has a mark */
	(void)read_packed(packed, len);
	assert_came(PLAIN, PLAIN, "lzma");
	assert_int_equal(heard.outcome, OUTCOME_NONE);
	packed[1] = 1;				/* no packer's dictionary */
	assert_false(packed_begins(slice_on(packed, len)));
}

static void
several_make_one_file(void **state)
{
	static uint8_t packed[2 * ROOM];
	struct packed end;
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(packers); i++) {
		if (!packers[i].joins)
			continue;
		len = packers[i].pack(packed);
		memcpy(packed + len, packed, len);
		end = read_packed(packed, 2 * len);
		assert_true(end.whole);
		assert_int_equal(heard.out.len, 2 * PLAIN);
		assert_memory_equal(heard.out.data + PLAIN, plain, PLAIN);
		end = read_packed(packed, 2 * len - 4);
		assert_true(end.whole);
		assert_int_equal(end.used, len);
		assert_true(heard.out.len > PLAIN);
	}
}

static void
zeros_between_two_xz_are_no_end(void **state)
{
	static uint8_t packed[2 * ROOM];
	size_t len = by_xz(packed);

	(void)state;
	memset(packed + len, 0, 8);
	memcpy(packed + len + 8, packed, len);
	assert_int_equal(read_packed(packed, 2 * len + 8).used, 2 * len + 8);
	assert_int_equal(heard.out.len, 2 * PLAIN);
}

/* All that comes out is paid, what comes out twice once. */
static void
each_byte_is_paid(void **state)
{
	static uint8_t packed[ROOM];
	struct packed end;
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(packers); i++) {
		len = packers[i].pack(packed);
		(void)read_packed(packed, len);
		assert_int_equal(heard.spent, PLAIN);
		start();
		heard.most = PLAIN / 2;
		assert_false(packed_read(slice_on(packed, len), "", &sink,
		    &end));
		assert_null(heard.out.data);
	}
}

static void
assert_all_comes(const uint8_t *packed, size_t len, const char *name)
{
	(void)read_packed(packed, len);
	assert_came(PLAIN, PLAIN, name);
	assert_int_equal(heard.outcome, OUTCOME_NONE);
}

/* Two headers of zstd: with the window, and with the length of all. */
static void
a_header_that_wants_much_memory_gets_less(void **state)
{
	static uint8_t packed[ROOM + 20], other[ROOM + 20];
	size_t len = by_lzma(packed);

	(void)state;
	memcpy(packed + 1, "\0\0\0\x80", 4);	/* a dictionary of 2 GB */
	assert_all_comes(packed, len, "lzma");
	len = by_zstd(packed);
	/* one segment, 4 bytes of length */
	assert_int_equal(packed[4], 0xa0);
	memcpy(other, packed, 4);
	memcpy(other + 4, "\x80\xa8\0\0\0\x80", 6);
	memcpy(other + 10, packed + 9, len - 9);
	assert_all_comes(other, len + 1, "zstd, window");
	memcpy(other + 4, "\xa0\0\0\0\x80", 5);
	memcpy(other + 9, packed + 9, len - 9);
	assert_all_comes(other, len, "zstd, length");
	memcpy(other + 4, "\xa3" "dict" "\0\0\0\x80", 9);
	memcpy(other + 13, packed + 9, len - 9);
	assert_false(read_packed(other, len + 4).whole);
	assert_int_equal(heard.outcome, OUTCOME_NONE);
}

/* Only a second one has its header as it is. */
static void
too_much_memory_is_too_big(void **state)
{
	static uint8_t packed[ROOM + 30];
	size_t len = by_zstd(packed);

	(void)state;
	memcpy(packed + len, "\x28\xb5\x2f\xfd\x80\xa8\0\0\0\x80junkjunk", 18);
	assert_true(read_packed(packed, len + 18).whole);
	assert_came(PLAIN, PLAIN, "zstd");
	assert_int_equal(heard.outcome, OUTCOME_TOO_BIG);
}

static bool
in_place(const uint8_t *bytes, size_t len)
{
	static const struct places_known none = { .first = NULL };
	struct bytes b = { NULL, 0 };
	bool on;

	start();
	bytes_add(&b, "#!/bin/sh\ntail -n +3 $0 | gzip -d\n", 34);
	bytes_add(&b, bytes, len);
	on = places_read(slice_on(b.data, b.len), &none, "", &sink);
	bytes_free(&b);
	return on;
}

static void
a_cut_one_behind_a_script_is_read(void **state)
{
	static uint8_t packed[ROOM];
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(packers); i++) {
		if (packers[i].hides)
			continue;
		len = packers[i].pack(packed);
		assert_true(in_place(packed, len * 9 / 10));
		assert_came(PLAIN / 2, PLAIN - 1, packers[i].name);
		assert_int_equal(heard.outcome, OUTCOME_NONE);
	}
}

/* In big files bytes look like it by accident: then all behind it would be
 * scanned once more. */
static void
an_lzma_behind_something_ends_nothing(void **state)
{
	static uint8_t packed[ROOM + 9];
	size_t len = by_lzma(packed);

	(void)state;
	memcpy(packed + len, "following", 9);
	assert_true(in_place(packed, len + 9));
	assert_came(PLAIN, PLAIN, "lzma");
	len = by_lzip(packed);
	memcpy(packed + len, "following", 9);
	assert_true(in_place(packed, len + 9));
	assert_int_equal(heard.out.len, 9);
}

/* Made by lzop 1.04 of "abc"; its mark alone lies in programs. */
static void
what_lzop_packed_is_unsupported(void **state)
{
	static const uint8_t lzop[] = "\x89LZO\0\r\n\x1a\n\x10\x40\x20\xa0"
	    "\x09\x40\x01\x05\x03\0\0\x0d\0\0\0\0\x6b\x09\xc0\x1f\0\0\0\0\0"
	    "\x29\x61\x02\xc3\0\0\0\3\0\0\0\3\2\x4d\1\x27" "abc\0\0\0";
	uint8_t copy[sizeof lzop];

	(void)state;
	assert_true(in_place(lzop, sizeof lzop));
	assert_int_equal(heard.outcome, OUTCOME_UNSUPPORTED);
	memcpy(copy, lzop, sizeof lzop);
	copy[20] ^= 1;
	assert_true(in_place(copy, sizeof copy));
	assert_int_equal(heard.outcome, OUTCOME_NONE);
	assert_true(in_place(lzop, 30));
	assert_int_equal(heard.outcome, OUTCOME_NONE);
}

static int
setup(void **state)
{
	uint32_t dice = 1;
	size_t i;

	(void)state;
	for (i = 0; i < PLAIN; i++) {
		dice = dice * 1103515245 + 12345;
		plain[i] = (uint8_t)('a' + (dice >> 16) % 16);
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	start();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_comes_also_with_something_behind_it),
		cmocka_unit_test(what_came_before_a_cut_or_a_fault_comes),
		cmocka_unit_test(an_lzma_may_tell_any_length),
		cmocka_unit_test(several_make_one_file),
		cmocka_unit_test(zeros_between_two_xz_are_no_end),
		cmocka_unit_test(each_byte_is_paid),
		cmocka_unit_test(a_header_that_wants_much_memory_gets_less),
		cmocka_unit_test(too_much_memory_is_too_big),
		cmocka_unit_test(a_cut_one_behind_a_script_is_read),
		cmocka_unit_test(an_lzma_behind_something_ends_nothing),
		cmocka_unit_test(what_lzop_packed_is_unsupported),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
