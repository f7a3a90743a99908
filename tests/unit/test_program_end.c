/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "said.h"
#include "unpack/places.h"
#include "unpack/program_end.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define ROOM 1024

static void
put(uint8_t *at, unsigned len, bool big, uint64_t value)
{
	unsigned i;

	for (i = 0; i < len; i++)
		at[big ? len - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

/* One segment up to 200, one section up to 300, one that has no bytes, and the
 * table of these up to where it ends. */
static size_t
elf(uint8_t *b, bool wide, bool big)
{
	const unsigned width = wide ? 8 : 4, sizes = wide ? 54 : 42;
	const unsigned segment = wide ? 56 : 32, section = wide ? 64 : 40;
	const size_t parts = 64, sections = 310;
	uint8_t *s = b + sections;

	memcpy(b, "\x7f" "ELF", 4);
	b[4] = wide ? 2 : 1;
	b[5] = big ? 2 : 1;
	put(b + (wide ? 32 : 28), width, big, parts);
	put(b + (wide ? 40 : 32), width, big, sections);
	put(b + sizes, 2, big, segment);
	put(b + sizes + 2, 2, big, 1);
	put(b + sizes + 4, 2, big, section);
	put(b + sizes + 6, 2, big, 2);
	put(b + parts + (wide ? 8 : 4), width, big, 120);
	put(b + parts + (wide ? 32 : 16), width, big, 80);
	put(s + 4, 4, big, 1);
	put(s + (wide ? 24 : 16), width, big, 200);
	put(s + (wide ? 32 : 20), width, big, 100);
	s += section;
	put(s + 4, 4, big, 8);
	put(s + (wide ? 24 : 16), width, big, 300);
	put(s + (wide ? 32 : 20), width, big, 900);
	return sections + 2 * section;
}

static size_t
pe(uint8_t *b, bool wide, unsigned certificate)
{
	uint8_t *own = b + 64 + 24;
	const size_t sections = 64 + 24 + 240;

	memcpy(b, "MZ", 2);
	put(b + 60, 4, false, 64);
	memcpy(b + 64, "PE\0\0", 4);
	put(b + 64 + 6, 2, false, 1);
	put(b + 64 + 20, 2, false, 240);
	put(own, 2, false, wide ? 0x20b : 0x10b);
	put(own + (wide ? 112 : 96) + 32, 4, false, 520);
	put(own + (wide ? 112 : 96) + 36, 4, false, certificate);
	put(b + sections + 16, 4, false, 112);
	put(b + sections + 20, 4, false, 400);
	return certificate > 0 ? 520 + certificate : 520;
}

static size_t
pe_with_symbols(uint8_t *b)
{
	(void)pe(b, false, 0);
	put(b + 64 + 12, 4, false, 512);
	put(b + 64 + 16, 4, false, 2);
	put(b + 512 + 36, 4, false, 9);
	return 512 + 36 + 9;
}

static size_t
make(uint8_t *b, unsigned which)
{
	memset(b, 0, ROOM);
	if (which < 4)
		return elf(b, which & 1, which & 2);
	return which < 8 ? pe(b, which & 1, which & 2 ? 40 : 0) :
	    pe_with_symbols(b);
}

static void
a_program_ends_behind_its_last_part(void **state)
{
	uint8_t b[ROOM];
	unsigned which;
	size_t end;

	(void)state;
	for (which = 0; which < 9; which++) {
		end = make(b, which);
		assert_int_equal(program_end(slice_on(b, ROOM)), end);
		assert_int_equal(program_end(slice_on(b, end)), end);
	}
}

/* With no byte behind it that could be read. */
static void
one_that_is_cut_has_no_tail_that_matters(void **state)
{
	uint8_t b[ROOM], *copy;
	unsigned which;
	size_t len;

	(void)state;
	for (which = 0; which < 9; which++)
		for (len = make(b, which); len-- > 1;) {
			copy = malloc(len);
			assert_non_null(copy);
			memcpy(copy, b, len);
			assert_true(program_end(slice_on(copy, len)) <= len);
			free(copy);
		}
}

static void
tables_without_an_end_have_one(void **state)
{
	uint8_t b[ROOM];

	(void)state;
	memset(b, 0xff, sizeof b);
	memcpy(b, "\x7f" "ELF", 4);
	assert_int_equal(program_end(slice_on(b, ROOM)), ROOM);
	memcpy(b, "MZ", 2);
	assert_int_equal(program_end(slice_on(b, ROOM)), ROOM);
	put(b + 60, 4, false, 64);
	memcpy(b + 64, "PE\0\0", 4);
	assert_int_equal(program_end(slice_on(b, ROOM)), ROOM);
}

static void
nothing_else_is_a_program(void **state)
{
	static const char *const others[] = { "#!/bin/sh\n", "MZ", "\177EL",
		"MZ and so on", "" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(others); i++)
		assert_int_equal(program_end(slice_text(others[i])),
		    strlen(others[i]));
}

/* 80 digits of base64. */
static void
what_has_no_mark_is_looked_for_behind_it(void **state)
{
	static const char text[] = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
	    "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB";
	static const struct places_known none = { .first = NULL };
	uint8_t b[ROOM];
	const size_t end = make(b, 1);

	(void)state;
	memcpy(b + end, text, sizeof text - 1);
	start();
	assert_true(places_read(slice_on(b, end + sizeof text - 1), &none, "",
	    &sink));
	assert_string_equal(said, "behind 80");
	start();
	b[end - 1] = 'x';
	assert_true(places_read(slice_on(b, end + 9), &none, "", &sink));
	assert_string_equal(said, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_ends_behind_its_last_part),
		cmocka_unit_test(one_that_is_cut_has_no_tail_that_matters),
		cmocka_unit_test(tables_without_an_end_have_one),
		cmocka_unit_test(nothing_else_is_a_program),
		cmocka_unit_test(what_has_no_mark_is_looked_for_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
