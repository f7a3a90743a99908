/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls that libclamav finds and reads files with, each in front of libc's
 * own. A new file or folder must not fail at all: its name is random, its place
 * our own. Which calls there are is compared by tests/unit/libclamav_calls.sh.
 */
#undef _FORTIFY_SOURCE	/* its inline versions would get in the way */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "worker/strict.h"
#include "worker/strict_real.h"

EXPORT int
mkdir(const char *path, mode_t mode)
{
	REAL(mkdir);
	int result = real(path, mode);

	strict_watch(result == -1, true, "mkdir");
	return result;
}

EXPORT int
open64(const char *path, int flags, ...)
{
	REAL(open64);
	va_list rest;
	mode_t mode;
	int fd;

	va_start(rest, flags);
	mode = __OPEN_NEEDS_MODE(flags) ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	fd = real(path, flags, mode);
	strict_watch(fd == -1, flags & O_CREAT, "open");
	return fd;
}

EXPORT int
openat64(int folder, const char *path, int flags, ...)
{
	REAL(openat64);
	va_list rest;
	mode_t mode;
	int fd;

	va_start(rest, flags);
	mode = __OPEN_NEEDS_MODE(flags) ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	fd = real(folder, path, flags, mode);
	strict_watch(fd == -1, flags & O_CREAT, "openat");
	return fd;
}

EXPORT FILE *
fopen64(const char *path, const char *mode)
{
	REAL(fopen64);
	FILE *file = real(path, mode);

	strict_watch(file == NULL, mode[0] != 'r', "fopen");
	return file;
}

EXPORT DIR *
opendir(const char *path)
{
	REAL(opendir);
	DIR *dir = real(path);

	strict_watch(dir == NULL, false, "opendir");
	return dir;
}

EXPORT int
dup2(int fd, int copy)
{
	REAL(dup2);
	int result = real(fd, copy);

	strict_watch(result == -1, false, "dup2");
	return result;
}

EXPORT int
pipe2(int fds[2], int flags)
{
	REAL(pipe2);
	int result = real(fds, flags);

	strict_watch(result == -1, false, "pipe2");
	return result;
}

/* F_DUPFD and its like. */
EXPORT int
fcntl(int fd, int command, ...)
{
	REAL(fcntl);
	va_list rest;
	void *argument;
	int result;

	va_start(rest, command);
	argument = va_arg(rest, void *);
	va_end(rest);
	result = real(fd, command, argument);
	strict_watch(result == -1, false, "fcntl");
	return result;
}

EXPORT int
fcntl64(int fd, int command, ...)
{
	REAL(fcntl64);
	va_list rest;
	void *argument;
	int result;

	va_start(rest, command);
	argument = va_arg(rest, void *);
	va_end(rest);
	result = real(fd, command, argument);
	strict_watch(result == -1, false, "fcntl");
	return result;
}

EXPORT int
dup(int fd)
{
	REAL(dup);
	int copy = real(fd);

	strict_watch(copy == -1, false, "dup");
	return copy;
}

EXPORT ssize_t
read(int fd, void *data, size_t len)
{
	REAL(read);
	ssize_t done = real(fd, data, len);

	strict_watch(done == -1, false, "read");
	return done;
}

EXPORT ssize_t
pread64(int fd, void *data, size_t len, off64_t at)
{
	REAL(pread64);
	ssize_t done = real(fd, data, len, at);

	strict_watch(done == -1, false, "pread");
	return done;
}

EXPORT ssize_t
readv(int fd, const struct iovec *to, int count)
{
	REAL(readv);
	ssize_t done = real(fd, to, count);

	strict_watch(done == -1, false, "readv");
	return done;
}

EXPORT ssize_t
preadv(int fd, const struct iovec *to, int count, off_t at)
{
	REAL(preadv);
	ssize_t done = real(fd, to, count, at);

	strict_watch(done == -1, false, "preadv");
	return done;
}

/* An allocation, too: libclamav's maps of what it unpacked are anonymous. */
EXPORT void *
mmap64(void *at, size_t len, int access, int flags, int fd, off64_t offset)
{
	REAL(mmap64);
	void *map = real(at, len, access, flags, fd, offset);

	if (map == MAP_FAILED && errno == ENOMEM && strict_begun())
		strict_no_memory(len);
	strict_watch(map == MAP_FAILED, false, "mmap");
	return map;
}

/* A worker gets no thread, and the attempt would kill it: who asks for one (a
 * decoder of large pictures, in some versions) is refused, and has not looked
 * at what it was given. */
EXPORT int
pthread_create(pthread_t *thread, const pthread_attr_t *attr,
    void *(*fn)(void *), void *arg)
{
	REAL(pthread_create);

	if (!strict_begun())
		return real(thread, attr, fn, arg);
	strict_note("pthread_create", EAGAIN);
	return EAGAIN;
}
