/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "others_fixture.h"
#include "unpack/pdf_filter.h"
#include "unpack/pdf_index.h"
#include "unpack/pdf_names.h"
#include "unpack/pdf_token.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define BYTES(text) text, sizeof(text) - 1

struct way {
	const char *filter;
	const char *in;
	size_t len;
	const char *out;
	size_t out_len;
	struct pdf_parms parms;
};

static struct pdf_out
undone(const struct way *way, struct slice s)
{
	struct pdf_out out = { .sink = &hearing };

	heard = (struct heard){ .most = 1 << 20 };
	if (way->filter != NULL)
		pdf_filter_of(slice_text(way->filter))->run(s, &way->parms,
		    &out);
	else
		pdf_unpredict(s, &way->parms, &out);
	assert_true(pdf_out_flush(&out));
	return out;
}

/* Of an exact copy, and of each beginning of it. */
static void
assert_way(const struct way *way)
{
	struct pdf_out out;
	size_t len;
	char *copy;

	for (len = 0; len <= way->len; len++) {
		copy = malloc(len > 0 ? len : 1);
		assert_non_null(copy);
		memcpy(copy, way->in, len);
		out = undone(way, slice_on(copy, len));
		if (len == way->len) {
			assert_int_equal(out.pile.len, way->out_len);
			assert_memory_equal(out.pile.bytes, way->out,
			    way->out_len);
		}
		pile_free(&out.pile);
		free(copy);
	}
}

static const struct way ways[] = {
	{ "/AHx", BYTES("61 6\n2\t63>64"), BYTES("abc"), { 0 } },
	{ "/ASCIIHexDecode", BYTES("616"), BYTES("a`"), { 0 } },
	{ "/AHx", BYTES("6x1>"), BYTES("a"), { 0 } },
	{ "/AHx", BYTES(">"), BYTES(""), { 0 } },
	{ "/A85", BYTES("<~@:E_W~>x"), BYTES("abcd"), { 0 } },
	{ "/A85", BYTES("@:\nE_ Wz@/~>"), BYTES("abcd\0\0\0\0a"), { 0 } },
	{ "/A85", BYTES("@:E"), BYTES("ab"), { 0 } },
	{ "/A85", BYTES("@~>"), BYTES(""), { 0 } },
	{ "/RL", BYTES("\2abc\xfe" "d\x80" "e"), BYTES("abcddd"), { 0 } },
	{ "/RunLengthDecode", BYTES("\5ab"), BYTES("ab"), { 0 } },
	{ "/RL", BYTES("\xff"), BYTES(""), { 0 } },
	{ "/Crypt", BYTES("abc"), BYTES("abc"), { 0 } },
	/* Of the standard: 45 45 45 45 45 65 45 45 45 66. */
	{ "/LZW", BYTES("\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"),
	    BYTES("-----A---B"), { 0 } },
	{ "/LZW", BYTES("\xff\xff"), BYTES(""), { 0 } },
	{ "/Fl", BYTES("\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27"),
	    BYTES("abc"), { 0 } },
	{ "/Fl", BYTES("\x78\x9c\x4b\x4c\x4a\x06\x00no sum"), BYTES("abc"),
	    { 0 } },
	{ NULL, BYTES("\0ab\1\1\1\2\1\1\3\1\1\4\1\1"),
	    BYTES("ab\1\2\2\3\2\3\3\4"), { .predictor = 12, .columns = 2 } },
	{ NULL, BYTES("\7ab\0c"), BYTES("abc\0"),
	    { .predictor = 15, .columns = 2 } },
	{ NULL, BYTES("\1ab\1\1"), BYTES("abbc"),
	    { .predictor = 11, .columns = 2, .colors = 2 } },
	{ NULL, BYTES("a\1\1b\1"), BYTES("abcbcc"),
	    { .predictor = 2, .columns = 3 } },
	{ NULL, BYTES("\0a\0\1"), BYTES("\0a\0b"),
	    { .predictor = 2, .columns = 2, .bits = 16 } },
	{ NULL, BYTES("\x11"), BYTES("\x12"),
	    { .predictor = 2, .columns = 2, .bits = 4 } },
};

static void
each_filter_is_undone_as_far_as_anybody_does(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ways); i++)
		assert_way(&ways[i]);
}

/* Letters alone, and no code for more than one: the codes grow all the same,
 * with the table of who reads them. */
static size_t
write_codes(uint8_t *to, unsigned letters, bool late)
{
	unsigned i, bit, at = 0, width = 9, next = 257;

	for (i = 0; i < letters; i++) {
		for (bit = width; bit-- > 0; at++)
			if (('a' >> bit & 1) != 0)
				to[at / 8] |= (uint8_t)(128 >> at % 8);
		next++;
		while (width < 12 && next + !late >= 1U << width)
			width++;
	}
	return (at + 7) / 8;
}

static void
lzw_grows_its_codes_early_or_late(void **state)
{
	uint8_t in[6000], letters[3000];
	struct way way = { .filter = "/LZW" };
	struct pdf_out out;
	size_t len;
	int late;

	(void)state;
	memset(letters, 'a', sizeof letters);
	for (late = 0; late < 2; late++) {
		memset(in, 0, sizeof in);
		len = write_codes(in, sizeof letters, late);
		way.parms.late = late;
		out = undone(&way, slice_on(in, len));
		assert_true(out.pile.len >= sizeof letters);
		assert_memory_equal(out.pile.bytes, letters, sizeof letters);
		pile_free(&out.pile);
	}
}

static void
rows_that_cannot_be_are_unsupported(void **state)
{
	static const struct pdf_parms odd[] = {
		{ .predictor = 12, .bits = 3 }, { .predictor = 12, .bits = 32 },
		{ .predictor = 2, .columns = UINT32_MAX },
		{ .predictor = 2, .colors = UINT32_MAX },
		{ .predictor = 2, .columns = 1 << 26, .colors = 2 },
	};
	struct pdf_out out = { .sink = &hearing };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(odd); i++) {
		heard = (struct heard){ .most = 1 << 20 };
		pdf_unpredict(slice_text("abc"), &odd[i], &out);
		assert_string_equal(heard.said, "Pdf.Predictor");
	}
}

static void
names_are_the_same_in_hex(void **state)
{
	(void)state;
	assert_true(pdf_name_is(slice_text("/Filter"), "Filter"));
	assert_true(pdf_name_is(slice_text("/#46il#74er"), "Filter"));
	assert_false(pdf_name_is(slice_text("/Filte"), "Filter"));
	assert_false(pdf_name_is(slice_text("/Filters"), "Filter"));
	assert_false(pdf_name_is(slice_text("Filter"), "Filter"));
	assert_false(pdf_name_is(slice_text("/#4"), "#"));
	assert_true(pdf_name_is(slice_text("/#4"), "#4"));
	assert_null(pdf_filter_of(slice_text("/DCTDecode")));
}

static void
a_value_has_all_that_lies_in_it(void **state)
{
	static const char *const values[][2] = {
		{ "/A/B", "/A" }, { " 7 0 R 8", "7 0 R" }, { "7 0 obj", "7" },
		{ "%x\n(a(b)\\)c) d", "(a(b)\\)c)" }, { "<61> 2", "<61>" },
		{ "<</A[1 2]/B<<>>>>>>", "<</A[1 2]/B<<>>>>" },
		{ "[<<]] 1", "[<<]]" }, { "(a", "(a" }, { "<6", "<6" },
		{ "[1", "[1" }, { ">>", "" }, { "]", "" }, { "", "" },
		{ "7 %x\n0%y\rR", "7 %x\n0%y\rR" },
	};
	struct slice s, value;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(values); i++) {
		s = slice_text(values[i][0]);
		assert_int_equal(pdf_value(&s, &value), *values[i][1] != '\0');
		assert_true(slice_same(value, slice_text(values[i][1])));
	}
}

static void
of_objects_of_one_number_each_is_found(void **state)
{
	struct pdf_index index = { .readings = 0 };
	struct slice found;
	uint32_t number;

	(void)state;
	pdf_index_add(&index, 7, slice_text(" 1"));
	pdf_index_add(&index, 5, slice_text(" 7 0 R"));
	pdf_index_add(&index, PDF_ANY, slice_text(" 3"));
	assert_true(pdf_index_number(&index, slice_text("5 0 R"), &number));
	assert_int_equal(number, 1);
	index.reading = 1;
	assert_true(pdf_index_find(&index, slice_text("7 0 R"), &found));
	assert_true(slice_same(found, slice_text("3")));
	assert_int_equal(index.readings, 2);
	index.reading = 0;
	assert_true(pdf_index_number(&index, slice_text("4294967295 0 R"),
	    &number));
	assert_int_equal(number, 3);
	assert_true(pdf_index_find(&index, slice_text("/A"), &found));
	assert_true(slice_same(found, slice_text("/A")));
	pdf_index_free(&index);
	assert_false(pdf_index_find(&index, slice_text("7 0 R"), &found));
}

static void
a_ring_of_references_ends(void **state)
{
	struct pdf_index index = { .readings = 0 };
	struct slice found;

	(void)state;
	pdf_index_add(&index, 7, slice_text(" 8 0 R"));
	pdf_index_add(&index, 8, slice_text(" 7 0 R"));
	assert_false(pdf_index_find(&index, slice_text("7 0 R"), &found));
	pdf_index_free(&index);
}

static void
names_of_what_is_given_out_are_found(void **state)
{
	struct slice s = slice_text("/E/EFX/#45#46 1/JS/Encrypt/EncryptX/XFA");

	(void)state;
	assert_int_equal(pdf_names_next(&s), PDF_FILES);
	assert_int_equal(pdf_names_next(&s), PDF_CODE);
	assert_int_equal(pdf_names_next(&s), PDF_SECRET);
	assert_int_equal(pdf_names_next(&s), PDF_CODE);
	assert_int_equal(pdf_names_next(&s), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_filter_is_undone_as_far_as_anybody_does),
		cmocka_unit_test(lzw_grows_its_codes_early_or_late),
		cmocka_unit_test(rows_that_cannot_be_are_unsupported),
		cmocka_unit_test(names_are_the_same_in_hex),
		cmocka_unit_test(a_value_has_all_that_lies_in_it),
		cmocka_unit_test(of_objects_of_one_number_each_is_found),
		cmocka_unit_test(a_ring_of_references_ends),
		cmocka_unit_test(names_of_what_is_given_out_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
