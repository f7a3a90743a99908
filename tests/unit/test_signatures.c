/* SPDX-License-Identifier: GPL-2.0-only */
#include "signatures_fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
a_set_is_a_copy_with_a_manifest(void **state)
{
	struct manifest m;
	struct err err;

	(void)state;
	assert_int_equal(store_next(&store), 1);
	take(1);
	assert_int_equal(store_manifest(&store, 1, &m, &err), 0);
	assert_int_equal(m.file_count, 2);
	assert_int_equal(m.origin_count, 1);
	assert_string_equal(m.origin[0], folders.item[0]);
	assert_int_equal(m.good, 0);
	assert_int_equal(strlen(m.file[0].digest), SET_DIGEST_LEN);
	manifest_free(&m);
	assert_int_equal(access(in_place("state/deep/set-1/0/a.ndb"), R_OK),
	    0);
	assert_int_equal(store_next(&store), 2);
}

static void
what_changes_later_does_not_change_the_set(void **state)
{
	struct err err;

	(void)state;
	take(1);
	take(2);
	assert_true(store_same(&store, 1, 2));
	put("db/a.ndb", "Other:0:*:aabbccdd\n");
	take(3);
	assert_false(store_same(&store, 1, 3));
	assert_int_equal(store_verify(&store, 1, &err), 0);
}

static void
a_file_that_was_not_copied_is_told(void **state)
{
	struct err err;

	(void)state;
	take(1);
	put("state/deep/set-1/0/b.ign2", "Some.Name\n");
	assert_int_equal(store_verify(&store, 1, &err), -1);
	assert_non_null(strstr(err.text, "b.ign2: was not copied by us"));
}

static void
a_set_that_is_not_what_was_copied_is_told(void **state)
{
	struct err err;

	(void)state;
	take(1);
	put("state/deep/set-1/0/a.ndb", "Evil:0:*:aabbccdd\n");
	assert_int_equal(store_verify(&store, 1, &err), -1);
	assert_non_null(strstr(err.text, "a.ndb: is not what was copied"));
}

static void
a_good_set_is_the_current_one_and_knows_its_counts(void **state)
{
	struct manifest m;
	struct err err;
	uint32_t i;

	(void)state;
	assert_int_equal(store_current(&store), 0);
	take(1);
	accept(1, 3);
	assert_int_equal(store_current(&store), 1);
	assert_int_equal(store_manifest(&store, 1, &m, &err), 0);
	assert_int_equal(m.count, 7);
	assert_true(m.good > 0);
	for (i = 0; i < m.file_count; i++)
		if (strcmp(m.file[i].name, "a.ndb") == 0)
			assert_int_equal(m.file[i].version, 9);
	manifest_free(&m);
}

static void
only_so_many_are_kept_and_never_the_pinned_one_goes(void **state)
{
	uint32_t all[STORE_SETS_MAX], n;
	struct err err;

	(void)state;
	for (n = 1; n <= 5; n++) {
		take(n);
		accept(n, 2);
		if (n == 2)
			assert_int_equal(store_pin(&store, 2, &err), 0);
	}
	assert_int_equal(store_list(&store, all), 3);
	assert_int_equal(all[0], 2);
	assert_int_equal(all[1], 4);
	assert_int_equal(all[2], 5);
	assert_int_equal(store_pinned(&store), 2);
	assert_int_equal(store_pin(&store, 0, &err), 0);
	assert_int_equal(store_pinned(&store), 0);
}

static void
what_never_served_goes_at_the_next_start(void **state)
{
	(void)state;
	take(1);
	accept(1, 3);
	take(2);
	reopen();
	assert_true(store_has(&store, 1));
	assert_false(store_has(&store, 2));
}

static void
half_a_set_is_none_and_goes_at_the_next_start(void **state)
{
	(void)state;
	take(1);
	unlink(in_place("state/deep/set-1/manifest"));
	assert_false(store_has(&store, 1));
	assert_int_equal(store_next(&store), 2);
	reopen();
	assert_int_not_equal(access(in_place("state/deep/set-1"), F_OK), 0);
}

static void
a_state_folder_of_others_is_refused(void **state)
{
	struct store other;
	struct err err;

	(void)state;
	chmod(in_place("state/deep"), 0777);
	assert_int_equal(store_open(&other, in_place("state/deep"), NULL, &err),
	    -1);
	assert_non_null(strstr(err.text, "writable by nobody else"));
}

static void
a_manifest_that_is_none_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "something\n", "glassgate-signatures 1\n",
		"glassgate-signatures 1\nfile 0 5\nend\n",
		"glassgate-signatures 1\nwhat\nend\n",
	};
	struct manifest m;
	struct err err;
	size_t i;

	(void)state;
	take(1);
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		put("state/deep/set-1/manifest", texts[i]);
		assert_int_equal(store_manifest(&store, 1, &m, &err), -1);
	}
}

static void
a_second_gateway_on_one_folder_is_refused(void **state)
{
	struct store other;
	struct err err;

	(void)state;
	take(1);
	assert_int_equal(store_open(&other, in_place("state/deep"), NULL, &err),
	    STORE_TAKEN);
	assert_non_null(strstr(err.text, in_place("state/deep")));
	assert_non_null(strstr(err.text, "remedy"));
	/* Not even what looks like half a set has gone. */
	assert_int_equal(access(in_place("state/deep/set-1/manifest"), F_OK),
	    0);
	store_close(&store);
	assert_int_equal(store_open(&store, in_place("state/deep"), NULL, &err),
	    0);
}

/* What comes in its place is compared with it. */
static void
how_many_served_last_is_known_whatever_became_of_that_set(void **state)
{
	(void)state;
	assert_int_equal(store_last_good(&store), 0);
	take(1);
	assert_int_equal(store_last_good(&store), 0);
	accept(1, 3);
	take(2);
	accept(2, 3);
	assert_int_equal(store_last_good(&store), 7);
	put("state/deep/current", "2\n");	/* of an older version */
	assert_int_equal(store_last_good(&store), 7);
	put("state/deep/current", "2 9\n");
	assert_int_equal(unlink(in_place("state/deep/set-2/manifest")), 0);
	assert_int_equal(store_last_good(&store), 9);
	assert_int_equal(unlink(in_place("state/deep/current")), 0);
	assert_int_equal(store_last_good(&store), 7);
}

static void
a_manifest_of_an_older_version_is_read(void **state)
{
	struct manifest m;
	struct err err;

	(void)state;
	take(1);
	put("state/deep/set-1/manifest", "glassgate-signatures 1\nmade 5\n"
	    "good 6\ncount 7\norigin /db\nfile 0 17 18 "
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
	    "62 8 ma in.cvd\nend\n");
	assert_int_equal(store_manifest(&store, 1, &m, &err), 0);
	assert_int_equal(m.file_count, 1);
	assert_string_equal(m.file[0].name, "ma in.cvd");
	assert_int_equal(m.file[0].version, 62);
	assert_int_equal(m.file[0].count, 8);
	assert_int_equal(m.file[0].built, 0);
	manifest_free(&m);
}

/* Only containers have a time of build; the engine read their heads. */
static void
version_and_build_time_of_a_container_are_noted(void **state)
{
	struct signature_info info = { .count = 7, .set_count = 2 };
	struct manifest m;
	struct err err;
	uint32_t i;

	(void)state;
	put("db/main.cvd", "ClamAV-VDB: and so on");
	strcpy(info.sets[0].name, "main.cvd");
	info.sets[0].version = 62;
	info.sets[0].time = 1631795520;
	strcpy(info.sets[1].name, "a.ndb");
	info.sets[1].time = 99;
	take(1);
	assert_int_equal(store_accept(&store, 1, &info, 3, &err), 0);
	assert_int_equal(store_manifest(&store, 1, &m, &err), 0);
	for (i = 0; i < m.file_count; i++)
		assert_int_equal(m.file[i].built,
		    strcmp(m.file[i].name, "main.cvd") == 0 ? 1631795520 : 0);
	manifest_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_set_is_a_copy_with_a_manifest),
		T(what_changes_later_does_not_change_the_set),
		T(a_file_that_was_not_copied_is_told),
		T(a_set_that_is_not_what_was_copied_is_told),
		T(a_good_set_is_the_current_one_and_knows_its_counts),
		T(only_so_many_are_kept_and_never_the_pinned_one_goes),
		T(what_never_served_goes_at_the_next_start),
		T(half_a_set_is_none_and_goes_at_the_next_start),
		T(a_state_folder_of_others_is_refused),
		T(a_manifest_that_is_none_is_refused),
		T(a_second_gateway_on_one_folder_is_refused),
		T(how_many_served_last_is_known_whatever_became_of_that_set),
		T(a_manifest_of_an_older_version_is_read),
		T(version_and_build_time_of_a_container_are_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
