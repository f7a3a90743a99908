/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls that libclamav unpacks with, each in front of libc's own. A new
 * file or folder must not fail at all: its name is random, its place our own.
 */
#undef _FORTIFY_SOURCE	/* its inline versions would get in the way */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "worker/strict.h"

#define EXPORT __attribute__((visibility("default")))

/* libc's function of that name, looked up once. */
#define REAL(name)                                                             \
	static __typeof__(&name) real;                                         \
	if (real == NULL)                                                      \
	find(&real, #name)

static void
find(void *slot, const char *name)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	if (symbol == NULL)
		abort();
	memcpy(slot, &symbol, sizeof symbol);
}

/* Says "it is there, and could not be looked at". */
static bool
ran_out(int error)
{
	static const int all[] = {
		EMFILE, ENFILE, ENOMEM, ENOSPC, EDQUOT, EFBIG, EROFS, EIO,
	};
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] == error)
			return true;
	return false;
}

static void
watch(bool failed, bool makes, const char *call)
{
	int error = errno;

	if (failed && (makes || ran_out(error)))
		strict_note(call, error);
	errno = error;
}

EXPORT int
mkdir(const char *path, mode_t mode)
{
	REAL(mkdir);
	int result = real(path, mode);

	watch(result == -1, true, "mkdir");
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
	watch(fd == -1, flags & O_CREAT, "open");
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
	watch(fd == -1, flags & O_CREAT, "openat");
	return fd;
}

EXPORT FILE *
fopen64(const char *path, const char *mode)
{
	REAL(fopen64);
	FILE *file = real(path, mode);

	watch(file == NULL, mode[0] != 'r', "fopen");
	return file;
}

EXPORT DIR *
opendir(const char *path)
{
	REAL(opendir);
	DIR *dir = real(path);

	watch(dir == NULL, false, "opendir");
	return dir;
}

EXPORT int
dup(int fd)
{
	REAL(dup);
	int copy = real(fd);

	watch(copy == -1, false, "dup");
	return copy;
}

EXPORT ssize_t
write(int fd, const void *data, size_t len)
{
	REAL(write);
	ssize_t done = real(fd, data, len);

	watch(done == -1, false, "write");
	return done;
}

EXPORT size_t
fwrite(const void *data, size_t size, size_t count, FILE *file)
{
	REAL(fwrite);
	size_t done = real(data, size, count, file);

	watch(done < count, false, "fwrite");
	return done;
}

EXPORT int
fclose(FILE *file)
{
	REAL(fclose);
	int result = real(file);

	watch(result != 0, false, "fclose");
	return result;
}

EXPORT ssize_t
read(int fd, void *data, size_t len)
{
	REAL(read);
	ssize_t done = real(fd, data, len);

	watch(done == -1, false, "read");
	return done;
}

EXPORT ssize_t
pread64(int fd, void *data, size_t len, off64_t at)
{
	REAL(pread64);
	ssize_t done = real(fd, data, len, at);

	watch(done == -1, false, "pread");
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
	watch(map == MAP_FAILED, false, "mmap");
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
