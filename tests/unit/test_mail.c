/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "others_fixture.h"
#include "unpack/mail.h"

#define PARTS "Content-Type: multipart/mixed; boundary=b\n"
#define CTE "Content-Transfer-Encoding: "
#define TEXT "--b\nContent-Type: text/plain\n\nbread\n"
#define FILE_HEAD "Content-Disposition: attachment; filename=a.exe\n"
#define FILE "--b\n" FILE_HEAD CTE "base64\n\nQUJD\n"

static const struct {
	const char *name, *mail, *seen;
} cases[] = {
	{ "parts", PARTS "\n" TEXT FILE "--b--\n", "part 1=bread, a.exe=ABC" },
	{ "in capitals", "CONTENT-TYPE: MULTIPART/X; BOUNDARY=b\n\n" FILE
	    "--b--\n", "a.exe=ABC" },
	{ "folded, behind others", "X-A: b\nContent-Type:\n multipart/mixed;\n"
	    "\tboundary=\"b\"\n\n" FILE "--b--\n", "a.exe=ABC" },
	{ "CR only", "X-A: b\rContent-Type: multipart/x; boundary=b\r\r--b\r"
	    CTE "base64\r\rQUJD\r--b--\r",
	    "part 1=Content-Transfer-Encodin, part 2=ABC" },
	{ "behind a line of an mbox", "From a@b Mon Jan\n" PARTS "\n" FILE
	    "--b--\n", "a.exe=ABC" },
	{ "the first of an mbox", "From a@b Mon Jan\n" CTE "base64\n\nQUJD\n"
	    "From a@b Mon Jan\n" CTE "base64\n\nREVG\n", "=ABC, =DEF" },
	{ "behind the first of an mbox", "From a\nX-A: b\n\nbread\nFrom b\n"
	    CTE "base64\n\nQUJD\n\nFrom c\n" PARTS "\n" FILE "--b--\n",
	    "=ABC, a.exe=ABC" },
	{ "behind a mail without that line", "X-A: b\n\nbread\nFrom b\n" CTE
	    "base64\n\nQUJD\n", "=ABC" },
	{ "behind a text", "bread and\n\nFrom b\r\n" CTE "base64\r\n\r\n"
	    "QUJD\n", "=ABC" },
	{ "a line that may end it", "From a\n" CTE "8bit\n\none\nFrom two\n"
	    "three\nFrom b\n" CTE "8bit\n\nfour",
	    "=one, =one\nFrom two\nthree, =four" },
	{ "lines that begin so", "From a\nFrom b\nX: c\n\nFrom " CTE "8bit",
	    "" },
	{ "MMDF", "\1\1\1\1\n" CTE "8bit\n\none\n\1\1\1\1\n\1\1\1\1\n" CTE
	    "8bit\n\ntwo\n\1\1\1\1\n", "=one, =two" },
	{ "around the parts", PARTS "\nx\n" FILE "--b--\ny", "a.exe=ABC" },
	{ "cut", PARTS "\n" FILE, "a.exe=ABC" },
	{ "no boundary", "Content-Type: multipart/mixed\n\nbread", "" },
	{ "parts in a part", PARTS "\n--b\nContent-Type: multipart/x;"
	    "boundary=c\n\n--c\n" CTE "base64\n\nQUJD\n--c--\n--b--\n",
	    "part 1/part 2=ABC" },
	{ "a mail in a part", PARTS "\n--b\nContent-Type: message/rfc822\n\n"
	    "X-A: b\n" CTE "base64\n\nQUJD\n--b--\n",
	    "part 1=ABC" },
	{ "a mail in a part that only says so", PARTS "\n--b\n"
	    "Content-Type: message/rfc822\n\nbread\n--b--\n",
	    "part 1=bread" },
	{ "a mail in a mail", "Content-Type: message/rfc822\n\n" PARTS "\n"
	    FILE "--b--\n", "a.exe=ABC" },
	{ "no parts", CTE "base64\n\nQUJD", "=ABC" },
	{ "quoted-printable", CTE "quoted-printable\n\n=41=\nB", "=AB" },
	{ "8bit", CTE "8bit\n\n=41", "=\x3d" "41" },
	{ "unknown", CTE "x-uuencode\n\none", "=one" },
	{ "no empty line", "X-A: b\n" CTE "base64\nQUJD", "=ABC" },
	{ "no empty line in a part", PARTS "\n--b\n" CTE "base64\nQUJD\n--b--",
	    "part 1=Content-Transfer-Encodin, part 2=ABC" },
	{ "CRLF twice in a part is no end of the headers", PARTS "\n--b\n" CTE
	    "8bit\n\nA: b\r\n\r\n--b--", "part 1=A: b\r\n" },
	{ "a file as it is", "Content-Type: a/b\n\none", "=one" },
	{ "no header of it", "X-A: b\nY-B: c\n\nQUJD", "" },
	{ "text", "bread: butter\n\n" PARTS "\n" FILE "--b--\n", "" },
	{ "a blank in a name", "bread and: butter\n" CTE "base64\n\nQUJD", "" },
	{ "nothing", "", "" },
};

static void
what_a_reader_of_mail_takes_out_is_visited(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("# %s\n", cases[i].name);
		assert_string_equal(read_bytes(cases[i].mail,
		    strlen(cases[i].mail)), cases[i].seen);
	}
}

static void
what_is_behind_64_kb_of_headers_is_not_looked_for(void **state)
{
	static char mail[70000];

	(void)state;
	memset(mail, 'a', sizeof mail);
	memcpy(mail, "X-A: ", 5);
	memcpy(mail + 60000, "\n" CTE, strlen("\n" CTE));
	assert_true(mail_likely(slice_on(mail, sizeof mail)));
	memset(mail + 60000, 'a', strlen("\n" CTE));
	memcpy(mail + 66000, "\n" CTE, strlen("\n" CTE));
	assert_false(mail_likely(slice_on(mail, sizeof mail)));
}

/* Each multipart is in the one before. */
static void
what_is_too_much_is_said(void **state)
{
	char mail[4000] = "";
	char *end = mail;
	int i;

	(void)state;
	for (i = 0; i < 41; i++)
		end += snprintf(end, 100, "Content-Type: multipart/x;"
		    "boundary=b%c\n\n--b%c\n", 'A' + i, 'A' + i);
	assert_non_null(strstr(read_bytes(mail, strlen(mail)),
	    "Multipart.Depth"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_reader_of_mail_takes_out_is_visited),
		cmocka_unit_test(
		    what_is_behind_64_kb_of_headers_is_not_looked_for),
		cmocka_unit_test(what_is_too_much_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
