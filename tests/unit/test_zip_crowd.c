/* SPDX-License-Identifier: GPL-2.0-only */
/* Zips with more members than the engine takes apart in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "containers.h"
#include "unpack/zip.h"

static void
put(struct bytes *b, size_t at, unsigned value, unsigned len)
{
	for (; len > 0; len--, value >>= 8)
		b->data[at++] = (uint8_t)value;
}

static void
a_crowd_is_seen_by_its_directory(void **state)
{
	struct zip z = { .members = 0 };
	struct bytes b;
	size_t at;

	(void)state;
	zip_add(&z, "a", "text", 4);
	zip_add(&z, "b", "", 0);
	zip_add(&z, "folder/", "", 0);
	zip_add(&z, "c", "", 0);
	zip_add(&z, "d", "text", 4);
	b = zip_close(&z);
	at = zip_crowd(slice_on(b.data, b.len), 1);
	assert_memory_equal(b.data + at, "PK\1\2", 4);
	assert_int_equal(zip_crowd(slice_on(b.data, b.len), 2), b.len);
	assert_int_equal(zip_crowd(slice_on(b.data, b.len - 22), 1),
	    b.len - 22);
	put(&b, b.len - 10, 0xffffffff, 4);	/* a directory of 4 GB */
	assert_int_equal(zip_crowd(slice_on(b.data, b.len), 1), b.len);
	assert_int_equal(zip_crowd(slice_on(NULL, 0), 0), 0);
	bytes_free(&b);
}

static size_t
crowd_of(unsigned packed, unsigned folders, bool lie, size_t limit)
{
	struct zip z = { .members = 0 };
	struct bytes b;
	unsigned i;
	size_t at;

	for (i = 0; i < packed; i++)
		zip_add(&z, "a", "text", 4);
	if (lie)
		put(&z.body, z.body.len - 5 - 12, 0, 4);
	for (i = 0; i < folders; i++)
		zip_add(&z, "folder/", "", 0);
	b = zip_close(&z);
	at = zip_crowd(slice_on(b.data, b.len), limit);
	at = at == b.len ? 0 : at;
	bytes_free(&b);
	return at;
}

/* Time with these is quadratic, but behind 1 to 99 that are not empty. */
static void
folders_that_the_engine_makes_room_for_are_a_crowd(void **state)
{
	(void)state;
	assert_int_equal(crowd_of(0, 200, false, 200), 0);
	assert_int_not_equal(crowd_of(0, 201, false, 200), 0);
	assert_int_equal(crowd_of(1, 400, false, 200), 0);
	assert_int_equal(crowd_of(99, 400, false, 200), 0);
	assert_int_not_equal(crowd_of(100, 400, false, 200), 0);
	assert_int_not_equal(crowd_of(1, 400, true, 200), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crowd_is_seen_by_its_directory),
		cmocka_unit_test(
		    folders_that_the_engine_makes_room_for_are_a_crowd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
