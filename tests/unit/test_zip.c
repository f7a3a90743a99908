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

#include "containers.h"
#include "unpack/zip.h"

static char said[4096];
static size_t spent, most, visits;

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

static const struct sink sink = { NULL, spend, visit, visit, note };

static bool
walk(const void *bytes, size_t len)
{
	struct zip_extent zip = { .whole = true };
	bool on;

	*said = '\0';
	spent = visits = 0;
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zip_that_all_read_alike_is_whole),
		cmocka_unit_test(what_is_no_zip_is_passed_over),
		cmocka_unit_test(each_cut_is_told),
		cmocka_unit_test(what_no_directory_names_is_visited_and_told),
		cmocka_unit_test(more_archives_than_anybody_packs_are_told),
		cmocka_unit_test(it_ends_when_the_sink_wants_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
