/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unpack/part_head.h"

#define DISPOSITION "Content-Disposition: form-data; name=\"f\"; "
#define CTE "Content-Transfer-Encoding: "

static const struct {
	const char *name, *head, *file;
	bool has_file;
} names[] = {
	{ "a field", "Content-Disposition: form-data; name=\"f\"\r\n", "f",
	    false },
	{ "a file", DISPOSITION "filename=\"a.exe\"\r\n", "a.exe", true },
	{ "capitals", "CONTENT-DISPOSITION: FORM-DATA; FILENAME=a.exe\r\n",
	    "a.exe", true },
	{ "LF", "content-disposition: form-data; filename=a.exe\n\n", "a.exe",
	    true },
	{ "blank before the colon",
	    "Content-Disposition : form-data; filename=a.exe\r\n", "a.exe",
	    true },
	{ "folded", "Content-Disposition: form-data;\r\n\tfilename=a.exe\r\n",
	    "a.exe", true },
	{ "no blank", "Content-Disposition:form-data;filename=a.exe", "a.exe",
	    true },
	{ "a semicolon in quotes", DISPOSITION "filename=\"a;b.exe\"",
	    "a;b.exe", true },
	{ "a quote in quotes", DISPOSITION "filename=\"a\\\"b;.exe\"",
	    "a\\\"b;.exe", true },
	{ "empty: no file was chosen", DISPOSITION "filename=\"\"", "", true },
	{ "a path of Windows", DISPOSITION "filename=\"C:\\x\\a.exe\"",
	    "a.exe", true },
	{ "a path", DISPOSITION "filename=\"../../etc/a.exe\"", "a.exe", true },
	{ "a path that ends", DISPOSITION "filename=\"x/\"", "x/", true },
	{ "RFC 5987", DISPOSITION "filename*=UTF-8''%e2%82%ac.exe",
	    "\xe2\x82\xac.exe", true },
	{ "RFC 5987 goes first",
	    DISPOSITION "filename*=UTF-8''b.exe; filename=\"a.exe\"", "b.exe",
	    true },
	{ "RFC 5987 goes first, second",
	    DISPOSITION "filename=\"a.exe\"; filename*=UTF-8''b.exe", "b.exe",
	    true },
	{ "RFC 2231 in pieces", DISPOSITION "filename*0=\"a\"; filename*1=b",
	    "b", true },
	{ "none", "A: b\r\n", "", false },
	{ "no colon", "Content-Disposition\r\nA", "", false },
	{ "empty", "", "", false },
	{ "line ends only", "\r\n\r\n\n\r", "", false },
};

static void
name_of_a_part_is_its_files_or_its_fields(void **state)
{
	struct part_head head;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		print_message("# %s\n", names[i].name);
		part_head_read(&head, slice_text(names[i].head));
		assert_string_equal(head.name, names[i].file);
		assert_int_equal(head.has_file, names[i].has_file);
	}
}

static void
long_name_is_cut(void **state)
{
	char text[5000] = DISPOSITION "filename*=''";
	struct part_head head;

	(void)state;
	memset(text + strlen(text), 'a', 4000);
	part_head_read(&head, slice_text(text));
	assert_int_equal(strlen(head.name), PART_NAME_MAX - 1);
	text[strlen(DISPOSITION) + strlen("filename")] = '=';
	part_head_read(&head, slice_text(text));
	assert_int_equal(strlen(head.name), PART_NAME_MAX - 1);
}

static const struct {
	const char *head;
	unsigned transfer;
} transfers[] = {
	{ CTE "base64\r\n", TRANSFER_BASE64 },
	{ CTE "BASE64\n", TRANSFER_BASE64 },
	{ CTE " base64 \t\r\n", TRANSFER_BASE64 },
	{ CTE "base64; x\r\n", TRANSFER_BASE64 },
	{ CTE "base64 (no comment)\r\n", TRANSFER_BASE64 },
	{ CTE "\r\n base64\r\n", TRANSFER_BASE64 },
	{ "content-transfer-encoding:quoted-printable", TRANSFER_QUOTED },
	{ CTE "7bit", TRANSFER_PLAIN },
	{ CTE "8BIT", TRANSFER_PLAIN },
	{ CTE "binary", TRANSFER_PLAIN },
	{ CTE "x-uuencode", TRANSFER_UNKNOWN },
	{ CTE "base", TRANSFER_UNKNOWN },
	{ CTE "base64x", TRANSFER_UNKNOWN },
	{ CTE "", 0 },
	{ "A: b", 0 },
	{ CTE "binary\r\n" CTE "base64\r\n", TRANSFER_PLAIN | TRANSFER_BASE64 },
	{ CTE "base64\r\nA: b\r\n" CTE "quoted-printable\r\n",
	    TRANSFER_BASE64 | TRANSFER_QUOTED },
	{ "X-" CTE "base64\r\n", 0 },
};

static void
every_transfer_encoding_that_is_said_counts(void **state)
{
	struct part_head head;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof transfers / sizeof *transfers; i++) {
		print_message("# %s\n", transfers[i].head);
		part_head_read(&head, slice_text(transfers[i].head));
		assert_int_equal(head.transfer, transfers[i].transfer);
	}
}

static void
part_is_multipart_when_any_type_says_so(void **state)
{
	struct part_head head;

	(void)state;
	part_head_read(&head, slice_text(
	    "Content-Type: text/plain\r\ncontent-type: Multipart/Mixed"));
	assert_true(head.multipart);
	assert_true(slice_is(head.type, "text/plain"));
	part_head_read(&head, slice_text("Content-Type: text/plain\r\n"
	    "X-Type: multipart/mixed\r\n"));
	assert_false(head.multipart);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_of_a_part_is_its_files_or_its_fields),
		cmocka_unit_test(long_name_is_cut),
		cmocka_unit_test(every_transfer_encoding_that_is_said_counts),
		cmocka_unit_test(part_is_multipart_when_any_type_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
