/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each try runs in a fork of its own: strict is for good. Each trap is tried
 * without being strict, too, where it must be one: else the test says nothing.
 */
#include "engine_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "containers.h"
#include "worker/strict.h"

/* What a child saw. */
enum seen { SEEN_FOUND, SEEN_CLEAN, SEEN_ERROR, SEEN_FAILURE, SEEN_SKIP };

static int
in_child(int (*fn)(struct engine *), struct engine *engine, int strict)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		if (strict)
			strict_begin();
		_exit(fn(engine));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* As worker.c: a failure outweighs "clean". */
static int
scan(struct engine *engine, struct bytes *body)
{
	struct verdict verdict;

	strict_reset();
	ops->scan(engine, body->data, body->len, 0, &verdict);
	bytes_free(body);
	if (verdict.outcome == OUTCOME_INFECTED)
		return SEEN_FOUND;
	if (strict_failure() != NULL)
		return SEEN_FAILURE;
	return verdict.outcome == OUTCOME_CLEAN ? SEEN_CLEAN : SEEN_ERROR;
}

static int
calls_that_matter(struct engine *engine)
{
	(void)engine;
	if (mkdir(inside("none/a"), 0700) != -1 || strict_failure() == NULL ||
	    strcmp(strict_failure(), "mkdir: No such file or directory") != 0)
		return 1;
	strict_reset();
	if (fopen64(inside("none/a"), "w") != NULL || strict_failure() == NULL)
		return 2;
	strict_reset();
	if (open64("/dev/full", O_WRONLY) == -1 || strict_failure() != NULL)
		return 3;
	if (write(open64("/dev/full", O_WRONLY), "a", 1) != -1 ||
	    strict_failure() == NULL ||
	    strcmp(strict_failure(), "write: No space left on device") != 0)
		return 4;
	return 0;
}

static int
calls_that_do_not(struct engine *engine)
{
	(void)engine;
	if (open64(inside("none"), O_RDONLY) != -1 || strict_failure() != NULL)
		return 1;
	if (fopen64(inside("none"), "r") != NULL || strict_failure() != NULL)
		return 2;
	if (read(-1, NULL, 0) != -1 || errno != EBADF ||
	    strict_failure() != NULL)
		return 3;
	return 0;
}

static void
only_calls_that_hide_something_are_noted(void **state)
{
	(void)state;
	assert_int_equal(in_child(calls_that_matter, NULL, 1), 0);
	assert_int_equal(in_child(calls_that_do_not, NULL, 1), 0);
	assert_int_equal(in_child(calls_that_matter, NULL, 0), 1);
}

/* As many descriptors as are open: a gzip needs one. */
static int
without_descriptors(struct engine *engine)
{
	struct bytes body = eicar_bytes();
	rlim_t lowest = (rlim_t)dup(0);

	body = gzip_of(&body);
	close((int)lowest);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ lowest, lowest });
	return scan(engine, &body);
}

static void
no_descriptor_left_is_seen(void **state)
{
	struct engine *engine = ready();

	(void)state;
	/* here libclamav at least complains */
	assert_int_equal(in_child(without_descriptors, engine, 0), SEEN_ERROR);
	assert_int_equal(in_child(without_descriptors, engine, 1),
	    SEEN_FAILURE);
	ops->free(&engine);
}

/* A page that only matches once it is normalised. */
static struct bytes
make_page(void)
{
	static const char page[] = "<html><body><P   >only-in-the-\n"
	    "<!-- x -->normal-form</P></body></html>";
	struct bytes b = { NULL, 0 };

	bytes_add(&b, page, sizeof page - 1);
	return b;
}

/* A scratch of its own with room for so many files. */
static int
on_small_scratch(struct engine *engine, const char *options)
{
	struct bytes body = make_page();

	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("none", inside("scratch"), "tmpfs", 0, options) == -1)
		return SEEN_SKIP;
	return scan(engine, &body);
}

static int
with_room(struct engine *engine)
{
	return on_small_scratch(engine, "size=1m,nr_inodes=100");
}

static int
without_inodes(struct engine *engine)
{
	return on_small_scratch(engine, "size=1m,nr_inodes=3");
}

static struct engine *
knows_the_page(void)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct err err = { "" };

	/* target 3 is normalised HTML: <p>only-in-the- normal-form */
	write_file(inside("db/page.ndb"), "Page.Test:3:*:"
	    "3c703e6f6e6c792d696e2d7468652d{-9}6e6f726d616c2d666f726d\n");
	if (ops->load_builtin(engine, &info, &err) == -1 ||
	    ops->load(engine, inside("db"), &info, &err) == -1 ||
	    ops->prepare(engine, &err) == -1)
		fail_msg("%s", err.text);
	return engine;
}

static void
no_inode_left_is_seen(void **state)
{
	struct engine *engine = knows_the_page();
	int seen = in_child(with_room, engine, 0);

	(void)state;
	if (seen == SEEN_SKIP) {
		ops->free(&engine);
		skip();
	}
	assert_int_equal(seen, SEEN_FOUND);
	assert_int_equal(in_child(without_inodes, engine, 0), SEEN_CLEAN);
	assert_int_equal(in_child(without_inodes, engine, 1), SEEN_FAILURE);
	ops->free(&engine);
}

/* 300000 zero bytes; unpacking takes 3.7 MB. */
static const uint8_t bzip2[] = {
	0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0xdf, 0x47,
	0x4d, 0x6f, 0x00, 0x02, 0x4c, 0x40, 0x80, 0xc0, 0x00, 0x04, 0x00, 0x00,
	0x08, 0x20, 0x00, 0x30, 0xcc, 0x05, 0x29, 0xa6, 0x14, 0x46, 0xc4, 0x51,
	0x1e, 0x2e, 0xe4, 0x8a, 0x70, 0xa1, 0x21, 0xbe, 0x8e, 0x9a, 0xde,
};

static int
without_memory(struct engine *engine)
{
	struct bytes body = { NULL, 0 };
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	rlim_t most;

	bytes_add(&body, bzip2, sizeof bzip2);
	if (file == NULL || fscanf(file, "%lu", &pages) != 1)
		return SEEN_SKIP;
	fclose(file);
	most = pages * 4096 + (512 << 10);
	setrlimit(RLIMIT_AS, &(struct rlimit){ most, most });
	return scan(engine, &body);
}

static void
no_memory_for_a_scan_kills(void **state)
{
	struct engine *engine;

	(void)state;
	if (!STRICT_ALLOC)
		skip();
	engine = ready();
	assert_int_equal(in_child(without_memory, engine, 0), SEEN_CLEAN);
	assert_int_equal(in_child(without_memory, engine, 1), -SIGABRT);
	ops->free(&engine);
}

static int
ask_for_too_much(struct engine *engine)
{
	void *volatile block = calloc(1UL << 46, 16);

	(void)engine;
	return block == NULL ? 0 : 1;
}

static int
ask_for_nothing(struct engine *engine)
{
	void *volatile block = malloc(0);

	(void)engine;
	block = realloc(block, 0);	/* frees, and gives NULL */
	return block == NULL ? 0 : 1;
}

static void
any_failed_allocation_kills_a_strict_process_only(void **state)
{
	(void)state;
	if (!STRICT_ALLOC)
		skip();
	assert_int_equal(in_child(ask_for_too_much, NULL, 0), 0);
	assert_int_equal(in_child(ask_for_too_much, NULL, 1), -SIGABRT);
	assert_int_equal(in_child(ask_for_nothing, NULL, 1), 0);
}

static int
from_file(void)
{
	int fd = open(inside("from"), O_RDWR | O_CREAT | O_TRUNC, 0600);

	return write(fd, "a", 1) == 1 && lseek(fd, 0, SEEK_SET) == 0 ? fd : -1;
}

/* Where it stands, it may not grow. */
static int
far_file(void)
{
	int fd = open(inside("far"), O_RDWR | O_CREAT, 0600);

	return lseek(fd, 1000, SEEK_SET) == 1000 ? fd : -1;
}

/* A file that takes nothing, by each call that libclamav writes with. */
static int
full_by(int number)
{
	int full = open("/dev/full", O_WRONLY), pipes[2];
	char byte[] = "a";
	struct iovec iov = { byte, 1 };
	FILE *file;

	switch (number) {
	case 0:
		return writev(full, &iov, 1) == -1;
	case 1:
		return pwrite64(full, "a", 1, 0) == -1;
	case 2:
		return pwritev(full, &iov, 1, 0) == -1;
	case 3:
		file = fdopen(full, "w");
		return fputs("a", file) >= 0 && fflush(file) != 0;
	case 4:
		file = fdopen(full, "w");
		setbuf(file, NULL);
		return fputc('a', file) == EOF && fclose(file) == 0;
	case 5:
		return ftruncate64(open(inside("long"), O_RDWR | O_CREAT,
		    0600), 1 << 20) == -1;
	case 6:
		return copy_file_range(from_file(), NULL, far_file(), NULL, 1,
		    0) == -1;
	case 7:
		return sendfile64(far_file(), from_file(), NULL, 1) == -1;
	case 8:
		return pipe2(pipes, 0) == 0 && write(pipes[1], "a", 1) == 1 &&
		    splice(pipes[0], NULL, far_file(), NULL, 1, 0) == -1;
	default:
		return -1;
	}
}

static int
every_writing_call(struct engine *engine)
{
	const struct rlimit least = { 1000, 1000 };
	int i;

	(void)engine;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &least);
	for (i = 0; i < 9; i++) {
		strict_reset();
		if (full_by(i) != 1 || strict_failure() == NULL)
			return 1 + i;
	}
	return 0;
}

static void
what_could_not_be_written_is_noted_by_every_call(void **state)
{
	(void)state;
	assert_int_equal(in_child(every_writing_call, NULL, 1), 0);
}

static int
too_many_copies(struct engine *engine)
{
	const struct rlimit few = { 8, 8 };
	int pipes[2];

	(void)engine;
	setrlimit(RLIMIT_NOFILE, &few);
	if (dup2(0, 20) != -1)
		return 1;
	while (dup(0) != -1)
		;
	strict_reset();
	if (fcntl64(0, F_DUPFD_CLOEXEC, 0) != -1 || strict_failure() == NULL)
		return 2;
	strict_reset();
	if (fcntl(0, F_DUPFD, 0) != -1 || strict_failure() == NULL)
		return 3;
	strict_reset();
	return pipe2(pipes, 0) == -1 && strict_failure() != NULL ? 0 : 4;
}

static void
a_descriptor_that_is_refused_is_noted(void **state)
{
	(void)state;
	assert_int_equal(in_child(too_many_copies, NULL, 1), 0);
}

static void *
never_run(void *nothing)
{
	return nothing;
}

static int
ask_for_a_thread(struct engine *engine)
{
	pthread_t thread;

	(void)engine;
	if (pthread_create(&thread, NULL, never_run, NULL) == 0)
		return 1;
	return strict_failure() != NULL &&
	    strncmp(strict_failure(), "pthread_create: ", 16) == 0 ? 0 : 2;
}

static void
a_thread_is_refused_and_noted(void **state)
{
	(void)state;
	assert_int_equal(in_child(ask_for_a_thread, NULL, 1), 0);
	assert_int_equal(in_child(ask_for_a_thread, NULL, 0), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(only_calls_that_hide_something_are_noted),
		IN_FOLDER(no_descriptor_left_is_seen),
		IN_FOLDER(no_inode_left_is_seen),
		IN_FOLDER(what_could_not_be_written_is_noted_by_every_call),
		IN_FOLDER(a_descriptor_that_is_refused_is_noted),
		IN_FOLDER(a_thread_is_refused_and_noted),
		IN_FOLDER(no_memory_for_a_scan_kills),
		IN_FOLDER(any_failed_allocation_kills_a_strict_process_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
