/* SPDX-License-Identifier: GPL-2.0-only */
/* What is copied, how it is guarded, and what is told of it. */
#include "signatures_fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signatures/origin.h"

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
	assert_int_equal(symlink(in_place("secret"), in_place("db/notes.ndb")),
	    0);
	assert_int_equal(store_take(&store, 1, &folders, &err), -1);
	assert_non_null(strstr(err.text, "notes.ndb: is a symbolic link"));
	assert_int_not_equal(access(in_place("state/deep/set-1"), F_OK), 0);
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
put_many(const char *stem, const char *extension, unsigned count)
{
	char name[64];
	unsigned i;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s%u%s", stem, i, extension);
		put(name, "One:0:*:aabbccdd\n");
	}
}

static void
only_what_an_engine_loads_is_copied_and_counted(void **state)
{
	struct manifest m;
	struct err err;

	(void)state;
	put_many("db/note-", ".txt", SET_FILES_MAX);
	put("db/.hidden.ndb", "of an editor");
	put("db/README", "who made these");
	put("db/a.ndb.sign", "of a container");
	put("db/C.NDB", "Three:0:*:aabbccdd\n");
	chmod(in_place("db/note-7.txt"), 0666);
	assert_int_equal(symlink(in_place("db/README"), in_place("db/x.md")),
	    0);
	take(1);
	assert_int_equal(store_manifest(&store, 1, &m, &err), 0);
	assert_int_equal(m.file_count, 4);
	manifest_free(&m);
	assert_int_equal(access(in_place("state/deep/set-1/0/C.NDB"), R_OK),
	    0);
	assert_int_equal(access(in_place("state/deep/set-1/0/a.ndb.sign"),
	    R_OK), 0);
}

static void
too_many_files_are_refused_with_folder_limit_and_remedy(void **state)
{
	struct err err;
	char want[128];

	(void)state;
	assert_int_equal(mkdir(in_place("more"), 0755), 0);
	folders.count = 2;
	snprintf(folders.item[1], sizeof(folders.item[1]), "%s",
	    in_place("more"));
	put_many("more/", ".ndb", SET_FILES_MAX - 2);	/* and two in db */
	take(1);
	put("more/last.ndb", "One:0:*:aabbccdd\n");
	assert_int_equal(store_take(&store, 2, &folders, &err), -1);
	snprintf(want, sizeof(want), "%s: more than 1024 signature files",
	    in_place("more"));
	assert_non_null(strstr(err.text, want));
	assert_non_null(strstr(err.text, "remedy: "));
	assert_non_null(strstr(err.text, "signatures.folders"));
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
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == -1)
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
	const struct CMUnitTest tests[] = {
		T(what_everybody_may_write_is_refused),
		T(what_cannot_be_read_is_refused),
		T(a_link_of_somebody_s_is_refused),
		T(a_copy_is_readable_by_us_alone),
		T(a_copy_is_readable_by_its_reader_and_nobody_else),
		T(copies_of_older_versions_are_closed_at_the_next_start),
		T(only_what_an_engine_loads_is_copied_and_counted),
		T(too_many_files_are_refused_with_folder_limit_and_remedy),
		T(a_fresh_copy_is_told_under_the_name_of_its_origin),
		T(a_reason_that_grows_too_long_loses_its_end),
		T(a_set_that_did_serve_is_told_by_its_own_name),
		T(a_full_state_folder_is_named_with_what_helps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
