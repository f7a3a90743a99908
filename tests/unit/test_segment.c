/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "segment/pass_all.h"
#include "segment/segment.h"

static char folder[] = "/tmp/glassgate-segment.XXXXXX";

static int
setup(void **state)
{
	struct segment *segment;
	struct err err;

	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	if (mkdtemp(folder) == NULL ||
	    segment_create(&segment, folder, getgid(), &err) == -1)
		return -1;
	*state = segment;
	return 0;
}

static int
teardown(void **state)
{
	struct segment *segment = *state;

	segment_detach(&segment);
	segment_remove(folder);
	return rmdir(folder);	/* fails if a file was left behind */
}

static int
open_file(int flags)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/segment", folder);
	return open(path, flags);
}

static void
a_new_segment_is_zero_but_for_its_head(void **state)
{
	struct segment *segment = *state;
	const unsigned char *p = (const unsigned char *)segment;
	size_t i;

	assert_int_equal(segment->magic, SEGMENT_MAGIC);
	assert_string_equal(segment->version, PACKAGE_VERSION);
	for (i = offsetof(struct segment, serving); i < sizeof(*segment); i++)
		assert_int_equal(p[i], 0);
}

static void
put_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
pass_all_is_on_until_its_deadline_or_its_end(void **state)
{
	struct segment *segment = *state;
	struct err err;

	assert_false(pass_all_is_on(segment, folder, 1000));
	assert_int_equal(pass_all_begin(segment, folder, 5000, &err), 0);
	assert_true(pass_all_is_on(segment, folder, 1000));
	assert_true(pass_all_is_on(segment, folder, 4999));
	assert_false(pass_all_is_on(segment, folder, 5000));
	assert_int_equal(pass_all_begin(segment, folder, 9000, &err), 0);
	assert_true(pass_all_is_on(segment, folder, 5000));
	pass_all_end(segment, folder);
	assert_false(pass_all_is_on(segment, folder, 1000));
}

/* What a captured child of c-icap can do. */
static void
without_its_file_the_segment_turns_nothing_on(void **state)
{
	struct segment *segment = *state;

	segment->pass_all = 1;
	segment->status.pass_all_until = 5000;
	assert_false(pass_all_is_on(segment, folder, 1000));
}

static void
a_file_that_is_torn_or_of_another_boot_turns_nothing_on(void **state)
{
	static const char *const texts[] = {
		"", "\n", "5000", "5000\n\n", "-1\n", "5000 \n", "5k\n",
		"99999999999999999999\n", "86401001\n", "0x1388\n",
	};
	struct segment *segment = *state;
	size_t i;

	segment->pass_all = 1;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		put_file(PASS_ALL_FILE, texts[i]);
		assert_false(pass_all_is_on(segment, folder, 1000));
	}
	put_file(PASS_ALL_FILE, "86401000\n");
	assert_true(pass_all_is_on(segment, folder, 1000));
	pass_all_end(segment, folder);
}

static void
others_cannot_read_it_nor_its_group_write(void **state)
{
	struct stat st;
	int fd = open_file(O_RDONLY);

	(void)state;
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	close(fd);
}

static void
what_one_writes_the_other_reads(void **state)
{
	struct segment *segment = *state, *other = NULL;
	const struct segment *reader;
	struct err err;

	assert_int_equal(segment_attach(&other, folder, &err), 0);
	assert_int_equal(segment_attach_readonly(&reader, folder, &err), 0);
	other->serving = 7;
	assert_int_equal(segment->serving, 7);
	assert_int_equal(reader->serving, 7);
	segment_detach(&other);
	assert_null(other);
}

static void
a_descriptor_can_be_attached_after_the_name_is_gone(void **state)
{
	struct segment *segment = *state, *other = NULL;
	struct err err;
	int fd = segment_open(folder, &err);

	assert_int_not_equal(fd, -1);
	segment_remove(folder);
	assert_int_equal(segment_attach_fd(&other, fd, &err), 0);
	close(fd);
	other->serving = 7;
	assert_int_equal(segment->serving, 7);
	segment_detach(&other);
}

static void
a_descriptor_of_something_else_is_refused(void **state)
{
	struct segment *other = NULL;
	struct err err;
	int fd = open("/dev/null", O_RDWR);

	(void)state;
	assert_int_equal(segment_attach_fd(&other, fd, &err), -1);
	assert_null(other);
	close(fd);
}

static void
a_second_create_replaces_the_first(void **state)
{
	struct segment *segment = *state, *fresh;
	struct err err;

	segment->serving = 7;
	assert_int_equal(segment_create(&fresh, folder, getgid(), &err), 0);
	assert_int_equal(fresh->serving, 0);
	segment_detach(&fresh);
}

/* Damages the file and expects a refusal that says `why`. */
static void
expect_refused(const char *why)
{
	struct segment *other = NULL;
	struct err err;

	assert_int_equal(segment_attach(&other, folder, &err), -1);
	assert_null(other);
	if (strstr(err.text, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void
another_version_is_refused_and_both_are_named(void **state)
{
	struct segment *segment = *state;

	strcpy(segment->version, "9.8.7");
	segment->size = 1;	/* the version is what matters */
	expect_refused("9.8.7");
	expect_refused(PACKAGE_VERSION);
}

static void
another_layout_is_refused(void **state)
{
	struct segment *segment = *state;

	segment->layout++;
	expect_refused("layout");
}

static void
another_size_is_refused(void **state)
{
	struct segment *segment = *state;

	segment->size--;
	expect_refused("layout");
}

static void
a_foreign_file_is_refused(void **state)
{
	struct segment *segment = *state;

	segment->magic ^= 1;
	expect_refused("not a segment");
}

static void
a_file_shorter_than_a_head_is_refused(void **state)
{
	int fd = open_file(O_RDWR);

	(void)state;
	assert_int_equal(ftruncate(fd, 40), 0);
	close(fd);
	expect_refused("not a segment");
}

static void
a_file_one_byte_short_is_refused(void **state)
{
	int fd = open_file(O_RDWR);

	(void)state;
	assert_int_equal(ftruncate(fd, sizeof(struct segment) - 1), 0);
	close(fd);
	expect_refused("layout");
}

static void
no_file_is_refused_with_its_path(void **state)
{
	(void)state;
	segment_remove(folder);
	expect_refused("/segment: No such file");
}

/* Naps: a writer that never rests starves every reader, by design; so does
 * one that is kept from going on, as the thread sanitizer on a busy machine
 * does, for the reader's time. */
static void *
write_statuses(void *arg)
{
	static const struct timespec nap = { .tv_nsec = 1000000 };
	struct segment *segment = arg;
	struct status *status;
	uint64_t n;

	for (n = 1; atomic_load(&segment->stop) == 0; n++) {
		status = segment_status_edit(segment);
		status->started = (int64_t)n;
		memset(&status->signatures, (int)(n & 0xff),
		    sizeof(status->signatures));
		status->keeper.deaths[DEATH_COUNT - 1] = (uint32_t)n;
		segment_status_end(segment);
		nanosleep(&nap, NULL);
	}
	return NULL;
}

static int
is_torn(const struct status *copy)
{
	const unsigned char *p = (const unsigned char *)&copy->signatures;

	return p[0] != (copy->started & 0xff) ||
	    memcmp(p, p + 1, sizeof(copy->signatures) - 1) != 0 ||
	    copy->keeper.deaths[DEATH_COUNT - 1] != (uint32_t)copy->started;
}

static void
a_copy_is_never_torn(void **state)
{
	struct segment *segment = *state;
	struct status copy;
	pthread_t thread;
	int64_t last = 0;
	int i, changes = 0, failed = 0, torn = 0;

	assert_int_equal(pthread_create(&thread, NULL, write_statuses, segment),
	    0);
	for (i = 0; i < 20000 || (changes < 3 && i < 2000000); i++) {
		if (segment_status_copy(segment, &copy) != 0) {
			failed++;
			continue;
		}
		torn += is_torn(&copy);
		changes += copy.started != last;
		last = copy.started;
	}
	atomic_store(&segment->stop, 1);
	pthread_join(thread, NULL);
	assert_true(failed < i / 10);
	assert_int_equal(torn, 0);
	assert_true(changes >= 3);
}

static void
a_writer_that_died_half_way_is_given_up(void **state)
{
	struct segment *segment = *state;
	struct status copy;

	segment->status_seq = 3;
	assert_int_equal(segment_status_copy(segment, &copy), -1);
	segment_status_end(segment);
	assert_int_equal(segment_status_copy(segment, &copy), 0);
}

static void
an_edit_is_not_seen_before_its_end(void **state)
{
	struct segment *segment = *state;
	struct status copy;

	segment_status_edit(segment)->started = 5;
	assert_int_equal(segment_status_copy(segment, &copy), 0);
	assert_int_equal(copy.started, 0);
	segment_status_end(segment);
	assert_int_equal(segment_status_copy(segment, &copy), 0);
	assert_int_equal(copy.started, 5);
}

static void
what_others_scribble_is_gone_with_the_next_edit(void **state)
{
	struct segment *segment = *state;
	struct status copy;

	segment_status_edit(segment)->icap_pid = 7;
	segment_status_end(segment);
	segment->status.icap_pid = 1;
	segment_status_edit(segment)->started = 5;
	segment_status_end(segment);
	assert_int_equal(segment_status_copy(segment, &copy), 0);
	assert_int_equal(copy.icap_pid, 7);
}

static void
every_state_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(service_state_name(STATE_STARTING), "starting");
	assert_string_equal(service_state_name(STATE_ENDING), "ending");
	assert_string_equal(service_state_name(99), "unknown");
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(a_new_segment_is_zero_but_for_its_head),
		T(pass_all_is_on_until_its_deadline_or_its_end),
		T(without_its_file_the_segment_turns_nothing_on),
		T(a_file_that_is_torn_or_of_another_boot_turns_nothing_on),
		T(a_descriptor_can_be_attached_after_the_name_is_gone),
		T(a_descriptor_of_something_else_is_refused),
		T(others_cannot_read_it_nor_its_group_write),
		T(what_one_writes_the_other_reads),
		T(a_second_create_replaces_the_first),
		T(another_version_is_refused_and_both_are_named),
		T(another_layout_is_refused),
		T(another_size_is_refused),
		T(a_foreign_file_is_refused),
		T(a_file_shorter_than_a_head_is_refused),
		T(a_file_one_byte_short_is_refused),
		T(no_file_is_refused_with_its_path),
		T(a_copy_is_never_torn),
		T(a_writer_that_died_half_way_is_given_up),
		T(an_edit_is_not_seen_before_its_end),
		T(what_others_scribble_is_gone_with_the_next_edit),
		cmocka_unit_test(every_state_has_a_name),
	};

	return cmocka_run_group_tests_name("segment", tests, NULL, NULL);
}
