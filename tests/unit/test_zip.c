/* SPDX-License-Identifier: GPL-2.0-only */
/* What readers make of odd zips, and that nothing of it is missed, is tested
 * with those readers by tests/integration/test_containers.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "containers.h"
#include "unpack/contents.h"
#include "unpack/zip.h"

static char said[4096];
static size_t spent, most, asked, visits;

static void
say(const char *text)
{
	size_t len = strlen(said);

	snprintf(said + len, sizeof said - len, "%s%s", len > 0 ? ", " : "",
	    text);
}

static bool
spend(void *ctx, size_t len)
{
	(void)ctx;
	spent += len;
	asked++;
	return spent <= most;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	(void)ctx;
	(void)bytes;
	assert_true(len > 0);
	visits++;
	say(name);
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx;
	(void)outcome;
	(void)name;
	say(cause);
}

static const struct sink sink = { NULL, spend, visit, visit, visit, note };

static struct zip_extent zip;

static bool
walk(const void *bytes, size_t len)
{
	bool on;

	*said = '\0';
	zip = (struct zip_extent){ .whole = true };
	spent = asked = visits = 0;
	on = zip_walk(slice_on(bytes, len), "", &sink, &zip);
	assert_true(on || !zip.whole);
	return zip.whole;
}

static struct bytes
two(void)
{
	struct zip z = { .members = 0 };

	most = 1 << 20;
	zip_add(&z, "a", "one", 3);
	zip_add(&z, "b", "three", 5);
	return zip_close(&z);
}

static void
a_zip_that_all_read_alike_is_whole(void **state)
{
	struct bytes b = two();

	(void)state;
	assert_true(walk(b.data, b.len));
	assert_string_equal(said, "a, b");
	bytes_free(&b);
}

static void
what_is_no_zip_is_passed_over(void **state)
{
	static const char marks[] = "text with PK\5\6 in it, long enough to be "
	    "an end, and PK\1\2 and PK\3\4 as every unpacker has them";

	(void)state;
	most = 1 << 20;
	assert_false(walk("", 0));
	assert_false(walk("PK", 2));
	assert_false(walk(marks, sizeof marks - 1));
	assert_string_equal(said, "");
}

static void
each_cut_is_told(void **state)
{
	struct bytes b = two();
	size_t len;

	(void)state;
	for (len = 4; len < b.len; len++) {
		uint8_t *exact = malloc(len);

		assert_non_null(exact);
		memcpy(exact, b.data, len);
		assert_false(walk(exact, len));
		assert_non_null(strstr(said, "Container.Cut"));
		free(exact);
	}
	bytes_free(&b);
}

static void
what_no_directory_names_is_visited_and_told(void **state)
{
	struct bytes b = two(), c = two();

	(void)state;
	/* without the directory and the end of the first */
	b.len = 2 * (30 + 1) + 3 + 5;
	bytes_add(&b, c.data, c.len);
	assert_false(walk(b.data, b.len));
	assert_string_equal(said, "a, b, a, Zip.Hidden, b, Zip.Hidden");
	bytes_free(&b);
	bytes_free(&c);
}

/* A member that no directory names, of such a name, `gap` bytes in front of one
 * that is named; of a wrong checksum. */
static struct bytes
in_front(const char *name, size_t name_len, size_t gap)
{
	struct zip z = { .members = 0 };
	struct bytes b, out = { NULL, 0 };
	static const char first[] = "PK\3\4\12\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0\4\0\0\0\4\0\0\0\0\0\0";

	zip_add(&z, "a", "one", 3);
	b = zip_close(&z);
	bytes_add(&out, first, 30);
	out.data[26] = (uint8_t)name_len;
	out.data[27] = (uint8_t)(name_len >> 8);
	bytes_add(&out, name, name_len);
	bytes_add(&out, "evil", 4);
	while (gap-- > 0)
		bytes_add(&out, "", 1);
	bytes_add(&out, b.data, b.len);
	bytes_free(&b);
	return out;
}

static struct bytes
behind_text(struct bytes b)
{
	struct bytes out = { NULL, 0 };
	char text[99];

	memset(text, 'x', sizeof text);
	bytes_add(&out, text, sizeof text);
	bytes_add(&out, b.data, b.len);
	return out;
}

static bool
is_hidden(struct bytes b)
{
	bool whole = walk(b.data, b.len);

	assert_true(whole == (visits == 1));
	assert_true(whole == (strstr(said, "Zip.Hidden") == NULL));
	return !whole;
}

static void
an_odd_name_hides_no_member(void **state)
{
	static char long_name[4096];
	static const size_t lens[] = { 0, 2, 4096 };
	const char *names[] = { "", "e\0", long_name };
	struct bytes b, c;
	size_t i;

	(void)state;
	most = 1 << 20;
	memset(long_name, 'e', sizeof long_name);
	for (i = 0; i < 3; i++) {
		b = in_front(names[i], lens[i], 500);
		/* at the begin; behind other bytes, where it may be none */
		assert_true(is_hidden(b));
		c = behind_text(b);
		assert_false(is_hidden(c));
		/* unless its checksum is right, that of "evil" */
		memcpy(c.data + 99 + 14, "\122\61\373\215", 4);
		assert_true(is_hidden(c));
		bytes_free(&b);
		bytes_free(&c);
		/* or what is known is right behind */
		b = in_front(names[i], lens[i], 0);
		c = behind_text(b);
		assert_true(is_hidden(c));
		bytes_free(&b);
		bytes_free(&c);
	}
}

static void
more_archives_than_anybody_packs_are_told(void **state)
{
	struct bytes b = { NULL, 0 }, one = two();
	unsigned i;

	(void)state;
	/* else the offsets of each would fit the first one, too */
	bytes_add(&b, "x", 1);
	for (i = 0; i < ZIP_ENDS_MAX; i++)
		bytes_add(&b, one.data, one.len);
	assert_true(walk(b.data, b.len));
	assert_int_equal(visits, 2 * ZIP_ENDS_MAX);
	bytes_add(&b, one.data, one.len);
	assert_false(walk(b.data, b.len));
	assert_non_null(strstr(said, "Zip.Ends"));
	bytes_free(&b);
	bytes_free(&one);
}

static void
it_ends_when_the_sink_wants_no_more(void **state)
{
	struct zip z = { .members = 0 };
	struct bytes b;

	(void)state;
	zip_add_large(&z, "large", 64 << 20, "end", 3);
	b = zip_close(&z);
	most = 1 << 20;
	assert_false(walk(b.data, b.len));
	assert_string_equal(said, "");
	assert_true(spent < 2 << 20);
	bytes_free(&b);
}

/* "one", by bzip2 */
static const char one_packed[] =
    "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xbb\x70\x1b\x10"
    "\x00\x00\x01\x01\x00\x02\x01\xa0\x00\x21\x98\x19\x81\x61"
    "\x77\x24\x53\x85\x09\x0b\xb7\x01\xb1\x00";

#define PACKED (sizeof one_packed - 1)
#define CENTRAL (30 + 1 + PACKED)

static void
put(struct bytes *b, size_t at, unsigned value, unsigned len)
{
	for (; len > 0; len--, value >>= 8)
		b->data[at++] = (uint8_t)value;
}

/* Of one member, "p", whose size and checksum are those of "one". */
static struct bytes
packed_by(unsigned method)
{
	struct zip z = { .members = 0 };
	struct bytes b;

	most = 1 << 20;
	zip_add(&z, "p", one_packed, PACKED);
	b = zip_close(&z);
	put(&b, 8, method, 2);
	put(&b, 14, 0x7a6c86f1U, 4);
	put(&b, 22, 3, 4);
	put(&b, CENTRAL + 10, method, 2);
	put(&b, CENTRAL + 16, 0x7a6c86f1U, 4);
	put(&b, CENTRAL + 24, 3, 4);
	return b;
}

static void
each_member_is_read_whatever_the_directory_calls_it(void **state)
{
	static const unsigned folders[] = {
		0x10, 040755U << 16, 060644U << 16,
	};
	struct bytes b = packed_by(12);
	size_t i;

	(void)state;
	assert_true(walk(b.data, b.len));
	assert_string_equal(said, "p");
	for (i = 0; i < 3; i++) {
		put(&b, CENTRAL + 5, i == 0 ? 0 : 3, 1);
		put(&b, CENTRAL + 38, folders[i], 4);
		assert_true(walk(b.data, b.len));
		assert_string_equal(said, "p");
	}
	bytes_free(&b);
}

static void
each_archive_s_members_are_read(void **state)
{
	struct bytes b = packed_by(12), c = two();

	(void)state;
	bytes_add(&b, c.data, c.len);
	walk(b.data, b.len);
	assert_string_equal(said, "a, b, p");
	bytes_free(&b);
	/* only a member in front */
	b = packed_by(12);
	b.len = CENTRAL;
	bytes_add(&b, c.data, c.len);
	assert_false(walk(b.data, b.len));
	assert_string_equal(said, "a, b, p, Zip.Hidden");
	/* its length is told behind it, where libarchive does not look: it
	 * finds fault with what it gives */
	put(&b, 6, 8, 2);
	put(&b, 14, 0, 4);
	put(&b, 18, 0, 4);
	put(&b, 22, 0, 4);
	assert_false(walk(b.data, b.len));
	assert_string_equal(said, "a, b, Container.Broken, p, Zip.Hidden");
	bytes_free(&b);
	bytes_free(&c);
}

static void
what_nobody_opens_is_told(void **state)
{
	static const unsigned methods[] = { 1, 14, 77, 93, 95 };
	struct bytes b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof methods / sizeof *methods; i++) {
		b = packed_by(methods[i]);
		assert_false(walk(b.data, b.len));
		assert_non_null(strstr(said, "Zip.Method"));
		bytes_free(&b);
	}
}

static void
a_plain_zip_is_the_engine_s_to_open(void **state)
{
	static const unsigned methods[] = { 6, 9 };
	struct bytes b, c = two();
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		b = packed_by(methods[i]);
		assert_false(walk(b.data, b.len));
		assert_string_equal(said, "");
		put(&b, 7, 0x20, 1);
		put(&b, CENTRAL + 9, 0x20, 1);
		walk(b.data, b.len);
		assert_string_equal(said, "Zip.Method");
		put(&b, 7, 0, 1);
		put(&b, CENTRAL + 9, 0, 1);
		bytes_add(&b, c.data, c.len);
		walk(b.data, b.len);
		assert_string_equal(said, "a, b, Zip.Method");
		bytes_free(&b);
	}
	bytes_free(&c);
}

static void
its_extent_has_no_gaps(void **state)
{
	struct bytes b = two(), c = { NULL, 0 };
	static const char gap[64];

	(void)state;
	assert_true(walk(b.data, b.len));
	assert_int_equal(zip.from, 0);
	assert_int_equal(zip.to, b.len);
	/* between the members and their directory */
	bytes_add(&c, b.data, 2 * (30 + 1) + 3 + 5);
	bytes_add(&c, gap, sizeof gap);
	bytes_add(&c, b.data + c.len - sizeof gap, b.len - c.len +
	    sizeof gap);
	put(&c, c.len - 6, 2 * (30 + 1) + 3 + 5 + sizeof gap, 4);
	assert_true(walk(c.data, c.len));
	assert_string_equal(said, "a, b");
	assert_int_equal(zip.to, 0);
	bytes_free(&b);
	bytes_free(&c);
}

/* Stored, of a length that is told behind it. */
static struct bytes
streamed(unsigned count, const void *behind, size_t len)
{
	struct bytes b = { NULL, 0 };
	static const char header[31] = "PK\3\4\12\0\10\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0" "a";

	for (; count > 0; count--) {
		bytes_add(&b, header, sizeof header);
		bytes_add(&b, behind, len);
	}
	return b;
}

static void
a_descriptor_that_is_looked_for_is_paid_for(void **state)
{
	struct bytes b = streamed(2000, "", 0);

	(void)state;
	most = 1 << 30;
	assert_false(walk(b.data, b.len));
	assert_string_equal(said, "Container.Cut");
	assert_true(spent < 2 * b.len);
	bytes_free(&b);
	b = streamed(2000, "PK\7\10" "twelve bytes", 16);
	most = 10 * b.len;
	assert_false(walk(b.data, b.len));
	assert_true(spent > most && spent < most + b.len);
	bytes_free(&b);
}

/* Many members with a gap behind each, and marks of ends that are none. */
static struct bytes
marked(unsigned members, unsigned marks)
{
	struct zip z = { .members = 0 };

	for (; members > 0; members--) {
		zip_add(&z, "a", "", 0);
		bytes_add(&z.body, "", 1);
	}
	for (; marks > 0; marks--)
		bytes_add(&z.body, "PK\5\6", 4);
	return zip_close(&z);
}

static void
each_mark_of_an_end_is_paid_for_and_cheap(void **state)
{
	const unsigned members = 4000, marks = 30000;
	struct bytes b = marked(members, marks);
	const clock_t start = clock();

	(void)state;
	most = 1 << 20;
	assert_true(walk(b.data, b.len));
	assert_true(clock() - start < CLOCKS_PER_SEC);
	assert_true(asked > members + marks);
	bytes_free(&b);
}

static void
a_member_that_is_named_twice_is_told(void **state)
{
	struct zip z = { .members = 0 };
	struct bytes b;
	uint8_t entry[46 + 1];

	(void)state;
	most = 1 << 20;
	zip_add(&z, "a", "one", 3);
	memcpy(entry, z.directory.data, sizeof entry);
	bytes_add(&z.directory, entry, sizeof entry);
	z.members++;
	b = zip_close(&z);
	assert_false(walk(b.data, b.len));
	assert_string_equal(said, "a, a, Zip.Overlap");
	bytes_free(&b);
}

/* Its one member is packed by this method, and unpacks to nothing. */
static void
says_empty(struct zip *z, unsigned method)
{
	put(&z->body, 8, method, 2);
	put(&z->body, 14, 0, 4);
	put(&z->body, 22, 0, 4);
	put(&z->directory, 10, method, 2);
	put(&z->directory, 16, 0, 4);
	put(&z->directory, 24, 0, 4);
}

/* Deflated to nothing by many empty blocks. */
static void
what_unpacks_to_nothing_is_paid_for(void **state)
{
	struct zip z = { .members = 0 };
	struct bytes blocks = { NULL, 0 }, b;
	unsigned i;

	(void)state;
	for (i = 0; i < 10000; i++)
		bytes_add(&blocks, i < 9999 ? "\0\0\0\377\377" :
		    "\1\0\0\377\377", 5);
	zip_add(&z, "a", blocks.data, blocks.len);
	says_empty(&z, 8);
	b = zip_close(&z);
	most = blocks.len;
	assert_true(walk(b.data, b.len));
	assert_int_equal(spent, blocks.len);
	most--;
	assert_false(walk(b.data, b.len));
	bytes_free(&b);
	bytes_free(&blocks);
}

/* Of another method, which libarchive undoes: an empty bzip2, many times. */
static void
so_is_what_others_unpack_to_nothing(void **state)
{
	static const char empty[] = "BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0";
	struct zip z = { .members = 0 };
	struct bytes streams = { NULL, 0 }, b;
	unsigned i;

	(void)state;
	for (i = 0; i < 100; i++)
		bytes_add(&streams, empty, 14);
	zip_add(&z, "a", streams.data, streams.len);
	says_empty(&z, 12);
	b = zip_close(&z);
	most = 1 << 20;
	assert_true(walk(b.data, b.len));
	assert_in_range(spent, 1024 + 14, 1024 + streams.len);
	most = spent - 1;
	assert_false(walk(b.data, b.len));
	most = 1023;
	assert_false(walk(b.data, b.len));
	bytes_free(&b);
	bytes_free(&streams);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zip_that_all_read_alike_is_whole),
		cmocka_unit_test(what_is_no_zip_is_passed_over),
		cmocka_unit_test(each_cut_is_told),
		cmocka_unit_test(what_no_directory_names_is_visited_and_told),
		cmocka_unit_test(an_odd_name_hides_no_member),
		cmocka_unit_test(more_archives_than_anybody_packs_are_told),
		cmocka_unit_test(it_ends_when_the_sink_wants_no_more),
		cmocka_unit_test(
		    each_member_is_read_whatever_the_directory_calls_it),
		cmocka_unit_test(each_archive_s_members_are_read),
		cmocka_unit_test(what_nobody_opens_is_told),
		cmocka_unit_test(a_plain_zip_is_the_engine_s_to_open),
		cmocka_unit_test(its_extent_has_no_gaps),
		cmocka_unit_test(a_member_that_is_named_twice_is_told),
		cmocka_unit_test(what_unpacks_to_nothing_is_paid_for),
		cmocka_unit_test(so_is_what_others_unpack_to_nothing),
		cmocka_unit_test(each_mark_of_an_end_is_paid_for_and_cheap),
		cmocka_unit_test(a_descriptor_that_is_looked_for_is_paid_for),
	};

	struct err err;

	if (contents_prepare(&err) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
