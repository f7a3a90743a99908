/* SPDX-License-Identifier: GPL-2.0-only */
/* What a captured worker would do. Some of it ends only when it is ended. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/fakes/hostile.h"

#define PIECE (1 << 20)
#define FILES_AT_ONCE 4		/* what is filled on a disk without a cap */
#define INODES_AT_ONCE 1200
#define TEN_GIGABYTES (10LL << 30)

static int
result_of(long result)
{
	return result == -1 ? errno : 0;
}

static pid_t
whom(const struct attempt *a)
{
	return atoi(a->argument);
}

static int
open_path(const char *path, int flags)
{
	return result_of(open(path, flags, 0666));
}

static int
read_file(const struct attempt *a)
{
	return open_path(a->argument, O_RDONLY);
}

static int
write_file(const struct attempt *a)
{
	return open_path(a->argument, O_WRONLY | O_CREAT);
}

static int
connect_to(int family, int kind, const void *address, socklen_t len)
{
	int fd = socket(family, kind, 0);

	if (fd == -1)
		return errno;
	return result_of(connect(fd, address, len));
}

static int
connect_inet(const struct attempt *a, int kind)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(a->argument)),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };

	return connect_to(AF_INET, kind, &to, sizeof to);
}

static int
connect_tcp(const struct attempt *a)
{
	return connect_inet(a, SOCK_STREAM);
}

static int
connect_udp(const struct attempt *a)
{
	return connect_inet(a, SOCK_DGRAM);
}

static int
connect_unix(const struct attempt *a)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof to.sun_path, "%s", a->argument);
	return connect_to(AF_UNIX, SOCK_SEQPACKET, &to, sizeof to);
}

static int
resolve(const struct attempt *a)
{
	struct addrinfo *found;

	return getaddrinfo(a->argument, "80", NULL, &found) == 0 ? 0 :
	    EHOSTUNREACH;
}

/* The keeper listens on 4 and 5. */
static int
accept_job(const struct attempt *a)
{
	(void)a;
	return result_of(accept4(4, NULL, NULL, SOCK_CLOEXEC));
}

static int
execute(const struct attempt *a)
{
	(void)a;
	return result_of(execl("/bin/true", "true", (char *)NULL));
}

static int
fork_on(const struct attempt *a)
{
	(void)a;
	for (;;)
		if (fork() == -1)
			return errno;
}

static int
send_signal(const struct attempt *a)
{
	return result_of(kill(whom(a), SIGKILL));
}

static int
trace(const struct attempt *a)
{
	return result_of(ptrace(PTRACE_ATTACH, whom(a), NULL, NULL));
}

static int
read_memory(const struct attempt *a)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/mem", (int)whom(a));
	return open_path(path, O_RDONLY);
}

static int
read_memory_by_call(const struct attempt *a)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };

	return result_of(process_vm_readv(whom(a), &here, 1, &there, 1, 0));
}

/* "Done" counts only if it was. */
static int
close_to_others(const struct attempt *a)
{
	struct stat st;

	if (chmod(a->argument, 0) == -1 || stat(a->argument, &st) == -1)
		return errno;
	return (st.st_mode & 0700) == 0 ? 0 : EPERM;
}

/* Standard error is its keeper's ear: that could be made to wait. */
static int
spoil_log(const struct attempt *a)
{
	(void)a;
	return result_of(fcntl(STDERR_FILENO, F_SETFL, O_NONBLOCK));
}

/* By every way: the first that works. */
static int
write_body(const struct attempt *a)
{
	if (a->body == -1)
		return EBADF;
	if (write(a->body, "x", 1) == 1 || ftruncate(a->body, 0) == 0 ||
	    mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, a->body, 0) !=
	    MAP_FAILED)
		return 0;
	return errno;
}

static int
eat_memory(const struct attempt *a)
{
	(void)a;
	for (;;) {
		char *piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (piece == MAP_FAILED)
			return errno;
		memset(piece, 1, PIECE);
	}
}

static int
fill_one(const char *name, long long most)
{
	static char piece[PIECE];
	int fd = open(name, O_WRONLY | O_CREAT, 0600);
	long long done = 0;

	if (fd == -1)
		return errno;
	while (done < most) {
		ssize_t n = write(fd, piece, sizeof piece);

		if (n == -1)
			return errno;
		done += n;
	}
	return 0;
}

/* Each file as large as one may be. */
static int
fill_scratch(const struct attempt *a)
{
	long long each = atoll(a->argument);
	char name[16];
	int i, result = 0;

	for (i = 0; i < FILES_AT_ONCE && result == 0; i++) {
		snprintf(name, sizeof name, "%d", i);
		result = fill_one(name, each);
	}
	return result;
}

static int
fill_inodes(const struct attempt *a)
{
	char name[16];
	int i, fd;

	(void)a;
	for (i = 0; i < INODES_AT_ONCE; i++) {
		snprintf(name, sizeof name, "%d", i);
		fd = open(name, O_WRONLY | O_CREAT, 0600);
		if (fd == -1)
			return errno;
		close(fd);
	}
	return 0;
}

static int
write_too_much(const struct attempt *a)
{
	(void)a;
	return fill_one("big", TEN_GIGABYTES);
}

static int
spin(const struct attempt *a)
{
	volatile int on = 1;

	(void)a;
	while (on)
		continue;
	return 0;
}

static int
sleep_on(const struct attempt *a)
{
	(void)a;
	while (poll(NULL, 0, -1) != 1)
		continue;
	return 0;
}

static int
crash(const struct attempt *a)
{
	volatile char *nowhere = NULL;

	(void)a;
	*nowhere = 1;
	return 0;
}

static int
leave(const struct attempt *a)
{
	(void)a;
	_exit(0);
}

const struct hostile_act hostile_acts[] = {
	{ "read", read_file },
	{ "write", write_file },
	{ "tcp", connect_tcp },
	{ "udp", connect_udp },
	{ "unix", connect_unix },
	{ "resolve", resolve },
	{ "accept", accept_job },
	{ "execute", execute },
	{ "fork", fork_on },
	{ "signal", send_signal },
	{ "trace", trace },
	{ "memory", read_memory },
	{ "memory-by-call", read_memory_by_call },
	{ "chmod", close_to_others },
	{ "spoil-log", spoil_log },
	{ "body", write_body },
	{ "eat", eat_memory },
	{ "fill", fill_scratch },
	{ "inodes", fill_inodes },
	{ "ten-gigabytes", write_too_much },
	{ "spin", spin },
	{ "sleep", sleep_on },
	{ "crash", crash },
	{ "leave", leave },
	{ NULL, NULL },
};
