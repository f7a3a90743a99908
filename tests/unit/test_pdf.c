/* SPDX-License-Identifier: GPL-2.0-only */
/* With what other programs read, it is tried by tests/evasion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "others_fixture.h"
#include "unpack/pdf.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define HEAD "%PDF-1.4\n"
#define SPEC "4 0 obj\n<< /Type /Filespec /EF << /F 5 0 R >> >>\nendobj\n"
#define OBJ(entries, data) "5 0 obj\n<<" entries ">>\nstream\n" data \
	"\nendstream\nendobj\n"
#define HEX " /Filter /AHx "

struct file {
	const char *bytes, *said;
};

static const char *
read_copy(const char *bytes, size_t len)
{
	char *copy = malloc(len);
	const char *said;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	said = read_bytes(copy, len);
	free(copy);
	return said;
}

/* Also each beginning of it, of which a sanitizer sees the end. */
static void
assert_all(const struct file *files, size_t count)
{
	size_t i, len;

	for (i = 0; i < count; i++) {
		for (len = 1; len < strlen(files[i].bytes); len++)
			(void)read_copy(files[i].bytes, len);
		assert_string_equal(read_copy(files[i].bytes, len),
		    files[i].said);
	}
}

#define ASSERT_ALL(files) assert_all(files, COUNT(files))

static void
what_the_engine_reads_is_not_read_again(void **state)
{
	static const struct file files[] = {
		{ HEAD OBJ("/Length 4", "text"), "" },
		{ HEAD OBJ("/Length 4 /Filter/FlateDecode", "text"), "" },
		{ HEAD OBJ("/Length 4/Filter [ /FlateDecode ]", "text"), "" },
		{ HEAD OBJ("/Length 4/Filter/DCTDecode/Subtype/Image", "text"),
		    "" },
		{ HEAD OBJ("/Length 6 0 R/Filter/FlateDecode", "text")
		    "6 0 obj 4 endobj", "" },
	};

	(void)state;
	ASSERT_ALL(files);
}

static void
what_it_may_miss_is_read(void **state)
{
	static const struct file files[] = {
		{ HEAD OBJ("/Length 3 /Filter/AHx", "61>"), "object 5=a" },
		{ HEAD OBJ("/Length 3 /Filter[/AHx]", "61>"), "object 5=a" },
		{ HEAD OBJ("/Length 3 /F#69lter/#41Hx", "61>"), "object 5=a" },
		{ HEAD OBJ("/Length 5 0 R", "text"), "object 5=text" },
		{ HEAD OBJ("", "text"), "object 5=text" },
		{ HEAD OBJ("/Length 2", "text"), "object 5=text" },
		{ HEAD "5 %\n0 obj<<>>stream\ntext\nendstream",
		    "object 4294967295=text" },
		{ HEAD "5 0 obj %\n<<>>%\nstream \t\rtext\r\nendstream",
		    "object 5=text" },
		{ HEAD "5 0 obj<<>>streamtext", "object 5=text" },
		{ HEAD "5 0 obj(5 0 obj)" OBJ("/Length 4", "text"),
		    "object 5=text" },
		{ HEAD "8 0 obj\n" OBJ("/Length 4", "text"), "object 5=text" },
		{ "%PFD-\n" OBJ("/Length 4", "text") "startxref",
		    "object 5=text" },
		{ "--\n" HEAD OBJ("/Length 4", "text"), "object 5=text" },
		{ HEAD OBJ("/Length 29", "text\nendstream\nendobj\n 1 0 x"),
		    "object 5=text\nendstream\nendobj\n 1, object 5=text" },
	};

	(void)state;
	ASSERT_ALL(files);
}

static void
each_reading_of_what_is_told_is_read(void **state)
{
	static const struct file files[] = {
		{ HEAD OBJ("/Filter/AHx /Filter/RL", "6162>"),
		    "object 5=ab, object 5=162>" },
		{ HEAD OBJ("/Filter 6 0 R", "61>") "6 0 obj/AHx endobj",
		    "object 5=a" },
		{ HEAD OBJ("/Filter [6 0 R]", "61>")
		    "6 0 obj/AHx endobj 6 0 obj/RL endobj",
		    "object 5=1>, object 5=a" },
		{ HEAD OBJ("/Filter 6 0 R", "61>") "7 0 obj<</N 1/First 4>>"
		    "stream\n6 0 /AHx\nendstream",
		    "object 5=a, object 7=6 0 /AHx" },
		{ HEAD OBJ("/Filter [null/AHx]/DecodeParms null", "61>"),
		    "object 5=a" },
		{ HEAD OBJ("/Filter/Fl/DecodeParms<</Predictor 6 0 R>>", "xx")
		    "6 0 obj 12 endobj", "" },
	};

	(void)state;
	ASSERT_ALL(files);
}

static void
a_picture_is_read_where_it_is_given_out(void **state)
{
	static const struct file files[] = {
		{ HEAD OBJ(HEX "/Subtype/Image", "61>"), "" },
		{ HEAD OBJ(HEX "/Type/XRef", "61>"), "" },
		{ HEAD SPEC OBJ("/Length 4", "text"), "object 5=text" },
		{ HEAD SPEC OBJ(HEX "/Subtype/Image", "61>"),
		    "object 5=61>, object 5=a" },
		{ HEAD SPEC OBJ(HEX "/Type/XRef", "61>"),
		    "object 5=61>, object 5=a" },
		{ HEAD OBJ(HEX "/Subtype/Image/Type/EmbeddedFile", "61>"),
		    "object 5=61>, object 5=a" },
		{ HEAD "4 0 obj<</EF 6 0 R>>endobj 6 0 obj<</F 5 0 R>>endobj "
		    OBJ(HEX "/Subtype/Image", "61>"),
		    "object 5=61>, object 5=a" },
		{ HEAD "4 0 obj<</#45F<</F 5 %\n0 R>>>>endobj "
		    OBJ(HEX "/Subtype/Image", "61>"),
		    "object 5=61>, object 5=a" },
		{ HEAD "4 0 obj<</JS 5 0 R>>endobj "
		    OBJ(HEX "/Subtype/Image", "61>"),
		    "object 5=61>, object 5=a" },
		{ HEAD "4 0 obj<</EF<</F 9 0 R>>>>endobj "
		    OBJ(HEX "/Subtype/Image", "61>"), "" },
		{ HEAD OBJ(HEX "/Subtype/Image", "61>") "7 0 obj<</N 1/First 4"
		    HEX ">>stream\n3420302F4546203520302052>\nendstream",
		    "object 5=61>, object 5=a, object 7=4 0/EF 5 0 R" },
	};

	(void)state;
	ASSERT_ALL(files);
}

static void
what_is_given_out_and_cannot_be_undone_is_told(void **state)
{
	static const struct file files[] = {
		{ HEAD OBJ("/Filter/DCT", "61>"), "object 5=61>" },
		{ HEAD OBJ("/Filter/JPXDecode/Subtype/Image", "61>"), "" },
		{ HEAD SPEC OBJ("/Filter/JPXDecode/Subtype/Image", "61>"),
		    "object 5=61>, Pdf.Filter=object 5, object 5=61>" },
		{ HEAD SPEC OBJ("/Filter[/AHx/None]", "61>"),
		    "object 5=61>, Pdf.Filter=object 5, object 5=a" },
		{ HEAD OBJ("/Length 4/Filter/FlateDecode", "text")
		    "trailer<</Encrypt 9 0 R", "" },
		{ HEAD OBJ(HEX, "61>") "trailer<</Encrypt 9 0 R", "" },
		{ HEAD SPEC OBJ(HEX, "61>") "trailer<</Encrypt 9 0 R",
		    "Pdf.Encrypted=object 5" },
		{ HEAD OBJ(HEX "/Type/XRef/Encrypt 9 0 R", "61>"), "" },
	};

	(void)state;
	ASSERT_ALL(files);
}

static void
too_many_readings_are_told(void **state)
{
	char pdf[1024] = HEAD OBJ("/Filter 6 0 R", "61>");
	int i;

	(void)state;
	for (i = 0; i < 9; i++)
		strcat(pdf, "6 0 obj/AHx endobj ");
	assert_non_null(strstr(read_copy(pdf, strlen(pdf)),
	    "Pdf.Readings=object 5"));
}

static void
no_byte_is_looked_at_for_nothing(void **state)
{
	static const char *const again[] = {
		" 1 0 obj<<", " 1 0 obj<<>>stream\n", " 1 0 obj(",
		" 1 0 obj<</Length 9999 >>stream\n", " 1 0 obj<</EF[",
	};
	static char pdf[1 << 20];
	size_t i, at, len;
	bool on;

	(void)state;
	for (i = 0; i < COUNT(again); i++) {
		len = strlen(again[i]);
		memcpy(pdf, HEAD, sizeof HEAD);
		for (at = sizeof HEAD - 1; at + len < sizeof pdf; at += len)
			memcpy(pdf + at, again[i], len);
		heard = (struct heard){ .most = 64 << 20 };
		on = pdf_walk(slice_on(pdf, at), "", &hearing);
		assert_true(!on || heard.spent < 64 << 20);
	}
}

static void
only_what_may_be_one_is_read(void **state)
{
	(void)state;
	assert_true(pdf_likely(slice_text("%PDF-1.4")));
	assert_true(pdf_likely(slice_text("--\n%PDF-1.4")));
	assert_true(pdf_likely(slice_text("x startxref\n1\n%%EOF")));
	assert_false(pdf_likely(slice_text("GIF89a%PDF-1.4 startxref")));
	assert_true(pdf_likely(slice_text("text\n1 0 obj <<")));
	assert_false(pdf_likely(slice_text("an obj << 1")));
	assert_false(pdf_likely(slice_text("text")));
	assert_false(pdf_likely(slice_text("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_engine_reads_is_not_read_again),
		cmocka_unit_test(what_it_may_miss_is_read),
		cmocka_unit_test(each_reading_of_what_is_told_is_read),
		cmocka_unit_test(a_picture_is_read_where_it_is_given_out),
		cmocka_unit_test(
		    what_is_given_out_and_cannot_be_undone_is_told),
		cmocka_unit_test(too_many_readings_are_told),
		cmocka_unit_test(no_byte_is_looked_at_for_nothing),
		cmocka_unit_test(only_what_may_be_one_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
