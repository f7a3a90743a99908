/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/number.h"

static char folder[64], path[96], fresh[96];

static int
setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/glassgate-file-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/F", folder);
	snprintf(fresh, sizeof fresh, "%s/F.new", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(path);
	rmdir(fresh);
	return rmdir(folder);
}

static void
expect_text(const char *want)
{
	char text[64] = "";
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	assert_true(fread(text, 1, sizeof text - 1, in) > 0);
	fclose(in);
	assert_string_equal(text, want);
}

static void
file_is_replaced_whole_and_has_its_mode(void **state)
{
	struct stat st;
	struct err err;

	(void)state;
	assert_int_equal(file_replace(path, "one", 3, 0444, &err), 0);
	expect_text("one");
	assert_int_equal(symlink(path, fresh), 0);	/* of one who died */
	assert_int_equal(file_replace(path, "two", 3, 0600, &err), 0);
	expect_text("two");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(access(fresh, F_OK), -1);
}

static void
what_was_there_stays_when_it_fails(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(file_replace(path, "one", 3, 0600, &err), 0);
	assert_int_equal(mkdir(fresh, 0700), 0);
	assert_int_equal(file_replace(path, "two", 3, 0600, &err), -1);
	assert_non_null(strstr(err.text, fresh));
	expect_text("one");
}

static void
sizes_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *text;
		int count, bytes;	/* 0: it is one */
		uint64_t value;
	} cases[] = {
		{ "17", 0, 0, 17 }, { "0", 0, 0, 0 },
		{ "3K", -1, 0, 3072 }, { "2G", -1, 0, 2147483648 },
		{ "18446744073709551615G", -1, 0, UINT64_MAX },
		{ "", -1, -1, 0 }, { "-1", -1, -1, 0 }, { " 1", -1, -1, 0 },
		{ "1T", -1, -1, 0 }, { "1KB", -1, -1, 0 }, { "K", -1, -1, 0 },
	};
	uint64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(number_read(cases[i].text, &value),
		    cases[i].count);
		assert_int_equal(number_read_bytes(cases[i].text, &value),
		    cases[i].bytes);
		if (cases[i].bytes == 0)
			assert_true(value == cases[i].value);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(file_is_replaced_whole_and_has_its_mode),
		TEST(what_was_there_stays_when_it_fails),
		TEST(sizes_are_read_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
