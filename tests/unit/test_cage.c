/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage/capabilities.h"
#include "cage/landlock.h"
#include "cage/seccomp.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static char folder[64];

static int
setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/glassgate-cage.XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	char line[128];

	(void)state;
	snprintf(line, sizeof line, "rm -r %s", folder);
	return system(line);
}

static const char *
in_folder(const char *name)
{
	static char path[2][128];
	static unsigned turn;

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
	return path[turn];
}

static void
make(const char *name)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT, 0600);

	assert_int_equal(write(fd, "text", 4), 4);
	close(fd);
}

/* What becomes of a child that does this: its wait status. */
static int
fate(int (*fn)(void))
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(fn());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
expect_fine(int (*fn)(void))
{
	int status = fate(fn);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("status 0x%x", (unsigned)status);
}

/* --- landlock --- */

/* 0, or the errno of an attempt to open. */
static int
open_errno(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

static int
enter_folders(unsigned rights, int abi_max)
{
	const struct landlock_rule rules[] = {
		{ in_folder("mine"), rights, false },
		{ "/nowhere/at-all", FILES_READ, true },
	};
	const struct landlock_cage cage = { .rules = rules,
		.count = COUNT(rules), .abi_max = abi_max };
	struct err err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    landlock_enter(&cage, &err) == -1) {
		fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	return 0;
}

static int
only_what_is_listed_can_be_read(void)
{
	return enter_folders(FILES_READ, 0) ||
	    open_errno(in_folder("mine/file"), O_RDONLY) != 0 ||
	    open_errno(in_folder("mine/file"), O_WRONLY) != EACCES ||
	    open_errno(in_folder("mine/new"), O_WRONLY | O_CREAT) != EACCES ||
	    open_errno(in_folder("other"), O_RDONLY) != EACCES ||
	    open_errno("/etc/passwd", O_RDONLY) != EACCES ||
	    unlink(in_folder("mine/file")) == 0;
}

static int
who_may_write_may_not_make_nor_remove(void)
{
	return enter_folders(FILES_READ | FILES_WRITE, 0) ||
	    open_errno(in_folder("mine/file"), O_RDWR) != 0 ||
	    open_errno(in_folder("mine/new"), O_WRONLY | O_CREAT) != EACCES ||
	    unlink(in_folder("mine/file")) == 0;
}

static int
who_may_write_may_not_cut_from_abi_3_on(void)
{
	int want = landlock_abi() >= 3 ? EACCES : 0;

	return enter_folders(FILES_READ | FILES_WRITE, 0) ||
	    open_errno(in_folder("mine/file"), O_WRONLY | O_TRUNC) != want;
}

static int
a_capped_abi_keeps_what_that_one_could(void)
{
	return enter_folders(FILES_READ | FILES_WRITE, 2) ||
	    open_errno(in_folder("mine/file"), O_WRONLY | O_TRUNC) != 0 ||
	    open_errno(in_folder("other"), O_RDONLY) != EACCES;
}

static int
who_may_make_and_remove_can(void)
{
	return enter_folders(FILES_READ | FILES_WRITE | FILES_MAKE |
	    FILES_REMOVE, 0) ||
	    open_errno(in_folder("mine/new"), O_WRONLY | O_CREAT) != 0 ||
	    mkdir(in_folder("mine/folder"), 0700) == -1 ||
	    rmdir(in_folder("mine/folder")) == -1 ||
	    unlink(in_folder("mine/new")) == -1;
}

static int
nothing_can_be_executed(void)
{
	if (enter_folders(FILES_READ, 0))
		return 1;
	execl("/bin/true", "true", (char *)NULL);
	return errno != EACCES;
}

static int
connect_errno(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return connect(fd, (struct sockaddr *)&to, sizeof to) == -1 ? errno :
	    0;
}

static int
no_tcp_from_abi_4_on(void)
{
	int want = landlock_abi() >= 4 ? EACCES : connect_errno();

	return enter_folders(FILES_READ, 0) || connect_errno() != want;
}

/* 0, or the errno of an attempt on the loopback's port. */
static int
port_errno(int (*call)(int, const struct sockaddr *, socklen_t), unsigned port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int result = call(fd, (struct sockaddr *)&at, sizeof at) == -1 ?
	    errno : 0;

	close(fd);
	return result;
}

/* Ports that nobody uses on a loopback: 1 and 9. */
static int
only_listed_ports_from_abi_4_on(void)
{
	static const struct landlock_port ports[] = {
		{ 0, PORT_BIND }, { 9, PORT_CONNECT },
	};
	const struct landlock_cage cage = { .ports = ports,
		.port_count = COUNT(ports), .only_ports = true };
	int want = landlock_abi() >= 4 ? EACCES : ECONNREFUSED;
	struct err err;

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    landlock_enter(&cage, &err) == -1 ||
	    port_errno(bind, 0) != 0 ||
	    (landlock_abi() >= 4 && port_errno(bind, 9) != EACCES) ||
	    port_errno(connect, 9) != ECONNREFUSED ||
	    port_errno(connect, 1) != want ||
	    open_errno(in_folder("other"), O_RDWR) != 0;
}

static int
who_keeps_only_ports_may_mount(void)
{
	const struct landlock_cage cage = { .only_ports = true };
	struct err err;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1)
		return 0;		/* not on this machine */
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    landlock_enter(&cage, &err) == -1 ||
	    mount("none", in_folder("mine"), "tmpfs", 0, NULL) == -1;
}

static int
no_signal_leaves_the_cage_from_abi_6_on(void)
{
	int want = landlock_abi() >= 6 ? -1 : 0;

	return enter_folders(FILES_READ, 0) || kill(getppid(), 0) != want;
}

static void
landlock_keeps(void **state)
{
	static int (*const cases[])(void) = {
		only_what_is_listed_can_be_read,
		who_may_write_may_not_make_nor_remove,
		who_may_write_may_not_cut_from_abi_3_on,
		a_capped_abi_keeps_what_that_one_could,
		who_may_make_and_remove_can,
		nothing_can_be_executed,
		no_tcp_from_abi_4_on,
		only_listed_ports_from_abi_4_on,
		who_keeps_only_ports_may_mount,
		no_signal_leaves_the_cage_from_abi_6_on,
	};
	size_t i;

	(void)state;
	if (landlock_abi() == 0)
		skip();
	assert_int_equal(mkdir(in_folder("mine"), 0700), 0);
	make("mine/file");
	make("other");
	for (i = 0; i < COUNT(cases); i++) {
		int status = fate(cases[i]);

		if (status != 0)
			fail_msg("case %zu: status 0x%x", i, (unsigned)status);
	}
}

static int
enter_a_missing_folder(void)
{
	const struct landlock_rule rule = { "/nowhere/at-all", FILES_READ,
		false };
	const struct landlock_cage cage = { .rules = &rule, .count = 1 };
	struct err err;

	return landlock_enter(&cage, &err) != -1 ||
	    strncmp(err.text, "/nowhere/at-all: ", 17) != 0;
}

static void
a_missing_folder_refuses_and_is_named(void **state)
{
	(void)state;
	if (landlock_abi() == 0)
		skip();
	expect_fine(enter_a_missing_folder);
}

/* --- seccomp --- */

static const struct seccomp_call calls[] = {
	CALL_ALLOW(exit_group),
	CALL_ALLOW(write),
	CALL_ALLOW_IF(socket, ARG_IS(0, AF_UNIX)),
	CALL_ALLOW_IF(openat, ARG_BITS(2, O_ACCMODE | O_TRUNC, O_RDONLY)),
	CALL_REFUSE(getppid, ENOSYS),
	CALL_KILL(ptrace),
};

static int
enter_filter(uint32_t otherwise)
{
	const struct seccomp_filter filter = { otherwise, calls,
		COUNT(calls) };
	struct err err;

	return seccomp_enter(&filter, &err);
}

static int
what_has_no_row_is_refused(void)
{
	return enter_filter(SCMP_ACT_ERRNO(EPERM)) != 0 ||
	    mkdir("/tmp/never", 0700) != -1 || errno != EPERM;
}

static int
arguments_decide(void)
{
	return enter_filter(SCMP_ACT_ERRNO(EPERM)) != 0 ||
	    socket(AF_UNIX, SOCK_STREAM, 0) == -1 ||
	    socket(AF_INET, SOCK_STREAM, 0) != -1 || errno != EPERM ||
	    openat(-1, "/dev/null", O_RDONLY | O_CLOEXEC) == -1 ||
	    openat(-1, "/dev/null", O_RDONLY | O_TRUNC) != -1;
}

static int
a_row_has_its_own_answer(void)
{
	return enter_filter(SCMP_ACT_ERRNO(EPERM)) != 0 ||
	    syscall(SCMP_SYS(getppid)) != -1 || errno != ENOSYS;
}

static int
a_fatal_row_kills(void)
{
	if (enter_filter(SCMP_ACT_ERRNO(EPERM)) != 0)
		return 1;
	return (int)syscall(SCMP_SYS(ptrace), 0, 0, 0, 0);
}

static int
what_has_no_row_kills_where_it_was_said(void)
{
	if (enter_filter(SCMP_ACT_KILL_PROCESS) != 0)
		return 1;
	return mkdir("/tmp/never", 0700);
}

static void
seccomp_keeps(void **state)
{
	static const struct {
		int (*fn)(void);
		int signal;
	} cases[] = {
		{ what_has_no_row_is_refused, 0 },
		{ arguments_decide, 0 },
		{ a_row_has_its_own_answer, 0 },
		{ a_fatal_row_kills, SIGSYS },
		{ what_has_no_row_kills_where_it_was_said, SIGSYS },
	};
	size_t i;

	(void)state;
	if (*SANITIZER_PRELOAD != '\0')
		skip();
	for (i = 0; i < COUNT(cases); i++) {
		int status = fate(cases[i].fn);

		if ((status & ~0x80) != cases[i].signal)
			fail_msg("case %zu: status 0x%x", i, (unsigned)status);
	}
}

/* --- capabilities --- */

static int
what_is_not_kept_is_gone(void)
{
	struct err err;

	return capabilities_keep(CAPABILITY(CAP_KILL), &err) == -1 ||
	    prctl(PR_CAPBSET_READ, CAP_KILL) != 1 ||
	    prctl(PR_CAPBSET_READ, CAP_CHOWN) != 0 ||
	    chown(in_folder("file"), 1, 1) != -1 || errno != EPERM;
}

static void
capabilities_are_for_good(void **state)
{
	(void)state;
	make("file");
	if (geteuid() != 0)
		skip();
	expect_fine(what_is_not_kept_is_gone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(landlock_keeps, setup,
		    teardown),
		cmocka_unit_test(a_missing_folder_refuses_and_is_named),
		cmocka_unit_test(seccomp_keeps),
		cmocka_unit_test_setup_teardown(capabilities_are_for_good,
		    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
