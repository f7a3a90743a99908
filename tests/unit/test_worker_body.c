/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "worker/body.h"
#include "worker_folder.h"

static int
make_memfd(int seals)
{
	int fd = memfd_create("body", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, TEXT, strlen(TEXT)), strlen(TEXT));
	if (seals != 0)
		assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

static int
fd_sealed(void)
{
	return make_memfd(F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
}

static int
fd_unsealed(void)
{
	return make_memfd(0);
}

static int
fd_may_shrink(void)
{
	return make_memfd(F_SEAL_WRITE | F_SEAL_GROW);
}

static int
fd_may_grow(void)
{
	return make_memfd(F_SEAL_WRITE | F_SEAL_SHRINK);
}

static int
fd_file(int flags)
{
	make_file(inside("file"));
	return open(inside("file"), flags | O_CLOEXEC);
}

static int
fd_file_readonly(void)
{
	return fd_file(O_RDONLY);
}

static int
fd_file_writable(void)
{
	return fd_file(O_RDWR);
}

static int
fd_file_path(void)
{
	return fd_file(O_PATH);
}

static int
fd_folder(void)
{
	return open(folder, O_RDONLY | O_CLOEXEC);
}

static int
fd_null(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int
fd_pipe(void)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	return ends[0];
}

static const struct {
	const char *what;
	int (*open)(void);
	int add;		/* to the true length */
	const char *reason;	/* NULL: accepted */
} descriptors[] = {
	{ "sealed", fd_sealed, 0, NULL },
	{ "read-only file", fd_file_readonly, 0, NULL },
	{ "unsealed", fd_unsealed, 0, "neither sealed nor read-only" },
	{ "may shrink", fd_may_shrink, 0, "neither sealed nor read-only" },
	{ "may grow", fd_may_grow, 0, "neither sealed nor read-only" },
	{ "writable file", fd_file_writable, 0,
	    "neither sealed nor read-only" },
	{ "path only", fd_file_path, 0, "neither sealed nor read-only" },
	{ "one byte short", fd_sealed, 1, "8 bytes, not 9" },
	{ "one byte long", fd_sealed, -1, "8 bytes, not 7" },
	{ "folder", fd_folder, 0, "not a regular file" },
	{ "device", fd_null, 0, "not a regular file" },
	{ "pipe", fd_pipe, 0, "not a regular file" },
};

static void
only_a_descriptor_that_cannot_change_is_a_body(void **state)
{
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 1 };
	struct body body;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(descriptors); i++) {
		AUTO_CLOSE int fd = descriptors[i].open();
		int result;

		assert_true(fd >= 0);
		job.body_len = (uint64_t)((int)strlen(TEXT) +
		    descriptors[i].add);
		err.text[0] = '\0';
		result = body_open(&body, &job, fd, &err);
		if (descriptors[i].reason == NULL) {
			assert_int_equal(result, 0);
			assert_memory_equal(body.data, TEXT, strlen(TEXT));
			body_close(&body);
		} else if (result != -1 ||
		    strstr(err.text, descriptors[i].reason) == NULL) {
			fail_msg("%s: %d, \"%s\"", descriptors[i].what, result,
			    err.text);
		}
	}
}

static void
an_inline_body_is_borrowed(void **state)
{
	struct job job = { .kind = JOB_SCAN, .body_len = strlen(TEXT),
		.inline_body = TEXT };
	struct body body;
	struct err err;

	(void)state;
	assert_int_equal(body_open(&body, &job, -1, &err), 0);
	assert_ptr_equal(body.data, job.inline_body);
	body_close(&body);
	assert_null(body.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(only_a_descriptor_that_cannot_change_is_a_body),
		IN_FOLDER(an_inline_body_is_borrowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
