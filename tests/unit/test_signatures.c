/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signatures/origin.h"
#include "signatures/store.h"

static char place[64];
static struct store store;
static struct text_list folders;

static const char *
in_place(const char *name)
{
	static char path[4][256];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", place, name);
	return path[turn];
}

static void
put(const char *name, const char *text)
{
	FILE *out = fopen(in_place(name), "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static int
setup(void **state)
{
	struct err err;

	(void)state;
	umask(022);
	strcpy(place, "/tmp/glassgate-store.XXXXXX");
	if (mkdtemp(place) == NULL || mkdir(in_place("db"), 0755) == -1)
		return -1;
	put("db/a.ndb", "One:0:*:aabbccdd\n");
	put("db/b.hdb", "11111111111111111111111111111111:5:Two\n");
	put("db/freshclam.dat", "its own");
	folders.count = 1;
	snprintf(folders.item[0], sizeof(folders.item[0]), "%s",
	    in_place("db"));
	return store_open(&store, in_place("state/deep"), NULL, &err);
}

static int
teardown(void **state)
{
	char line[128];

	(void)state;
	store_close(&store);
	snprintf(line, sizeof(line), "rm -r %s", place);
	return system(line);
}

static void
reopen(void)
{
	struct err err;

	store_close(&store);
	if (store_open(&store, in_place("state/deep"), NULL, &err) != 0)
		fail_msg("%s", err.text);
}

static void
take(uint32_t n)
{
	struct err err;

	if (store_take(&store, n, &folders, &err) == -1)
		fail_msg("%s", err.text);
}

static void
accept(uint32_t n, uint64_t keep)
{
	struct signature_info info = { .count = 7, .set_count = 1 };
	struct err err;

	strcpy(info.sets[0].name, "a.ndb");
	info.sets[0].count = 1;
	info.sets[0].version = 9;
	if (store_accept(&store, n, &info, keep, &err) == -1)
		fail_msg("%s", err.text);
}

static void
a_set_is_a_copy_with_a_manifest(void **state)
{
	struct manifest m;
	struct err err;

	(void)state;
	assert_int_equal(store_next(&store), 1);
	take(1);
	assert_int_equal(store_manifest(&store, 1, &m, &err), 0);
	assert_int_equal(m.file_count, 2);	/* not freshclam's own */
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
what_everybody_may_write_is_refused(void **state)
{
	struct err err;

	(void)state;
	chmod(in_place("db/a.ndb"), 0666);
	assert_int_equal(store_take(&store, 1, &folders, &err), -1);
	assert_non_null(strstr(err.text, "a.ndb: everybody may write it"));
	assert_int_not_equal(access(in_place("state/deep/set-1"), F_OK), 0);
	chmod(in_place("db/a.ndb"), 0644);
	chmod(in_place("db"), 0777);
	assert_int_equal(store_take(&store, 1, &folders, &err), -1);
	assert_non_null(strstr(err.text, "db: everybody may write it"));
}

static void
what_cannot_be_read_is_refused(void **state)
{
	struct err err;

	(void)state;
	if (geteuid() == 0)
		skip();
	chmod(in_place("db/a.ndb"), 0);
	assert_int_equal(store_take(&store, 1, &folders, &err), -1);
	assert_non_null(strstr(err.text, "Permission denied"));
}

static void
a_link_of_somebody_s_is_refused(void **state)
{
	struct err err;

	(void)state;
	put("secret", "of no folder of signatures\n");
	assert_int_equal(symlink(in_place("secret"), in_place("db/notes.txt")),
	    0);
	assert_int_equal(store_take(&store, 1, &folders, &err), -1);
	assert_non_null(strstr(err.text, "notes.txt: is a symbolic link"));
	assert_int_not_equal(access(in_place("state/deep/set-1"), F_OK), 0);
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

static unsigned
mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(in_place(name), &st), 0);
	return st.st_mode & 07777;
}

static unsigned
group_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(in_place(name), &st), 0);
	return st.st_gid;
}

/* What the source's mode lets others do does not matter. */
static void
a_copy_is_readable_by_us_alone(void **state)
{
	(void)state;
	chmod(in_place("db/a.ndb"), 0600);
	take(1);
	assert_int_equal(mode_of("state/deep/set-1/0"), 0700);
	assert_int_equal(mode_of("state/deep/set-1/0/a.ndb"), 0600);
	assert_int_equal(mode_of("state/deep/set-1/0/b.hdb"), 0600);
	assert_int_equal(mode_of("state/deep/set-1/manifest"), 0644);
}

static void
a_copy_is_readable_by_its_reader_and_nobody_else(void **state)
{
	static const struct account reader = { .uid = 61772, .gid = 61772 };

	(void)state;
	if (geteuid() != 0)
		skip();
	store.reader = &reader;
	chmod(in_place("db/a.ndb"), 0600);
	take(1);
	assert_int_equal(mode_of("state/deep/set-1/0"), 0750);
	assert_int_equal(group_of("state/deep/set-1/0"), reader.gid);
	assert_int_equal(mode_of("state/deep/set-1/0/a.ndb"), 0640);
	assert_int_equal(group_of("state/deep/set-1/0/a.ndb"), reader.gid);
}

static void
copies_of_older_versions_are_closed_at_the_next_start(void **state)
{
	(void)state;
	take(1);
	accept(1, 3);
	chmod(in_place("state/deep/set-1/0"), 0755);
	chmod(in_place("state/deep/set-1/0/a.ndb"), 0644);
	reopen();
	assert_int_equal(mode_of("state/deep/set-1/0"), 0700);
	assert_int_equal(mode_of("state/deep/set-1/0/a.ndb"), 0600);
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

static const char *
set_1(const char *rest)
{
	static char path[4][256];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s%s",
	    in_place("state/deep/set-1"), rest);
	return path[turn];
}

static void
a_fresh_copy_is_told_under_the_name_of_its_origin(void **state)
{
	struct err err, want;
	uint32_t i;

	(void)state;
	for (i = 1; i < 12; i++)	/* more than one digit */
		snprintf(folders.item[i], sizeof(folders.item[i]),
		    "/origin-%u", i);
	folders.count = i;
	take(1);
	err_set(&err, "%s: bad: can't load %s: line 3; %s", set_1("/0"),
	    set_1("/0/b.hdb"), set_1("/11"));
	origin_tell(set_1(""), &err);
	err_set(&want, "%s: bad: can't load %s: line 3; /origin-11",
	    in_place("db"), in_place("db/b.hdb"));
	assert_string_equal(err.text, want.text);
	err_set(&err, "nothing of a set");
	origin_tell(set_1(""), &err);
	assert_string_equal(err.text, "nothing of a set");
}

static void
a_reason_that_grows_too_long_loses_its_end(void **state)
{
	struct err err;
	size_t i;

	(void)state;
	snprintf(folders.item[0], sizeof(folders.item[0]), "/%0200d", 0);
	take(1);
	err.text[0] = '\0';
	for (i = 0; i < 8; i++)
		strcat(err.text, set_1("/0 "));
	origin_tell(set_1(""), &err);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_null(strstr(err.text, "set-1"));
}

/* Its files were good: what is wrong by now is the copy. */
static void
a_set_that_did_serve_is_told_by_its_own_name(void **state)
{
	struct err err;

	(void)state;
	take(1);
	accept(1, 3);
	err_set(&err, "%s: line 3", set_1("/0/b.hdb"));
	origin_tell(set_1(""), &err);
	assert_non_null(strstr(err.text, set_1("/0/b.hdb")));
}

/* A state folder of its own with so much room. */
static int
take_on(const char *options, struct err *err)
{
	const char *state = in_place("state/deep");
	int failed;

	if (mount("none", state, "tmpfs", 0, options) == -1)
		fail_msg("tmpfs: %s", options);
	failed = store_take(&store, 1, &folders, err);
	assert_int_equal(store_has(&store, 1), !failed);
	assert_int_equal(umount2(state, MNT_DETACH), 0);
	return failed;
}

static void
a_full_state_folder_is_named_with_what_helps(void **state)
{
	static const char *const full[] = {
		"size=32k", "size=128k,nr_inodes=1", "size=128k,nr_inodes=2",
		"size=128k,nr_inodes=3", "size=128k,nr_inodes=4",
		"size=128k,nr_inodes=5", "size=128k,nr_inodes=6",
	};
	const char *helps = ": No space left on device; remedy: free space ";
	char there[256];
	struct err err;
	FILE *big;
	size_t i;

	(void)state;
	if (geteuid() != 0 || unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		skip();
	big = fopen(in_place("db/big.ndb"), "w");
	assert_non_null(big);
	for (i = 0; i < 4096; i++)
		fputs("Big.Test:0:*:aab\n", big);
	fclose(big);
	snprintf(there, sizeof(there), "%s", in_place("state/deep"));
	for (i = 0; i < sizeof(full) / sizeof(*full); i++) {
		assert_int_equal(take_on(full[i], &err), -1);
		if (strncmp(err.text, there, strlen(there)) != 0 ||
		    strstr(err.text, helps) == NULL)
			fail_msg("%s: \"%s\"", full[i], err.text);
	}
	assert_int_equal(take_on("size=128k,nr_inodes=20", &err), 0);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_set_is_a_copy_with_a_manifest),
		T(what_changes_later_does_not_change_the_set),
		T(a_file_that_was_not_copied_is_told),
		T(a_set_that_is_not_what_was_copied_is_told),
		T(a_good_set_is_the_current_one_and_knows_its_counts),
		T(only_so_many_are_kept_and_never_the_pinned_one_goes),
		T(what_everybody_may_write_is_refused),
		T(what_cannot_be_read_is_refused),
		T(a_link_of_somebody_s_is_refused),
		T(what_never_served_goes_at_the_next_start),
		T(half_a_set_is_none_and_goes_at_the_next_start),
		T(a_state_folder_of_others_is_refused),
		T(a_manifest_that_is_none_is_refused),
		T(a_copy_is_readable_by_us_alone),
		T(a_copy_is_readable_by_its_reader_and_nobody_else),
		T(copies_of_older_versions_are_closed_at_the_next_start),
		T(a_second_gateway_on_one_folder_is_refused),
		T(a_manifest_of_an_older_version_is_read),
		T(version_and_build_time_of_a_container_are_noted),
		T(a_fresh_copy_is_told_under_the_name_of_its_origin),
		T(a_reason_that_grows_too_long_loses_its_end),
		T(a_set_that_did_serve_is_told_by_its_own_name),
		T(a_full_state_folder_is_named_with_what_helps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
