/* SPDX-License-Identifier: GPL-2.0-only */
/* What is looked at in the headers of archives that others open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "unpack/arj.h"
#include "unpack/cpio.h"
#include "unpack/lha.h"
#include "unpack/places.h"
#include "unpack/rar.h"

static const char *said;
static size_t spent, most;

static bool
spend(void *ctx, size_t len)
{
	(void)ctx;
	spent += len;
	return spent <= most;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	(void)ctx, (void)bytes, (void)len, (void)name;
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx, (void)outcome, (void)name;
	said = cause;
}

static const struct sink sink = { NULL, spend, visit, visit, visit, note };

static void
start(void)
{
	said = "";
	spent = 0;
	most = SIZE_MAX;
}

static void
marks_of_rar_in_what_is_read_cost_nothing(void **state)
{
	static const char mark[] = "Rar!\x1a\7\0";
	struct places_known known = { .first = NULL };
	static uint8_t marks[300 * 7];
	const struct slice body = slice_on(marks, sizeof marks);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof marks; i += 7)	/* each is a block, too */
		memcpy(marks + i, mark, 7);
	start();
	most = 100 * 64;
	assert_false(rar_check(body, "", &sink));
	assert_int_equal(spent, 101 * 64);
	known.to = body.len;
	start();
	assert_true(places_read(body, &known, "", &sink));
	assert_int_equal(spent, 299 * 64);	/* by the first alone */
}

static size_t arj_front;		/* bytes before it */

/* Of the archive and a member "a" of no bytes; one of their headers has a first
 * part as long as said, and behind it this. */
static const char *
check_arj(bool in_member, size_t first, const char *names, size_t names_len)
{
	uint8_t arj[300], *at = arj + arj_front;
	unsigned i;
	size_t len;

	memset(arj, 0, sizeof arj);
	for (i = 0; i < 2; i++) {
		len = in_member == (i == 1) ? first : 30;
		memcpy(at, "\x60\xea", 2);
		at[4] = (uint8_t)len;
		at[10] = i == 0 ? 2 : 0;
		if (in_member == (i == 1))
			memcpy(at + 4 + len, names, names_len);
		else
			at[4 + len] = 'a';
		at[2] = (uint8_t)(len += in_member == (i == 1) ? names_len : 3);
		for (len = 0; len < 4; len++)
			at[4 + at[2] + len] = (uint8_t)(crc32(0, at + 4, at[2])
			    >> 8 * len);
		at += 4 + at[2] + 4 + 2;
	}
	memcpy(at, "\x60\xea", 2);
	start();
	arj_check(slice_on(arj, (size_t)(at - arj) + 4), "", &sink);
	return said;
}

static void
a_header_of_arj_that_only_some_open_is_damaged(void **state)
{
	static const uint8_t odd[] = { 31, 32, 33, 42, 43, 45 };
	size_t i;
	int m;

	(void)state;
	for (m = 0; m < 2; m++) {
		assert_string_equal(check_arj(m, 30, "a\0", 3), "");
		assert_string_equal(check_arj(m, 34, "a\0", 3), "");
		assert_string_equal(check_arj(m, 46, "a\0c", 4), "");
		for (i = 0; i < sizeof odd; i++)
			assert_string_equal(check_arj(m, odd[i], "a\0", 3),
			    "Container.Broken");
		assert_string_equal(check_arj(m, 46, "a\0b\0", 5),
		    "Container.Broken");
		assert_string_equal(check_arj(m, 46, "a\0b", 3),
		    "Container.Broken");
		assert_string_equal(check_arj(m, 46, "abc", 3),
		    "Container.Broken");
	}
}

static void
one_behind_anything_is_unsupported_then(void **state)
{
	(void)state;
	arj_front = 33;
	assert_string_equal(check_arj(false, 30, "a\0", 3), "");
	assert_string_equal(check_arj(true, 46, "a\0c", 4), "");
	assert_string_equal(check_arj(false, 31, "a\0", 3),
	    "Container.Unsupported");
	assert_string_equal(check_arj(true, 46, "a\0b", 3),
	    "Container.Unsupported");
	arj_front = 0;
}

/* Each of these marks is followed by as long a header as there is. */
static void
marks_of_arj_cost_what_is_summed(void **state)
{
	static uint8_t marks[8000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof marks; i += 4)
		memcpy(marks + i, "\x60\xea\x28\x0a", 4);
	start();
	most = 10 * 2600;
	arj_check(slice_on(marks, sizeof marks), "", &sink);
	assert_int_equal(spent, 11 * 2600);
}

/* Two members of no bytes with a name of six; the length of one is said so. */
static const char *
check_cpio(unsigned member, const char *name_len)
{
	char cpio[2 * 116 + 1];
	unsigned i;

	for (i = 0; i < 2; i++)
		sprintf(cpio + 116 * i, "070701%088d%s%08da.com%c", 0,
		    i == member ? name_len : "00000006", 0, '\0');
	start();
	assert_true(cpio_check(slice_on(cpio, sizeof cpio - 1), "", &sink));
	return said;
}

static void
a_name_in_a_cpio_that_only_some_shorten_is_damaged(void **state)
{
	(void)state;
	assert_string_equal(check_cpio(0, "00000006"), "");
	assert_int_equal(spent, 2 * 110);
	assert_string_equal(check_cpio(1, "00001fff"), "");
	assert_string_equal(check_cpio(1, "0000200x"), "");
	assert_string_equal(check_cpio(0, "10000006"), "Container.Broken");
	assert_string_equal(check_cpio(1, "00002006"), "Container.Broken");
	start();
	most = 0;
	assert_false(cpio_check(slice_text("070701000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "000000000000000600000000"), "", &sink));
}

/* The sizes of five bytes and of one, "a" and a zero. */
static const char *
check_two(const char *size, const char *between, const char *mark)
{
	char cpio[400];
	int len = sprintf(cpio, "070701%048d%s%032d%08d%08da.com%c12345%c%c%c"
	    "%s%s%048d%08d%032d%08d%08da%c", 0, size, 0, 6, 0, 0, 0, 0, 0,
	    between, mark, 0, 0, 0, 2, 0, 0);

	start();
	assert_true(cpio_check(slice_on(cpio, (size_t)len), "", &sink));
	return said;
}

static void
a_cpio_that_only_some_can_read_is_suspicious(void **state)
{
	static const char *const odd[] = {
		"       5", "5\t      ", "0000005x", "5 000000",
	};
	size_t i;

	(void)state;
	assert_string_equal(check_two("00000005", "", "070701"), "");
	for (i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_string_equal(check_two(odd[i], "", "070701"),
		    "Cpio.Numbers");
}

static void
what_lies_between_members_of_a_cpio_is_suspicious(void **state)
{
	(void)state;
	assert_string_equal(check_two("00000005", "j", "070702"), "Cpio.Junk");
	assert_string_equal(check_two("00000005", "junk", "070701"),
	    "Cpio.Junk");
	assert_string_equal(check_two("00000004", "", "070701"), "Cpio.Junk");
	assert_string_equal(check_two("00000005", "junk", "words"), "");
	assert_string_equal(check_two("10000005", "junk", "070701"), "");
}

/* Where a kernel begins with several archives. */
static void
what_lies_behind_the_end_of_a_cpio_is_not(void **state)
{
	char cpio[400];
	int len = sprintf(cpio, "070701%088d%08d%08dTRAILER!!!%c%c%c%cjunk",
	    0, 11, 0, 0, 0, 0, 0);

	(void)state;
	memcpy(cpio + len, cpio, 124);
	start();
	assert_true(cpio_check(slice_on(cpio, (size_t)len + 124), "", &sink));
	assert_string_equal(said, "");
}

static const char *
check_lha(const char *method, uint8_t reserved, uint8_t level)
{
	uint8_t head[21] = { 25, 0 };

	memcpy(head + 2, method, 5);
	head[19] = reserved;
	head[20] = level;
	start();
	lha_check(slice_on(head, 20), "", &sink);
	assert_string_equal(said, "");
	lha_check(slice_on(head, 21), "", &sink);
	return said;
}

static void
an_lha_by_whose_head_only_some_know_it_is_damaged(void **state)
{
	(void)state;
	assert_string_equal(check_lha("-lh5-", 0x20, 1), "");
	assert_string_equal(check_lha("-lh0-", 0x20, 2), "");
	assert_string_equal(check_lha("-lh0-", 0, 0), "");	/* of DOS */
	assert_string_equal(check_lha("-lh0-", 0, 'a'), "");	/* a text */
	assert_string_equal(check_lha("-lh0?", 0, 1), "");
	assert_string_equal(check_lha("-ls0-", 0, 1), "");
	assert_string_equal(check_lha("-lh0-", 0, 1), "Container.Broken");
	assert_string_equal(check_lha("-lzs-", 0x21, 2), "Container.Broken");
	assert_string_equal(check_lha("-pm2-", 0xff, 2), "Container.Broken");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_of_rar_in_what_is_read_cost_nothing),
		cmocka_unit_test(
		    a_header_of_arj_that_only_some_open_is_damaged),
		cmocka_unit_test(one_behind_anything_is_unsupported_then),
		cmocka_unit_test(marks_of_arj_cost_what_is_summed),
		cmocka_unit_test(
		    a_name_in_a_cpio_that_only_some_shorten_is_damaged),
		cmocka_unit_test(a_cpio_that_only_some_can_read_is_suspicious),
		cmocka_unit_test(
		    what_lies_between_members_of_a_cpio_is_suspicious),
		cmocka_unit_test(what_lies_behind_the_end_of_a_cpio_is_not),
		cmocka_unit_test(
		    an_lha_by_whose_head_only_some_know_it_is_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
