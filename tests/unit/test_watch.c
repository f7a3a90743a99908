/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/tree.h"
#include "supervisor/watch.h"

#define SETTLE_MS 200
#define LONGEST_MS 20000	/* then the test has failed */
#define PIECES 8		/* of a file that is long in coming */
#define PIECE_MS 150
#define SETTLE_SLOW_MS 1000	/* less than all of them take */

static char place[64], folder[80];
static struct house house;
static struct watch watch;
static unsigned told;

static const char *
in(const char *where, const char *name)
{
	static char path[2][256];
	static unsigned turn;

	turn = (turn + 1) % 2;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", where, name);
	return path[turn];
}

static void
on_told(void *ctx)
{
	(void)ctx;
	told++;
	loop_stop(house.loop);
}

static int
setup(void **state)
{
	struct settings *settings = &house.settings;
	struct err err;

	(void)state;
	strcpy(place, "/tmp/glassgate-watch.XXXXXX");
	if (mkdtemp(place) == NULL || loop_new(&house.loop, &err) == -1)
		return -1;
	snprintf(folder, sizeof(folder), "%s/db", place);
	if (mkdir(folder, 0755) == -1)
		return -1;
	told = 0;
	settings->signatures_watch = 1;
	settings->signature_folders.count = 1;
	snprintf(settings->signature_folders.item[0],
	    sizeof(settings->signature_folders.item[0]), "%s", folder);
	watch_init(&watch, &house, on_told, NULL);
	watch_folders(&watch, settings);
	watch.settle_ms = SETTLE_MS;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	watch_stop(&watch);
	loop_free(&house.loop);
	return tree_remove(AT_FDCWD, place);
}

static int
make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	assert_int_not_equal(fd, -1);
	return fd;
}

static void
on_too_late(void *ctx)
{
	(void)ctx;
	loop_stop(house.loop);
}

/* Until it is told, or not. */
static void
wait_for_it(void)
{
	int late = loop_at(house.loop, clock_ms() + LONGEST_MS, on_too_late,
	    NULL);
	struct err err;

	assert_int_equal(loop_run(house.loop, &err), 0);
	loop_cancel(house.loop, &late);
}

static void
is_told_once(void)
{
	wait_for_it();
	assert_int_equal(told, 1);
	assert_false(watch.changed);
	assert_int_equal(watch.timer, 0);
}

static void
a_file_that_was_written_is_told(void **state)
{
	(void)state;
	close(make(in(folder, "a.ndb")));
	is_told_once();
}

static void
a_file_that_comes_by_its_new_name_is_told(void **state)
{
	(void)state;
	close(make(in(place, "a.ndb")));
	assert_int_equal(rename(in(place, "a.ndb"), in(folder, "a.ndb")), 0);
	is_told_once();
}

static void
a_file_that_comes_as_a_hard_link_is_told(void **state)
{
	(void)state;
	close(make(in(place, "a.ndb")));
	assert_int_equal(link(in(place, "a.ndb"), in(folder, "a.ndb")), 0);
	is_told_once();
}

/* Written while the loop runs, piece by piece. */
struct writer {
	int fd;
	unsigned pieces;
	bool was_early;			/* told before the last one */
};

static void
write_on(void *ctx)
{
	struct writer *w = ctx;

	w->was_early |= told != 0;
	if (w->fd == -1)
		w->fd = make(in(folder, "a.ndb"));
	else
		assert_int_equal(write(w->fd, "a line\n", 7), 7);
	if (++w->pieces < PIECES)
		loop_at(house.loop, clock_ms() + PIECE_MS, write_on, w);
}

static void
a_new_file_is_not_told_while_it_is_being_written(void **state)
{
	struct writer w = { .fd = -1 };

	(void)state;
	watch.settle_ms = SETTLE_SLOW_MS;
	write_on(&w);
	is_told_once();
	assert_int_equal(w.pieces, PIECES);
	assert_false(w.was_early);
	close(w.fd);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_file_that_was_written_is_told),
		T(a_file_that_comes_by_its_new_name_is_told),
		T(a_file_that_comes_as_a_hard_link_is_told),
		T(a_new_file_is_not_told_while_it_is_being_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
