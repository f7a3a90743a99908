/* SPDX-License-Identifier: GPL-2.0-only */
/* Zips whose end is told by several records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "containers.h"
#include "unpack/zip.h"

static char said[4096];

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
	(void)len;
	return true;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	(void)ctx;
	(void)bytes;
	(void)len;
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

static struct zip_extent zip;

static bool
walk(const struct bytes *b)
{
	const struct sink sink = { NULL, spend, visit, visit, visit, note };

	*said = '\0';
	assert_true(zip_walk(slice_on(b->data, b->len), "", &sink, &zip));
	return zip.whole;
}

static void
put(struct bytes *b, size_t at, unsigned value, unsigned len)
{
	for (; len > 0; len--, value >>= 8)
		b->data[at++] = (uint8_t)value;
}

static void
add_number(struct bytes *b, unsigned value, unsigned len)
{
	bytes_add(b, "\0\0\0\0\0\0\0\0", len);
	put(b, b->len - len, value, len < 4 ? len : 4);
}

/* Closes a zip of one member by a zip64 end record, which begins here. */
static size_t
widen(struct bytes *b, struct zip *z)
{
	const unsigned size = (unsigned)z->directory.len;
	size_t at;

	*b = zip_close(z);
	b->len -= 22;
	at = b->len;
	bytes_add(b, "PK\6\6\54\0\0\0\0\0\0\0-\0-\0\0\0\0\0\0\0\0\0", 24);
	add_number(b, 1, 8);
	add_number(b, 1, 8);
	add_number(b, size, 8);
	add_number(b, (unsigned)at - size, 8);
	return at;
}

static void
add_locator(struct bytes *b, size_t at)
{
	bytes_add(b, "PK\6\7\0\0\0\0", 8);
	add_number(b, (unsigned)at, 8);
	add_number(b, 1, 4);
}

/* All that it could say is in the zip64 one. */
static const char end_of_ones[] = "PK\5\6\0\0\0\0\377\377\377\377"
    "\377\377\377\377\377\377\377\377\0";

/* Of "a", in which another is: where the zip64 ends of both are. */
static struct bytes
one_in_another(size_t *first_out, size_t *second_out)
{
	struct zip inner = { .members = 0 }, outer = { .members = 0 };
	struct bytes in, out;

	zip_add(&inner, "e", "evil", 4);
	*first_out = 30 + 1 + widen(&in, &inner);
	zip_add(&outer, "a", in.data, in.len);
	bytes_free(&in);
	*second_out = widen(&out, &outer);
	return out;
}

static void
each_zip64_end_is_read(void **state)
{
	size_t first, second;
	struct bytes b = one_in_another(&first, &second), c = { NULL, 0 };

	(void)state;
	bytes_add(&c, b.data, b.len);
	add_locator(&c, second);
	bytes_add(&c, end_of_ones, 22);
	assert_true(walk(&c));
	assert_string_equal(said, "a");
	assert_int_equal(zip.to, c.len);
	bytes_free(&c);
	add_locator(&b, first);
	bytes_add(&b, end_of_ones, 22);
	assert_false(walk(&b));
	assert_string_equal(said, "a, e, Zip.Ends");
	bytes_free(&b);
}

/* The zip64 end is in front of a directory of "e", whose comment ends with the
 * locator. Who misses it takes that for the directory. */
static void
an_end_is_read_without_a_zip64_one_elsewhere(void **state)
{
	struct zip one = { .members = 0 }, other = { .members = 0 };
	struct bytes b, c;
	size_t at, size;

	(void)state;
	zip_add(&one, "a", "one", 3);
	at = widen(&b, &one);
	zip_add(&other, "e", "evil", 4);
	c = zip_close(&other);
	/* the member, its entry with a comment of 20 */
	bytes_add(&b, c.data, 30 + 1 + 4);
	put(&c, 35 + 32, 20, 2);
	bytes_add(&b, c.data + 35, 46 + 1);
	add_locator(&b, at);
	size = 46 + 1 + 20;
	/* readers add what is missing: the offset is that of the entry, less
	 * where its member begins */
	bytes_add(&b, "PK\5\6\0\0\0\0\1\0\1\0", 12);
	add_number(&b, (unsigned)size, 4);
	add_number(&b, 35, 4);
	add_number(&b, 0, 2);
	assert_false(walk(&b));
	assert_string_equal(said, "a, Zip.Ends, e, Zip.Ends");
	bytes_free(&b);
	bytes_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_zip64_end_is_read),
		cmocka_unit_test(an_end_is_read_without_a_zip64_one_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
