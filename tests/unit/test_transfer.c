/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unpack/base64.h"
#include "unpack/percent.h"
#include "unpack/quoted.h"

static const struct {
	const char *name, *text;
	unsigned reading;
	const char *bytes;
} base64[] = {
	{ "padded once", "aGVsbG8=", 0, "hello" },
	{ "padded twice", "aGVsbA==", 0, "hell" },
	{ "not padded", "aGVsbG8", 0, "hello" },
	{ "not padded, one byte", "aGVsbA", 0, "hell" },
	{ "whole", "aGVs", 0, "hel" },
	{ "a digit too many", "aGVsb", 0, "hel" },
	{ "lines", "aGV\r\nsbG\n8=\r\n", 0, "hello" },
	{ "blanks", "a G V s b G 8 =", 0, "hello" },
	{ "foreign bytes", "aG*V!s\x80" "bG8=", 0, "hello" },
	{ "padding before anything", "==aGVs", 0, "hel" },
	{ "padding after one digit", "aGVsb=G8=", 0, "hello" },
	{ "both of the last digits", "+/+/", 0, "\xfb\xff\xbf" },
	{ "the URL's", "-_-_", BASE64_URL, "\xfb\xff\xbf" },
	{ "the URL's are foreign", "a-GVs_bG8", 0, "hello" },
	{ "both alphabets", "+_-/", BASE64_URL, "\xfb\xff\xbf" },
	{ "a piece after padding", "aGVsbA==bG8=", 0, "helllo" },
	{ "nothing after padding", "aGVsbA==bG8=", BASE64_STOP, "hell" },
	{ "padding is foreign", "aGVs=bG8", BASE64_RUN_ON, "hello" },
	{ "padding is foreign in a byte", "aG=VsbG8", BASE64_RUN_ON, "hello" },
	{ "a blank is a plus", " / /", BASE64_BLANK, "\xfb\xff\xbf" },
	{ "empty", "", 0, "" },
	{ "padding only", "====", 0, "" },
};

static void
base64_is_read_as_the_lenient_do(void **state)
{
	uint8_t out[64];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof base64 / sizeof *base64; i++) {
		print_message("# %s\n", base64[i].name);
		len = base64_decode(slice_text(base64[i].text),
		    base64[i].reading, out);
		assert_int_equal(len, strlen(base64[i].bytes));
		assert_memory_equal(out, base64[i].bytes, len);
	}
}

static void
all_64_digits_have_their_value(void **state)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[5] = "AAAA";
	uint8_t out[3];
	int i;

	(void)state;
	for (i = 0; i < 64; i++) {
		text[3] = digits[i];
		assert_int_equal(base64_decode(slice_text(text), 0, out), 3);
		assert_int_equal(out[2], i);
	}
}

/* Only what can differ costs another decoding. */
static const struct {
	const char *text;
	bool forms;
	unsigned count;
	unsigned last;
} readings[] = {
	{ "QUJD", false, 1, 0 },
	{ "QUJD\r\nQUI=", false, 1, 0 },
	{ "QUJD-", false, 2, BASE64_URL },
	{ "QU JD", false, 1, 0 },
	{ "QU JD", true, 2, BASE64_BLANK },
	{ "QUI=QUI=", false, 3, BASE64_RUN_ON },
	{ "QUI=\r\n", false, 1, 0 },
	{ "-U I=QUI=", true, 12,
	    BASE64_URL | BASE64_BLANK | BASE64_RUN_ON },
};

static void
only_readings_that_can_differ_are_named(void **state)
{
	unsigned out[BASE64_READINGS_MAX];
	struct base64_look look;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof readings / sizeof *readings; i++) {
		look = base64_look(slice_text(readings[i].text));
		assert_int_equal(base64_readings(&look, readings[i].forms,
		    out), readings[i].count);
		assert_int_equal(out[0], 0);
		assert_int_equal(out[readings[i].count - 1],
		    readings[i].last);
	}
}

static const struct {
	const char *name, *text, *bytes;
} quoted[] = {
	{ "plain", "hello\r\nworld", "hello\r\nworld" },
	{ "an escape", "h=65llo", "hello" },
	{ "lower case", "=c3=a4", "\xc3\xa4" },
	{ "mixed case", "=c3=A4=3d", "\xc3\xa4=" },
	{ "soft break", "hel=\r\nlo", "hello" },
	{ "soft break, LF", "hel=\nlo", "hello" },
	{ "soft break, CR", "hel=\rlo", "hello" },
	{ "soft break behind blanks", "hel= \t\r\nlo", "hello" },
	{ "soft break at the end", "hello=", "hello" },
	{ "soft break and blanks at the end", "hello=  ", "hello" },
	{ "soft break and half a line end", "hello=\r", "hello" },
	{ "broken escape", "a=zzb", "a=zzb" },
	{ "broken second digit", "a=4zb", "a=4zb" },
	{ "cut escape", "a=4", "a=4" },
	{ "blank behind the sign", "a= b", "a= b" },
	{ "two signs", "a==41", "a=A" },
	{ "blanks at the end of a line", "a \r\nb", "a \r\nb" },
	{ "empty", "", "" },
};

static void
quoted_printable_is_read_as_the_lenient_do(void **state)
{
	uint8_t out[64];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof quoted / sizeof *quoted; i++) {
		print_message("# %s\n", quoted[i].name);
		len = quoted_decode(slice_text(quoted[i].text), out);
		assert_int_equal(len, strlen(quoted[i].bytes));
		assert_memory_equal(out, quoted[i].bytes, len);
	}
}

static const struct {
	const char *text;
	bool plus;
	const char *bytes;
} percent[] = {
	{ "a%41b", true, "aAb" },
	{ "%c3%A4", true, "\xc3\xa4" },
	{ "a+b", true, "a b" },
	{ "a+b", false, "a+b" },
	{ "%2b", true, "+" },
	{ "%", true, "%" },
	{ "%4", true, "%4" },
	{ "%zz%4z", true, "%zz%4z" },
	{ "%%41", true, "%A" },
	{ "", true, "" },
};

static void
percent_escapes_are_read_and_broken_ones_stay(void **state)
{
	uint8_t out[64];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof percent / sizeof *percent; i++) {
		len = percent_decode(slice_text(percent[i].text),
		    percent[i].plus, out);
		assert_int_equal(len, strlen(percent[i].bytes));
		assert_memory_equal(out, percent[i].bytes, len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_is_read_as_the_lenient_do),
		cmocka_unit_test(all_64_digits_have_their_value),
		cmocka_unit_test(only_readings_that_can_differ_are_named),
		cmocka_unit_test(quoted_printable_is_read_as_the_lenient_do),
		cmocka_unit_test(percent_escapes_are_read_and_broken_ones_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
