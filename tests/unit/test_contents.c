/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "containers.h"
#include "unpack/contents.h"
#include "unpack/seen.h"
#include "wire/outcome.h"

/* What a reader said, in words. */
struct heard {
	char text[1024];
	size_t spent, most;
};

static void
hear(struct heard *heard, const char *a, const char *b)
{
	size_t len = strlen(heard->text);

	snprintf(heard->text + len, sizeof heard->text - len, "%s%s%s%s",
	    len > 0 ? ", " : "", a, *b != '\0' ? " " : "", b);
}

static bool
spend(void *ctx, size_t len)
{
	struct heard *heard = ctx;

	heard->spent += len;
	return heard->spent <= heard->most;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	char size[64];

	snprintf(size, sizeof size, "%zu:%c", len, bytes[len - 1]);
	hear(ctx, name, size);
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)name;
	hear(ctx, outcome_name(outcome), cause);
}

static struct heard
read_with(const void *bytes, size_t len, size_t most)
{
	struct heard heard = { .most = most };
	const struct sink sink = { &heard, spend, visit, visit, visit, note };
	struct contents *contents = contents_open(bytes, len);

	if (contents == NULL)
		hear(&heard, "none", "");
	else if (!contents_read(contents, "", &sink))
		hear(&heard, "ended", "");
	contents_close(&contents);
	return heard;
}

static void
assert_reads(const void *bytes, size_t len, const char *want)
{
	struct heard heard = read_with(bytes, len, SIZE_MAX);

	assert_string_equal(heard.text, want);
}

/* It may look like one, for want of a mark. */
static void
assert_says_nothing(const void *bytes, size_t len)
{
	struct heard heard = read_with(bytes, len, SIZE_MAX);

	if (strcmp(heard.text, "none") != 0)
		assert_string_equal(heard.text, "");
}

static struct bytes
zip_of_two(void)
{
	struct zip z = { .members = 0 };

	zip_add(&z, "a", "one", 3);
	zip_add(&z, "empty", "", 0);
	zip_add(&z, "b/c", "three", 5);
	return zip_close(&z);
}

static void
members_come_by_name_but_empty_ones(void **state)
{
	struct bytes b = zip_of_two();

	(void)state;
	assert_reads(b.data, b.len, "a 3:e, b/c 5:e");
	bytes_free(&b);
}

static void
the_content_of_a_packed_file_comes(void **state)
{
	struct bytes b = { NULL, 0 }, packed;

	(void)state;
	bytes_add(&b, "some text", 9);
	packed = gzip_of(&b);
	assert_reads(packed.data, packed.len, "content 9:t");
	packed.len -= 4;
	assert_reads(packed.data, packed.len, "damaged Container.Cut");
	packed.data[12] ^= 1;
	assert_reads(packed.data, packed.len, "damaged Container.Broken");
	bytes_free(&packed);
}

static void
what_is_no_container_is_none(void **state)
{
	static const char *const bodies[] = {
		"x", "text", "begin the day\nend\n", "<html></html>",
		"PK", "]", "\x1f\x9d", "\x37\xbf", "BZ", "MZ",
		"\xc7\x71 words that begin like a cpio and are none",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bodies / sizeof *bodies; i++)
		assert_says_nothing(bodies[i], strlen(bodies[i]));
	assert_null(contents_open(NULL, 0));
}

static void
a_weak_mark_alone_is_no_damage(void **state)
{
	static const char lzma[] = "]\0\0\x10\0\xff\xff\xff\xff\xff\xff\xff\xff"
	    "\xffno such thing, but it begins like one";
	static const char compress[] = "\x1f\x9d\xff nothing";

	(void)state;
	assert_says_nothing(lzma, sizeof lzma - 1);
	assert_says_nothing(compress, sizeof compress - 1);
}

/* As 7-Zip's own library has them. */
/* One random body in 30,000 begins with the two bytes of a binary cpio, and its
 * next say anything. */
/* Else libarchive is not asked of a zip. */
static void
a_zip_that_may_be_something_else_is_told(void **state)
{
	static uint8_t bytes[40000];

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	memcpy(bytes, "PK\3\4", 4);
	assert_true(contents_only_zip(bytes, sizeof bytes));
	assert_false(contents_only_zip(bytes + 1, sizeof bytes - 1));
	memcpy(bytes + 32769, "CD001", 5);
	assert_false(contents_only_zip(bytes, sizeof bytes));
	bytes[32769] = 'x';
	memcpy(bytes + 148, "012345\0 ", 8);
	assert_false(contents_only_zip(bytes, sizeof bytes));
	bytes[148] = 'x';
	memcpy(bytes + 1000, "\nbegin 644 a\n", 13);
	assert_false(contents_only_zip(bytes, sizeof bytes));
}

static void
a_binary_cpio_by_chance_is_no_damage(void **state)
{
	uint8_t bytes[60000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)"\x71\xc7\x1c"[i % 3];
	assert_null(strstr(read_with(bytes, sizeof bytes, SIZE_MAX).text,
	    "damaged"));
}

static void
the_marks_that_a_program_knows_are_no_damage(void **state)
{
	static uint8_t program[200000] = "\x7f" "ELF";

	(void)state;
	memcpy(program + 0x10100, "Rar!\x1a\7\0", 7);
	assert_says_nothing(program, sizeof program);
	memcpy(program, "MZ\0\0", 4);
	assert_says_nothing(program, sizeof program);
}

static void
a_cut_container_is_damaged(void **state)
{
	struct bytes b = zip_of_two();

	(void)state;
	/* without its directory, and in its last member: what is there of it
	 * comes, too */
	assert_reads(b.data, 105, "a 3:e, damaged Container.Cut, b/c 3:r");
	bytes_free(&b);
}

static void
an_encrypted_member_is_told(void **state)
{
	struct zip z = { .members = 0 };
	struct bytes b;

	(void)state;
	zip_add_encrypted(&z, "secret", "whatever it is", 14);
	b = zip_close(&z);
	assert_reads(b.data, b.len, "encrypted Container.Encrypted");
	bytes_free(&b);
}

static void
nothing_more_comes_when_the_sink_wants_no_more(void **state)
{
	struct zip z = { .members = 0 };
	struct heard heard;
	struct bytes b;

	(void)state;
	zip_add_large(&z, "large", 64 << 20, "end", 3);
	b = zip_close(&z);
	heard = read_with(b.data, b.len, 1 << 20);
	assert_string_equal(heard.text, "ended");
	assert_true(heard.spent <= 2 << 20);
	bytes_free(&b);
}

static void
it_prepares(void **state)
{
	struct err err = { "" };

	(void)state;
	assert_int_equal(contents_prepare(&err), 0);
	assert_int_equal(contents_prepare(&err), 0);
}

/* --- seen --- */

static struct digest
numbered(unsigned n)
{
	return digest_of(&n, sizeof n);
}

static void
what_was_seen_is_known_and_nothing_else(void **state)
{
	struct seen seen = { .count = 0 };
	struct digest d;
	unsigned i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		d = numbered(i);
		assert_false(seen_has(&seen, &d));
		seen_add(&seen, &d);
		seen_add(&seen, &d);
	}
	assert_int_equal(seen.count, 2000);
	for (i = 0; i < 4000; i++) {
		d = numbered(i);
		assert_int_equal(seen_has(&seen, &d), i < 2000);
	}
	seen_free(&seen);
	assert_int_equal(seen.count, 0);
}

static void
a_line_that_begins_a_uuencoded_file_is_likely_at_each_byte(void **state)
{
	uint8_t text[700];
	size_t at;

	(void)state;
	for (at = 0; at < 600; at++) {
		memset(text, 'g', sizeof text);
		memcpy(text + at, "begin", 5);
		if (at > 0) {
			assert_false(contents_likely(text, sizeof text));
			text[at - 1] = at % 2 == 1 ? '\n' : '\r';
		}
		assert_true(contents_likely(text, sizeof text));
		assert_true(contents_likely(text, at + 5));
		assert_false(contents_likely(text, at + 4));
	}
}

static void
a_full_set_forgets(void **state)
{
	struct seen seen = { .count = 0 };
	struct digest d;
	unsigned i;

	(void)state;
	for (i = 0; i < SEEN_MAX + 10; i++) {
		d = numbered(i);
		seen_add(&seen, &d);
	}
	assert_int_equal(seen.count, SEEN_MAX);
	assert_false(seen_has(&seen, &d));
	seen_free(&seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_prepares),
		cmocka_unit_test(members_come_by_name_but_empty_ones),
		cmocka_unit_test(the_content_of_a_packed_file_comes),
		cmocka_unit_test(what_is_no_container_is_none),
		cmocka_unit_test(a_weak_mark_alone_is_no_damage),
		cmocka_unit_test(a_zip_that_may_be_something_else_is_told),
		cmocka_unit_test(a_binary_cpio_by_chance_is_no_damage),
		cmocka_unit_test(the_marks_that_a_program_knows_are_no_damage),
		cmocka_unit_test(a_cut_container_is_damaged),
		cmocka_unit_test(an_encrypted_member_is_told),
		cmocka_unit_test(
		    nothing_more_comes_when_the_sink_wants_no_more),
		cmocka_unit_test(
		    a_line_that_begins_a_uuencoded_file_is_likely_at_each_byte),
		cmocka_unit_test(what_was_seen_is_known_and_nothing_else),
		cmocka_unit_test(a_full_set_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
