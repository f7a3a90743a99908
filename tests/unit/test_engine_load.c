/* SPDX-License-Identifier: GPL-2.0-only */
#include "engine_fixture.h"

#include "config/settings_rows.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *file, *text, *reason;
} broken[] = {
	{ "bad.ndb", "Bad.One:0:0:xyz\n", "Malformed" },
	{ "empty.ndb", "", "Malformed" },
	{ "short.cvd", "garbage", "" },
	{ "bad.hdb", "zz:68:Bad.Hash\n", "" },
	{ "cut.ldb", "Cut.One;Engine:51-255,Target:0;0&1;41424344\n", "" },
};

static void
a_broken_file_stops_the_load_with_its_name(void **state)
{
	struct engine *engine;
	struct signature_info info;
	struct err err;
	char path[PATH_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(broken); i++) {
		engine = fresh();
		info = (struct signature_info){ .count = 0 };
		snprintf(path, sizeof path, "%s/db/%s", folder, broken[i].file);
		write_file(path, broken[i].text);
		err.text[0] = '\0';
		if (ops->load(engine, inside("db"), &info, &err) != -1)
			fail_msg("%s was loaded", broken[i].file);
		if (strstr(err.text, path) == NULL ||
		    strstr(err.text, broken[i].reason) == NULL)
			fail_msg("%s: the reason is \"%s\"", broken[i].file,
			    err.text);
		assert_int_equal(unlink(path), 0);
		ops->free(&engine);
	}
}

/* libclamav says three lines, two of them with the path: more than there is
 * room for. */
static void
a_reason_that_is_too_long_begins_with_a_whole_line(void **state)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	char place[256], path[256 + 16];
	struct err err;
	const char *said;

	(void)state;
	snprintf(place, sizeof place, "%s/%0150d", inside("db"), 0);
	assert_int_equal(mkdir(place, 0700), 0);
	snprintf(path, sizeof path, "%s/bad.hdb", place);
	write_file(path, "nonsense\n");
	assert_int_equal(ops->load(engine, place, &info, &err), -1);
	said = strstr(err.text, "Malformed database: ");
	assert_non_null(said);
	said += strlen("Malformed database: ");
	if (strncmp(said, "cli_loaddbdir: ", 15) != 0)
		fail_msg("it begins with \"%s\"", said);
	assert_non_null(strstr(said, path));
	ops->free(&engine);
}

static void
a_folder_in_place_of_a_file_is_named(void **state)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct err err;

	(void)state;
	assert_int_equal(mkdir(inside("db/odd.ndb"), 0700), 0);
	assert_int_equal(ops->load(engine, inside("db"), &info, &err), -1);
	assert_non_null(strstr(err.text, "db/odd.ndb: not a regular file"));
	ops->free(&engine);
}

static void
a_file_that_may_not_be_read_is_named(void **state)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct err err;

	(void)state;
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(chmod(inside("db"), 0755), 0);
	write_file(inside("db/closed.ndb"), "Closed.One:0:0:41424344\n");
	assert_int_equal(chmod(inside("db/closed.ndb"), 0), 0);
	if (getuid() == 0)	/* who can read everything */
		assert_int_equal(seteuid(61771), 0);
	assert_int_equal(ops->load(engine, inside("db"), &info, &err), -1);
	assert_non_null(strstr(err.text, "closed.ndb: Permission denied"));
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	ops->free(&engine);
}

static void
a_missing_or_empty_folder_adds_no_set(void **state)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct err err;

	(void)state;
	write_file(inside("db/README.txt"), "not a signature\n");
	assert_int_equal(ops->load(engine, inside("db"), &info, &err), 0);
	assert_int_equal(ops->load(engine, inside("none"), &info, &err), 0);
	assert_int_equal(info.set_count, 0);
	assert_int_equal(info.count, 0);
	ops->free(&engine);
}

static void
a_file_that_finds_nothing_counts_no_signature(void **state)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct err err;

	(void)state;
	write_file(inside("db/own.ign2"), "Some.Name-1\n");
	assert_int_equal(ops->load(engine, inside("db"), &info, &err), 0);
	assert_int_equal(info.set_count, 1);
	assert_int_equal(info.sets[0].count, 0);
	ops->free(&engine);
}

static void
sets_are_told_with_name_count_and_time(void **state)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct stat st;
	struct err err;

	(void)state;
	write_file(inside("db/own.ndb"),
	    "One.Test:0:*:6f6e652d746573742d6d61726b\n"
	    "Two.Test:0:*:74776f2d746573742d6d61726b\n");
	assert_int_equal(stat(inside("db/own.ndb"), &st), 0);
	assert_int_equal(ops->load(engine, inside("db"), &info, &err), 0);
	assert_int_equal(ops->load_builtin(engine, &info, &err), 0);
	assert_int_equal(info.set_count, 2);
	assert_string_equal(info.sets[0].name, "own.ndb");
	assert_int_equal(info.sets[0].count, 2);
	assert_int_equal(info.sets[0].time, st.st_mtime);
	assert_int_equal(info.sets[0].builtin, 0);
	assert_string_equal(info.sets[1].name, "built-in");
	assert_int_equal(info.sets[1].builtin, 1);
	assert_int_equal(info.count, 4);
	assert_memory_equal(info.engine, "ClamAV 1.", 9);
	ops->free(&engine);
}

static void
the_suffix_of_unsigned_signatures_is_not_shown(void **state)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct verdict verdict;
	struct err err;

	(void)state;
	write_file(inside("db/own.ndb"),
	    "One.Test:0:*:6f6e652d746573742d6d61726b\n");
	assert_int_equal(ops->load(engine, inside("db"), &info, &err), 0);
	assert_int_equal(ops->load_builtin(engine, &info, &err), 0);
	assert_int_equal(ops->prepare(engine, &err), 0);
	ops->scan(engine, "the one-test-mark", 17, 0, &verdict);
	assert_string_equal(verdict.name, "One.Test");
	ops->free(&engine);
}

/* Digest of EICAR. */
#define EICAR_LINE "44d88612fea8a8f36de82e1278abb02f:68:Win.Test.EICAR_HDB-1\n"
#define OTHER_LINE "00d88612fea8a8f36de82e1278abb02f:68:Some.Other-1\n"

static const struct {
	const char *file, *text, *more;
	unsigned builtin;
	const char *reason;		/* NULL: prepares */
} official[] = {
	{ "own.hdb", OTHER_LINE, "", 2, NULL },
	{ "main.hdb", EICAR_LINE, "", 1, NULL },
	{ "daily.hdb", EICAR_LINE, "", 1, NULL },
	{ "daily.HDB", EICAR_LINE, "", 1, NULL },
	{ "daily-of-mine.hdb", OTHER_LINE, "", 2, NULL },
	{ "mydaily.hdb", OTHER_LINE, "", 2, NULL },
	{ "daily.hdb", OTHER_LINE, "", 1, "daily.hdb is loaded, but" },
	{ "main.hdb", OTHER_LINE, "", 1, "main.hdb is loaded, but" },
	{ "main.hdb", EICAR_LINE, "Win.Test.EICAR_HDB-1\n", 1, "ignore list" },
};

static void
eicar_must_be_found_by_main_or_daily_where_one_is_there(void **state)
{
	struct signature_info info;
	struct engine *engine;
	struct err err;
	char path[PATH_MAX];
	size_t i;
	int failed;

	(void)state;
	for (i = 0; i < COUNT(official); i++) {
		engine = fresh();
		info = (struct signature_info){ .count = 0 };
		snprintf(path, sizeof path, "%s/db/%s", folder,
		    official[i].file);
		write_file(path, official[i].text);
		write_file(inside("db/own.ign2"), official[i].more);
		if (*official[i].more == '\0')
			assert_int_equal(unlink(inside("db/own.ign2")), 0);
		assert_int_equal(ops->load(engine, inside("db"), &info, &err),
		    0);
		assert_int_equal(ops->load_builtin(engine, &info, &err), 0);
		assert_int_equal(info.sets[info.set_count - 1].count,
		    official[i].builtin);
		failed = ops->prepare(engine, &err);
		assert_int_equal(failed, official[i].reason != NULL ? -1 : 0);
		if (failed && strstr(err.text, official[i].reason) == NULL)
			fail_msg("%s: %s", official[i].file, err.text);
		assert_int_equal(unlink(path), 0);
		ops->free(&engine);
	}
}

static void
a_limit_of_zero_is_refused(void **state)
{
	struct engine_limits none = limits;
	struct engine *engine = NULL;
	struct err err;

	(void)state;
	none.files = 0;
	assert_int_equal(ops->new(&engine, &none, folder, &err), -1);
	assert_null(engine);
}

static int
prepare_with(uint32_t recursion, uint32_t files, struct err *err)
{
	const struct engine_limits least = {
		.scan_max = setting_find("scan.max")->least,
		.recursion = recursion,
		.files = files,
		.time_limit_ms = 1000,
	};
	struct signature_info info = { .count = 0 };
	struct engine *engine = NULL;
	int failed;

	if (ops->new(&engine, &least, inside("scratch"), err) == -1 ||
	    ops->load_builtin(engine, &info, err) == -1)
		fail_msg("%s", err->text);
	failed = ops->prepare(engine, err);
	ops->free(&engine);
	return failed;
}

/* One less, and a common page of the web is too deep: no gateway. */
static void
the_least_limits_that_may_be_set_are_just_enough_to_start(void **state)
{
	uint32_t recursion = (uint32_t)setting_find("scan.recursion")->least;
	uint32_t files = (uint32_t)setting_find("scan.files")->least;
	struct err err = { "" };

	(void)state;
	if (prepare_with(recursion, files, &err) == -1)
		fail_msg("%s", err.text);
	assert_int_equal(prepare_with(recursion - 1, files, &err), -1);
	assert_non_null(strstr(err.text, "MaxRecursion"));
	assert_int_equal(prepare_with(recursion, files - 1, &err), -1);
	assert_non_null(strstr(err.text, "MaxFiles"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(
		    eicar_must_be_found_by_main_or_daily_where_one_is_there),
		IN_FOLDER(a_broken_file_stops_the_load_with_its_name),
		IN_FOLDER(a_reason_that_is_too_long_begins_with_a_whole_line),
		IN_FOLDER(a_folder_in_place_of_a_file_is_named),
		IN_FOLDER(a_file_that_may_not_be_read_is_named),
		IN_FOLDER(a_missing_or_empty_folder_adds_no_set),
		IN_FOLDER(a_file_that_finds_nothing_counts_no_signature),
		IN_FOLDER(sets_are_told_with_name_count_and_time),
		IN_FOLDER(the_suffix_of_unsigned_signatures_is_not_shown),
		IN_FOLDER(a_limit_of_zero_is_refused),
		IN_FOLDER(
		    the_least_limits_that_may_be_set_are_just_enough_to_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
