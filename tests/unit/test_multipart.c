/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "unpack/multipart.h"

#define HEAD "A: b\r\n\r\n"

/* Pieces in short: P(art), A(gain), p(reamble), e(pilogue), then the body in
 * brackets. */
static void
tell(struct slice body, const char *delimiter, bool loose, char *out,
    size_t size, struct multipart *m)
{
	struct piece piece;
	size_t len = 0;

	out[0] = '\0';
	multipart_start(m, body, slice_text(delimiter), loose);
	while (multipart_next(m, &piece))
		len += (size_t)snprintf(out + len, size - len, "%c[%.*s]",
		    piece.again ? 'A' : "pPe"[piece.kind],
		    (int)piece.body.len, (const char *)piece.body.at);
}

static const struct {
	const char *name, *body, *pieces;
	enum multipart_end end;
	bool odd;
} cases[] = {
	{ "two parts", "--b\r\n" HEAD "one\r\n--b\r\n" HEAD "two\r\n--b--\r\n",
	    "P[one]P[two]", MULTIPART_CLOSED, false },
	{ "LF only", "--b\nA: b\n\none\n--b\nA: b\n\ntwo\n--b--\n",
	    "P[one]P[two]", MULTIPART_CLOSED, false },
	{ "preamble and epilogue",
	    "hello\r\n--b\r\n" HEAD "one\r\n--b--\r\nbye",
	    "p[hello]P[one]e[bye]", MULTIPART_CLOSED, false },
	{ "blanks behind the boundary",
	    "--b \t\r\n" HEAD "one\r\n--b-- \r\n",
	    "P[one]", MULTIPART_CLOSED, false },
	{ "no line end at the end", "--b\r\n" HEAD "one\r\n--b--",
	    "P[one]", MULTIPART_CLOSED, false },
	{ "no headers", "--b\r\n\r\none\r\n--b--",
	    "P[one]", MULTIPART_CLOSED, false },
	{ "no headers, LF", "--b\n\none\n--b--",
	    "P[one]", MULTIPART_CLOSED, false },
	{ "empty body of a part", "--b\r\n" HEAD "\r\n--b--",
	    "P[]", MULTIPART_CLOSED, false },
	{ "nothing between two boundaries", "--b\r\n--b\r\n\r\n--b--",
	    "P[]P[]", MULTIPART_CLOSED, false },
	{ "no part at all", "--b--\r\n", "", MULTIPART_CLOSED, false },
	{ "a line end that belongs to the part",
	    "--b\r\n" HEAD "one\r\n\r\n--b--",
	    "P[one\r\n]", MULTIPART_CLOSED, false },
	{ "cut in a part", "--b\r\n" HEAD "one\r\n--b\r\n" HEAD "tw",
	    "P[one]P[tw]", MULTIPART_CUT, false },
	{ "cut in a boundary", "--b\r\n" HEAD "one\r\n--",
	    "P[one\r\n--]", MULTIPART_CUT, false },
	{ "cut behind a boundary", "--b\r\n" HEAD "one\r\n--b\r\n",
	    "P[one]", MULTIPART_CUT, false },
	{ "part after the last one",
	    "--b\r\n" HEAD "one\r\n--b--\r\n--b\r\n" HEAD "two\r\n--b--",
	    "P[one]P[two]", MULTIPART_CLOSED, false },
	{ "part behind an epilogue",
	    "--b--\r\nbye\r\n--b\r\n" HEAD "two\r\n--b--",
	    "e[bye]P[two]", MULTIPART_CLOSED, false },
	{ "no boundary in it", "one\r\n--c\r\n", "", MULTIPART_NONE, false },
	{ "empty", "", "", MULTIPART_NONE, false },
	{ "shorter than the boundary", "--", "", MULTIPART_NONE, false },
	{ "inside of a line: for the loose only",
	    "--b\r\n" HEAD "one --b two\r\n--b--",
	    "P[one --b two]", MULTIPART_CLOSED, true },
	{ "longer line: for the loose only",
	    "--b\r\n" HEAD "one\r\n--bc\r\ntwo\r\n--b--",
	    "P[one\r\n--bc\r\ntwo]", MULTIPART_CLOSED, true },
	{ "CR only: for the loose only",
	    "--b\r\n" HEAD "one\r--b--",
	    "P[one\r--b--]", MULTIPART_CUT, true },
	{ "headers without an end", "--b\r\nA: b\r\none\r\n--b--",
	    "P[A: b\r\none]A[one]", MULTIPART_CLOSED, false },
	{ "headers without an end, folded", "--b\nA: b\n c\n\td\none\n\n"
	    "two\n--b--", "P[two]A[one\n\ntwo]", MULTIPART_CLOSED, false },
	{ "no headers, but an empty line later",
	    "--b\r\none\r\n\r\ntwo\r\n--b--",
	    "P[two]A[one\r\n\r\ntwo]", MULTIPART_CLOSED, false },
	{ "an empty line for some, a later one for others",
	    "--b\r\nA: b\n\none\r\n\r\ntwo\r\n--b--",
	    "P[one\r\n\r\ntwo]A[two]", MULTIPART_CLOSED, false },
	{ "an empty line of the old Macs",
	    "--b\r\nA: b\r\rone\r\n\r\ntwo\r\n--b--",
	    "P[two]A[one\r\n\r\ntwo]", MULTIPART_CLOSED, false },
	{ "a colon in the body's line is no header before it",
	    "--b\r\n" HEAD "one\n\ntwo\r\n--b--",
	    "P[one\n\ntwo]", MULTIPART_CLOSED, false },
};

static void
body_is_split_where_readers_split_it(void **state)
{
	struct multipart m;
	char got[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("# %s\n", cases[i].name);
		tell(slice_text(cases[i].body), "--b", false, got, sizeof got,
		    &m);
		assert_string_equal(got, cases[i].pieces);
		assert_int_equal(multipart_end(&m), cases[i].end);
		assert_int_equal(multipart_odd(&m), cases[i].odd);
	}
}

static const struct {
	const char *name, *body, *pieces;
} loose[] = {
	{ "inside of a line", "--b\r\n" HEAD "one --b\r\n" HEAD "two\r\n--b--",
	    "P[one ]P[two]" },
	{ "headers in the boundary's line",
	    "--b" HEAD "one\r\n--b" HEAD "two\r\n--b--", "P[one]P[two]" },
	{ "CR only", "--b\r" HEAD "one\r--b\r" HEAD "two\r--b--",
	    "P[one]P[two]" },
	{ "longer line", "--b\r\n" HEAD "one\r\n--bc\r\n\r\ntwo\r\n--b--",
	    "P[one]P[two]A[c\r\n\r\ntwo]" },
	{ "something behind the last one", "--b\r\n" HEAD "one\r\n--b--xyz",
	    "P[one]e[xyz]" },
};

static void
odd_body_is_split_at_every_boundary_by_the_loose_reading(void **state)
{
	struct multipart m;
	char got[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof loose / sizeof *loose; i++) {
		print_message("# %s\n", loose[i].name);
		tell(slice_text(loose[i].body), "--b", true, got, sizeof got,
		    &m);
		assert_string_equal(got, loose[i].pieces);
		assert_true(multipart_odd(&m));
		assert_int_equal(multipart_end(&m), MULTIPART_CLOSED);
	}
}

static void
every_byte_of_a_binary_part_is_in_it(void **state)
{
	static const char before[] = "--b\r\n" HEAD, behind[] = "\r\n--b--\r\n";
	uint8_t body[sizeof before + sizeof behind + 1024];
	size_t start = strlen(before), i, len;
	struct multipart m;
	struct piece piece;

	(void)state;
	memcpy(body, before, start);
	for (i = 0; i < 1024; i++)
		body[start + i] = (uint8_t)i;
	memcpy(body + start + 1024, behind, strlen(behind));
	len = start + 1024 + strlen(behind);
	multipart_start(&m, slice_on(body, len), slice_text("--b"), false);
	assert_true(multipart_next(&m, &piece));
	assert_int_equal(piece.body.len, 1024);
	assert_ptr_equal(piece.body.at, body + start);
	assert_false(multipart_next(&m, &piece));
	assert_false(multipart_next(&m, &piece));
}

static void
head_is_the_headers_and_their_empty_line(void **state)
{
	struct multipart m;
	struct piece piece;

	(void)state;
	multipart_start(&m, slice_text("--b\r\n" HEAD "one\r\n--b--"),
	    slice_text("--b"), false);
	assert_true(multipart_next(&m, &piece));
	assert_true(slice_same(piece.head, slice_text(HEAD)));
}

/* A boundary of `len` equal letters in a body of runs of them. */
static size_t
pieces_in_runs(size_t len, size_t total, char letter)
{
	AUTO_FREE char *delimiter = malloc(len + 3);
	AUTO_FREE uint8_t *body = malloc(total);
	struct multipart m;
	struct piece piece;
	size_t count = 0;

	assert_non_null(delimiter);
	assert_non_null(body);
	memset(delimiter, '-', 2);
	memset(delimiter + 2, letter, len);
	delimiter[len + 2] = '\0';
	memset(body, letter, total);
	for (size_t at = 0; at + 3 < total; at += len)
		memcpy(body + at, "\n--", 3);
	multipart_start(&m, slice_on(body, total), slice_text(delimiter),
	    true);
	while (multipart_next(&m, &piece))
		count++;
	return count;
}

/* These would not end within a test's time if the search were quadratic. */
static void
hostile_boundary_takes_linear_time(void **state)
{
	(void)state;
	pieces_in_runs(10000, 32 << 20, 'a');
	pieces_in_runs(200, 32 << 20, 'a');
	pieces_in_runs(10000, 32 << 20, '-');
	pieces_in_runs(3, 32 << 20, '-');
}

static void
hundred_thousand_parts_are_counted(void **state)
{
	static const char part[] = "--b\r\nA: b\r\n\r\none\r\n";
	const size_t len = strlen(part), parts = 100000;
	AUTO_FREE char *body = malloc(parts * len);
	struct multipart m;
	struct piece piece;
	size_t i, count = 0;

	(void)state;
	assert_non_null(body);
	for (i = 0; i < parts; i++)
		memcpy(body + i * len, part, len);
	multipart_start(&m, slice_on(body, parts * len), slice_text("--b"),
	    false);
	while (multipart_next(&m, &piece))
		count++;
	assert_int_equal(count, parts);
	assert_int_equal(multipart_end(&m), MULTIPART_CUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(body_is_split_where_readers_split_it),
		cmocka_unit_test(
		    odd_body_is_split_at_every_boundary_by_the_loose_reading),
		cmocka_unit_test(every_byte_of_a_binary_part_is_in_it),
		cmocka_unit_test(head_is_the_headers_and_their_empty_line),
		cmocka_unit_test(hostile_boundary_takes_linear_time),
		cmocka_unit_test(hundred_thousand_parts_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
