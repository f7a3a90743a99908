/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "others_fixture.h"

/* "bread and butter, and some more of both, on a plate" */
#define B16 "627265616420616E64206275747465722C20616E6420736F6D65206D" \
	"6F7265206F6620626F74682C206F6E206120706C617465"
#define B32 "MJZGKYLEEBQW4ZBAMJ2XI5DFOIWCAYLOMQQHG33NMUQG233SMUQG6ZRA" \
	"MJXXI2BMEBXW4IDBEBYGYYLUMU======"
#define B32HEX "C9P6AOB441GMSP10C9QN8T35E8M20OBECGG76RRDCKG6QRRICKG6UPH0" \
	"C9NN8Q1C41NMS83141O6OOBKCK======"
#define B85 "Vsd3+WFTQ~WFTU7baZ8MEFfWSWFT{IZDk;BZ*pZIZ)PB3Z**uZAa8CUV" \
	"IXj9VRU5"
#define A85 "@WH$gA0>;uA0>\?(FED)7/0JA=A0>r3D.Oi,DfTD3De:,$DffYD+E)-" \
	"\?@3BN*@<\?&"
#define BREAD "=bread and butter, and so"

static bool
has(const char *text, const char *said)
{
	const size_t len = strlen(text);
	char *copy = malloc(len);
	bool it_has;

	assert_non_null(copy);
	memcpy(copy, text, len);
	it_has = strstr(read_bytes(copy, len), said) != NULL;
	free(copy);
	return it_has;
}

static void
a_body_of_such_digits_is_what_it_says(void **state)
{
	(void)state;
	assert_true(has(B16, "base16" BREAD));
	assert_true(has(B32, "base32" BREAD));
	assert_true(has(B32HEX, "base32hex" BREAD));
	assert_true(has(B85, "base85" BREAD));
	assert_true(has(A85, "ascii85" BREAD));
}

static void
small_letters_and_blanks_do_not_matter(void **state)
{
	char text[] = "\r\n" B32;
	size_t i;

	(void)state;
	for (i = 0; text[i] != '\0'; i++)
		text[i] = (char)tolower((unsigned char)text[i]);
	assert_true(has(text, "base32" BREAD));
	text[10] = '\n';
	assert_true(has(text, "base32=brea"));
	assert_true(has(" " A85 "\n", "ascii85" BREAD));
	assert_true(has("<~" A85 "~>\n", "ascii85" BREAD));
	assert_false(has("<~" A85, "ascii85"));
}

static void
anything_else_makes_it_none(void **state)
{
	(void)state;
	assert_false(has(B16 ".", "base"));
	assert_false(has(B32 "8", "base32="));
	assert_false(has(B85 "\"", "base85"));
	assert_false(has(A85 "|", "ascii85"));
	assert_string_equal(read_bytes(B16, 63), "");
	assert_string_equal(read_bytes("", 0), "");
}

static void
behind_padding_is_another_text(void **state)
{
	(void)state;
	assert_true(has("MFRGGZA=" "MFRGGZA=" B32, "base32=abcdabcdbread"));
}

/* "z" is a group of zeros, "y" one of blanks; 85 to the fifth is too much. */
static void
a_letter_may_be_a_group(void **state)
{
	(void)state;
	assert_true(has("@:E_Wyz" A85, "ascii85=abcd    "));
	assert_false(has("@:y" A85, "ascii85"));
	assert_false(has("uuuuu" A85, "ascii85"));
}

static void
what_has_few_digits_is_none(void **state)
{
#define NUMBERS "1.5, 2.25, -3E+7, 10.125, 100.0625, 1000.03125, 67.8, 9.4\n"
#define GENES "GATTACAGATTACAGATTACAGATTACAGATTACAGATTACAGATTACAGATTACAGATTACA"
	(void)state;
	assert_string_equal(read_bytes(NUMBERS NUMBERS,
	    strlen(NUMBERS NUMBERS)), "");
	assert_false(has(GENES GENES, "base32"));
}

static void
what_comes_out_is_paid(void **state)
{
	(void)state;
	assert_true(has(A85, "ascii85"));
	assert_int_equal(heard.spent, 51);
	heard.spent = 0;
	heard.most = 50;
	assert_false(others_read(slice_text(A85), "", &hearing));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_of_such_digits_is_what_it_says),
		cmocka_unit_test(small_letters_and_blanks_do_not_matter),
		cmocka_unit_test(anything_else_makes_it_none),
		cmocka_unit_test(behind_padding_is_another_text),
		cmocka_unit_test(a_letter_may_be_a_group),
		cmocka_unit_test(what_has_few_digits_is_none),
		cmocka_unit_test(what_comes_out_is_paid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
