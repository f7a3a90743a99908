/* SPDX-License-Identifier: GPL-2.0-only */
/* The cage of a worker, technique by technique: each try in a fork that has
 * entered it. That an engine lives in it is test_engine_caged's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cage/landlock.h"
#include "cage/seccomp.h"
#include "worker/sandbox.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define MEMORY (64ULL << 20)
#define LARGEST_FILE 4096

static char folder[64];

static int
make_folders(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_sandbox.XXXXXX");
	if (mkdtemp(folder) == NULL || chdir(folder) == -1 ||
	    mkdir("mine", 0700) == -1)
		return -1;
	return mkdir("other", 0700);
}

static int
remove_folders(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return chdir("/") == -1 || system(command) != 0;
}

/* In the layers named; -1: no cage. */
static int
enter(uint32_t layers, pid_t parent)
{
	const int fds[] = { 1, 2 };
	char scratch[PATH_MAX];
	const struct cage cage = {
		.parent = parent,
		.scratch = scratch,
		.fds = fds,
		.fd_count = COUNT(fds),
		.scratch_max = LARGEST_FILE,
		.memory_max = MEMORY,
		.info = { layers, 2 },
	};
	struct err err;

	snprintf(scratch, sizeof scratch, "%s/mine", folder);
	if (sandbox_enter(&cage, &err) == 0)
		return 0;
	fprintf(stderr, "%s\n", err.text);
	return -1;
}

#define NO_CAGE 97		/* 99: seccomp_named.c */

static int
fate(uint32_t layers, int (*fn)(void))
{
	pid_t self = getpid(), pid;
	int status = 0;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(enter(layers, self) == -1 ? NO_CAGE : fn());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* --- what is always there --- */

static int
only_the_listed_descriptors_are_open(void)
{
	int fd, open_ones = 0;

	for (fd = 0; fd < 256; fd++)
		open_ones += fcntl(fd, F_GETFD) != -1;
	return open_ones != 2;
}

static int
a_child_of_another_is_refused(void)
{
	/* in the cage already; its parent is not process 1 */
	return enter(0, 1) == -1 ? 0 : 1;
}

static int
limits_hold(void)
{
	struct rlimit core, files, threads, locked, space;

	if (getrlimit(RLIMIT_CORE, &core) == -1 ||
	    getrlimit(RLIMIT_NOFILE, &files) == -1 ||
	    getrlimit(RLIMIT_NPROC, &threads) == -1 ||
	    getrlimit(RLIMIT_MEMLOCK, &locked) == -1 ||
	    getrlimit(RLIMIT_AS, &space) == -1)
		return 1;
	return core.rlim_max != 0 || files.rlim_max != 256 ||
	    threads.rlim_max != 0 || locked.rlim_max != 0 ||
	    space.rlim_max == RLIM_INFINITY;
}

static int
it_may_not_map_without_end(void)
{
	return mmap(NULL, 2 * MEMORY, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static int
it_is_not_dumpable_and_gains_nothing(void)
{
	return prctl(PR_GET_DUMPABLE) != 0 || prctl(PR_GET_NO_NEW_PRIVS,
	    0, 0, 0, 0) != 1;
}

static int
a_file_is_as_large_as_it_may_be(void)
{
	char bytes[LARGEST_FILE] = "";
	int fd = open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (write(fd, bytes, sizeof bytes) != sizeof bytes)
		return 1;
	return (int)write(fd, bytes, 1);	/* SIGXFSZ */
}

static int
it_stands_in_its_scratch(void)
{
	struct stat here, mine;

	return stat(".", &here) == -1 || stat("../mine", &mine) == -1 ||
	    here.st_ino != mine.st_ino || umask(0) != 077;
}

static const struct {
	const char *what;
	int (*fn)(void);
	int signal;
} always[] = {
	{ "descriptors", only_the_listed_descriptors_are_open, 0 },
	{ "parent", a_child_of_another_is_refused, 0 },
	{ "limits", limits_hold, 0 },
	{ "address space", it_may_not_map_without_end, 0 },
	{ "dumpable", it_is_not_dumpable_and_gains_nothing, 0 },
	{ "file size", a_file_is_as_large_as_it_may_be, SIGXFSZ },
	{ "scratch", it_stands_in_its_scratch, 0 },
};

static void
without_any_layer_there_are_limits(void **state)
{
	size_t i;
	int status;

	(void)state;
	if (!STRICT_ALLOC)
		skip();		/* a sanitizer build has other limits */
	signal(SIGXFSZ, SIG_DFL);
	for (i = 0; i < COUNT(always); i++) {
		status = fate(0, always[i].fn);
		if (status != always[i].signal)
			fail_msg("%s: 0x%x", always[i].what, (unsigned)status);
	}
}

static void
it_goes_with_its_parent(void **state)
{
	int ends[2];
	char byte;
	pid_t parent, self;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	parent = fork();
	if (parent == 0) {
		self = getpid();
		if (fork() == 0) {
			/* 1 stays open in the cage: the pipe's end */
			dup2(ends[1], 1);
			if (enter(0, self) == 0 && write(1, "x", 1) == 1)
				pause();
			_exit(0);
		}
		pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	assert_int_equal(read(ends[0], &byte, 1), 0);	/* gone */
	close(ends[0]);
}

/* --- Landlock --- */

static int
open_errno(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

static int
files_are_those_of_the_scratch(void)
{
	char program[] = "mine";
	char *const argv[] = { program, NULL };

	return open_errno("file", O_RDWR | O_CREAT) != 0 ||
	    mkdir("sub", 0700) != 0 || rmdir("sub") != 0 ||
	    unlink("file") != 0 ||
	    open_errno("../file", O_WRONLY | O_CREAT) != EACCES ||
	    open_errno("../other", O_RDONLY | O_DIRECTORY) != EACCES ||
	    mkdir("../other/sub", 0700) != -1 || errno != EACCES ||
	    rmdir("../other") != -1 || errno != EACCES ||
	    open_errno("/etc/passwd", O_RDONLY) != EACCES ||
	    open_errno("/proc/self/mem", O_RDONLY) != EACCES ||
	    open_errno("/dev/null", O_WRONLY) != EACCES ||
	    execv("/bin/true", argv) != -1 || errno != EACCES;
}

static void
landlock_leaves_it_its_scratch(void **state)
{
	(void)state;
	if (landlock_abi() < 2)
		skip();
	assert_int_equal(fate(LAYER_BIT(LAYER_LANDLOCK),
	    files_are_those_of_the_scratch), 0);
}

/* --- seccomp --- */

#define TRY(name, ...)                                                         \
	static int try_##name(void)                                            \
	{                                                                      \
		return (int)syscall(SYS_##name, __VA_ARGS__);                  \
	}

TRY(socket, AF_UNIX, SOCK_STREAM, 0)
TRY(socketpair, AF_UNIX, SOCK_STREAM, 0, NULL)
TRY(connect, 1, NULL, 0)
TRY(accept4, 1, NULL, NULL, 0)
TRY(bind, 1, NULL, 0)
TRY(fork, 0)
TRY(clone, SIGCHLD, 0, 0, 0, 0)
TRY(clone3, NULL, 0)
TRY(execve, "/bin/true", NULL, NULL)
TRY(execveat, 1, "", NULL, NULL, 0)
TRY(ptrace, 0, 0, 0, 0)
TRY(process_vm_readv, 1, NULL, 0, NULL, 0, 0)
TRY(kill, 1, 0)
TRY(tkill, 1, 0)
TRY(pidfd_open, 1, 0)
TRY(prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)
TRY(prlimit64, 0, RLIMIT_NOFILE, NULL, NULL)
TRY(ioctl, 1, FIONREAD, 0)
TRY(mount, NULL, NULL, NULL, 0, NULL)
TRY(unshare, CLONE_NEWUSER)
TRY(setuid, 0)
TRY(chroot, ".")
TRY(rename, "a", "b")
TRY(link, "a", "b")
TRY(symlink, "a", "b")
TRY(chown, ".", 0, 0)
TRY(memfd_create, "a", 0)
TRY(bpf, 0, NULL, 0)
TRY(io_uring_setup, 1, NULL)
TRY(userfaultfd, 0)
TRY(perf_event_open, NULL, 0, 0, 0, 0)
TRY(keyctl, 0, 0, 0, 0, 0)
TRY(inotify_init1, 0)
TRY(seccomp, 0, 0, NULL)

static int
map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int
make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static int
change_the_log(void)
{
	return fcntl(2, F_SETFL, O_NONBLOCK);
}

static int
own_the_log(void)
{
	return fcntl(2, F_SETOWN, 1);
}

static int
signal_the_parent(void)
{
	return (int)syscall(SYS_tgkill, 1, 1, SIGABRT);
}

static int
signal_itself_otherwise(void)
{
	return (int)syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1);
}

#define FATAL(name) { try_##name, #name }

static const struct {
	int (*fn)(void);
	const char *call;
} fatal[] = {
	FATAL(socket), FATAL(socketpair), FATAL(connect), FATAL(accept4),
	FATAL(bind), FATAL(fork), FATAL(clone), FATAL(clone3), FATAL(execve),
	FATAL(execveat), FATAL(ptrace), FATAL(process_vm_readv), FATAL(kill),
	FATAL(tkill), FATAL(pidfd_open), FATAL(prctl), FATAL(prlimit64),
	FATAL(ioctl), FATAL(mount), FATAL(unshare), FATAL(setuid),
	FATAL(chroot), FATAL(rename), FATAL(link), FATAL(symlink),
	FATAL(chown), FATAL(memfd_create), FATAL(bpf), FATAL(io_uring_setup),
	FATAL(userfaultfd), FATAL(perf_event_open), FATAL(keyctl),
	FATAL(inotify_init1), FATAL(seccomp),
	{ map_code, "mmap" }, { make_code, "mprotect" },
	{ change_the_log, "fcntl" }, { own_the_log, "fcntl" },
	{ signal_the_parent, "tgkill" }, { signal_itself_otherwise, "tgkill" },
};

static bool
names_the_call(void)
{
	return seccomp_end() == SCMP_ACT_TRAP;
}

static void
what_is_not_on_the_list_kills(void **state)
{
	/* --enable-cage-debug names the call and goes */
	int end = names_the_call() ? 99 << 8 : SIGSYS, status;
	size_t i;

	(void)state;
	if (!seccomp_possible())
		skip();
	for (i = 0; i < COUNT(fatal); i++) {
		status = fate(LAYER_BIT(LAYER_SECCOMP), fatal[i].fn);
		if (status != end)
			fail_msg("%s: 0x%x", fatal[i].call, (unsigned)status);
	}
}

/* What it wrote to the log, when it was one of the two that stay open. */
static void
last_words(int (*fn)(void), char *out, size_t size)
{
	int ends[2], log = dup(STDERR_FILENO);
	ssize_t len;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	fate(LAYER_BIT(LAYER_SECCOMP), fn);
	dup2(log, STDERR_FILENO);
	close(log);
	close(ends[1]);
	len = read(ends[0], out, size - 1);
	close(ends[0]);
	out[len > 0 ? len : 0] = '\0';
}

static void
a_debug_build_names_the_call(void **state)
{
	char said[256], want[64];
	size_t i;

	(void)state;
	if (!seccomp_possible() || !names_the_call())
		skip();
	for (i = 0; i < COUNT(fatal); i++) {
		snprintf(want, sizeof want, "may not call %s (",
		    fatal[i].call);
		last_words(fatal[i].fn, said, sizeof said);
		if (strncmp(said, "cage: pid ", 10) != 0 ||
		    strstr(said, want) == NULL)
			fail_msg("%s: \"%s\"", fatal[i].call, said);
	}
}

static int
modes_of_others_stay(void)
{
	struct stat st;

	return chmod("../other", 0) != 0 ||
	    fchmodat(AT_FDCWD, "../other", 0, 0) != 0 ||
	    stat("../other", &st) == -1 || (st.st_mode & 0777) != 0700;
}

static int
end_by_abort(void)
{
	abort();
}

static void
what_it_needs_is_left_to_it(void **state)
{
	(void)state;
	if (!seccomp_possible())
		skip();
	assert_int_equal(fate(LAYER_BIT(LAYER_SECCOMP), modes_of_others_stay),
	    0);
	assert_int_equal(fate(LAYER_BIT(LAYER_SECCOMP), end_by_abort),
	    SIGABRT);
}

#define IN_FOLDER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, make_folders, remove_folders)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(without_any_layer_there_are_limits),
		IN_FOLDER(it_goes_with_its_parent),
		IN_FOLDER(landlock_leaves_it_its_scratch),
		IN_FOLDER(what_is_not_on_the_list_kills),
		IN_FOLDER(a_debug_build_names_the_call),
		IN_FOLDER(what_it_needs_is_left_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
