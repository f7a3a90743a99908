/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the supervisor that touch files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/tree.h"
#include "supervisor/runtime.h"

static char folder[64], inside[96];

static const char *
in(const char *name)
{
	static char path[4][256];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static int
setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/glassgate-supervisor.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(inside, sizeof(inside), "%s/run", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	return tree_remove(AT_FDCWD, folder);
}

static int
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void
touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void
a_tree_goes_but_what_its_links_point_to_stays(void **state)
{
	(void)state;
	mkdir(in("keep"), 0700);
	touch(in("keep/file"));
	mkdir(in("tree"), 0700);
	mkdir(in("tree/deeper"), 0700);
	touch(in("tree/deeper/file"));
	assert_int_equal(symlink(in("keep"), in("tree/deeper/link")), 0);
	assert_int_equal(tree_remove(AT_FDCWD, in("tree")), 0);
	assert_false(exists(in("tree")));
	assert_true(exists(in("keep/file")));
}

static void
a_link_in_the_place_of_the_tree_is_not_followed(void **state)
{
	(void)state;
	mkdir(in("keep"), 0700);
	touch(in("keep/file"));
	assert_int_equal(symlink(in("keep"), in("tree")), 0);
	assert_int_equal(tree_remove(AT_FDCWD, in("tree")), 0);
	assert_false(exists(in("tree")));
	assert_true(exists(in("keep/file")));
}

static void
nothing_to_remove_is_fine(void **state)
{
	(void)state;
	assert_int_equal(tree_remove(AT_FDCWD, in("nothing")), 0);
}

static void
a_tree_too_deep_is_an_error_not_a_crash(void **state)
{
	int at, next, i, round, deepest = -1;

	(void)state;
	/* Two halves, one in the other: teardown can do each alone. */
	for (round = 0; round < 2; round++) {
		assert_int_equal(mkdir(in(round ? "half" : "tree"), 0700), 0);
		at = open(in(round ? "half" : "tree"), O_RDONLY | O_DIRECTORY);
		for (i = 0; i < 150; i++) {
			assert_int_equal(mkdirat(at, "d", 0700), 0);
			next = openat(at, "d", O_RDONLY | O_DIRECTORY);
			close(at);
			at = next;
		}
		if (round == 0)
			deepest = at;
		else
			close(at);
	}
	at = open(folder, O_RDONLY | O_DIRECTORY);
	assert_int_equal(renameat(at, "half", deepest, "half"), 0);
	assert_int_equal(tree_remove(at, "tree"), -1);
	assert_int_equal(renameat(deepest, "half", at, "half"), 0);
	assert_int_equal(tree_remove(at, "tree"), 0);
	close(deepest);
	close(at);
}

static void
the_folder_that_we_made_is_gone_afterwards(void **state)
{
	struct runtime runtime;
	struct err err;

	(void)state;
	assert_int_equal(runtime_open(&runtime, inside, &err), 0);
	assert_true(runtime.made);
	assert_false(runtime.stale);
	runtime_close(&runtime);
	assert_false(exists(inside));
}

static void
a_folder_that_was_there_stays_with_its_files(void **state)
{
	struct runtime runtime;
	struct err err;

	(void)state;
	mkdir(inside, 0700);
	touch(in("run/mine"));
	assert_int_equal(runtime_open(&runtime, inside, &err), 0);
	touch(in("run/segment"));
	runtime_close(&runtime);
	assert_true(exists(in("run/mine")));
	assert_false(exists(in("run/segment")));
}

static void
what_a_killed_predecessor_left_is_cleaned(void **state)
{
	struct runtime runtime;
	struct err err;

	(void)state;
	mkdir(inside, 0700);
	mkdir(in("run/gen-7"), 0700);
	touch(in("run/gen-7/small"));
	touch(in("run/settings-3"));
	touch(in("run/generations"));
	assert_int_equal(runtime_open(&runtime, inside, &err), 0);
	assert_true(runtime.stale);
	assert_false(exists(in("run/gen-7")));
	assert_false(exists(in("run/settings-3")));
	assert_true(exists(in("run/generations")));
	runtime_close(&runtime);
}

static void
a_second_supervisor_is_told_so(void **state)
{
	struct runtime runtime, second;
	struct err err;

	(void)state;
	assert_int_equal(runtime_open(&runtime, inside, &err), 0);
	assert_int_equal(runtime_open(&second, inside, &err), -1);
	assert_non_null(strstr(err.text, "another glassgated runs here"));
	assert_true(exists(inside));
	runtime_close(&runtime);
	assert_int_equal(runtime_open(&second, inside, &err), 0);
	runtime_close(&second);
}

static void
a_folder_that_others_may_write_to_is_refused(void **state)
{
	struct runtime runtime;
	struct err err;

	(void)state;
	mkdir(inside, 0700);
	chmod(inside, 0777);
	assert_int_equal(runtime_open(&runtime, inside, &err), -1);
	assert_non_null(strstr(err.text, "writable by nobody else"));
}

static void
a_path_too_long_for_sockets_is_refused_and_not_left(void **state)
{
	char path[300];
	struct runtime runtime;
	struct err err;

	(void)state;
	snprintf(path, sizeof(path), "%s/%080d", folder, 0);
	assert_int_equal(runtime_open(&runtime, path, &err), -1);
	assert_non_null(strstr(err.text, "too long"));
	assert_false(exists(path));
}

static void
a_generation_listens_on_both_lanes(void **state)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	struct runtime runtime;
	struct err err;
	struct stat st;
	int small, big, fd;

	(void)state;
	assert_int_equal(runtime_open(&runtime, inside, &err), 0);
	assert_int_equal(runtime_make_generation(&runtime, 4294967295U, NULL,
	    NULL, 8, &small, &big, &err), 0);
	strcpy(name.sun_path, in("run/gen-4294967295/big"));
	fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	assert_false(connect(fd, (struct sockaddr *)&name, sizeof(name)));
	assert_int_equal(stat(name.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(stat(in("run/gen-4294967295/scratch"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(in("run/gen-4294967295"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0750);
	runtime_remove_generation(&runtime, 4294967295U);
	assert_false(exists(in("run/gen-4294967295")));
	close(fd);
	close(small);
	close(big);
	runtime_close(&runtime);
}

static void
make_generation(struct runtime *runtime, uint32_t n)
{
	int fd[2];

	assert_int_equal(runtime_make_generation(runtime, n, NULL, NULL, 8,
	    &fd[0], &fd[1], NULL), 0);
	close_range((unsigned)fd[0], (unsigned)fd[1], 0);
}

static void
what_could_not_be_removed_goes_with_the_next_start(void **state)
{
	struct runtime runtime;
	struct rlimit all;

	(void)state;
	assert_int_equal(runtime_open(&runtime, inside, NULL), 0);
	make_generation(&runtime, 1);
	make_generation(&runtime, 2);
	getrlimit(RLIMIT_NOFILE, &all);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 3, all.rlim_max });
	runtime_remove_generation(&runtime, 1);
	setrlimit(RLIMIT_NOFILE, &all);
	assert_true(exists(in("run/gen-1/scratch")));
	make_generation(&runtime, 3);
	assert_true(!exists(in("run/gen-1")) && exists(in("run/gen-2/small")));
	runtime_close(&runtime);
}

static void
the_log_of_c_icap_has_no_end(void **state)
{
	struct runtime runtime;
	struct pollfd waiting = { .events = POLLIN };
	struct err err;
	int writer;

	(void)state;
	assert_int_equal(runtime_open(&runtime, inside, &err), 0);
	assert_int_equal(runtime_make_icap(&runtime, NULL, &waiting.fd, &err),
	    0);
	writer = open(in("run/icap/log"), O_WRONLY);
	assert_int_equal(write(writer, "x", 1), 1);
	assert_int_equal(poll(&waiting, 1, 1000), 1);
	assert_int_equal(read(waiting.fd, &err, 1), 1);
	close(writer);
	assert_int_equal(poll(&waiting, 1, 0), 0);
	close(waiting.fd);
	runtime_close(&runtime);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(a_tree_goes_but_what_its_links_point_to_stays),
		T(a_link_in_the_place_of_the_tree_is_not_followed),
		T(nothing_to_remove_is_fine),
		T(a_tree_too_deep_is_an_error_not_a_crash),
		T(the_folder_that_we_made_is_gone_afterwards),
		T(a_folder_that_was_there_stays_with_its_files),
		T(what_a_killed_predecessor_left_is_cleaned),
		T(a_second_supervisor_is_told_so),
		T(a_folder_that_others_may_write_to_is_refused),
		T(a_path_too_long_for_sockets_is_refused_and_not_left),
		T(a_generation_listens_on_both_lanes),
		T(what_could_not_be_removed_goes_with_the_next_start),
		T(the_log_of_c_icap_has_no_end),
	};

	return cmocka_run_group_tests_name("supervisor files", tests, NULL,
	    NULL);
}
