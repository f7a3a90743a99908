/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "worker/scratch.h"
#include "worker_folder.h"

/* --- scratch --- */

static void
scratch_is_empty_after_clearing(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(mkdir(inside("s"), 0700), 0);
	assert_int_equal(mkdir(inside("s/a"), 0700), 0);
	assert_int_equal(mkdir(inside("s/a/b"), 0700), 0);
	make_file(inside("s/a/b/file"));
	make_file(inside("s/.hidden"));
	assert_int_equal(mkdir(inside("s/closed"), 0), 0);
	assert_int_equal(scratch_clear(inside("s"), &err), 0);
	assert_int_equal(rmdir(inside("s")), 0);	/* only if empty */
}

static void
clearing_follows_no_link(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(mkdir(inside("other"), 0700), 0);
	make_file(inside("other/file"));
	assert_int_equal(mkdir(inside("s"), 0700), 0);
	assert_int_equal(symlink("../other", inside("s/link")), 0);
	assert_int_equal(symlink("../other/file", inside("s/link2")), 0);
	assert_int_equal(scratch_clear(inside("s"), &err), 0);
	assert_int_equal(access(inside("other/file"), F_OK), 0);
	assert_int_equal(rmdir(inside("s")), 0);
}

static void
a_scratch_that_is_a_link_is_refused(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(mkdir(inside("other"), 0700), 0);
	make_file(inside("other/file"));
	assert_int_equal(symlink("other", inside("s")), 0);
	assert_int_equal(scratch_clear(inside("s"), &err), -1);
	assert_int_equal(access(inside("other/file"), F_OK), 0);
}

static void
a_scratch_that_is_gone_is_told(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(scratch_clear(inside("none"), &err), -1);
}

static void
clearing_ends_on_endless_nesting(void **state)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), next, i;
	struct err err;

	(void)state;
	for (i = 0; i < 230; i++) {
		assert_int_equal(mkdirat(fd, "d", 0700), 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(next >= 0);
		close(fd);
		fd = next;
	}
	close(fd);
	assert_int_equal(scratch_clear(folder, &err), -1);
	assert_non_null(strstr(err.text, "too deep"));
	/* for the teardown: the lower part, then the rest */
	snprintf(err.text, sizeof err.text, "rm -rf %s/d", folder);
	assert_int_equal(system(err.text), 0);
}

static void
an_old_scratch_is_taken_over_empty(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(scratch_make(inside("s"), &err), 0);
	make_file(inside("s/left"));
	assert_int_equal(scratch_make(inside("s"), &err), 0);
	assert_int_equal(rmdir(inside("s")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(scratch_is_empty_after_clearing),
		IN_FOLDER(clearing_follows_no_link),
		IN_FOLDER(a_scratch_that_is_a_link_is_refused),
		IN_FOLDER(a_scratch_that_is_gone_is_told),
		IN_FOLDER(clearing_ends_on_endless_nesting),
		IN_FOLDER(an_old_scratch_is_taken_over_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
