/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls that libclamav writes what it unpacked with, each in front of
 * libc's own: a file that is short would be scanned as if it were whole.
 */
#undef _FORTIFY_SOURCE	/* its inline versions would get in the way */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "worker/strict.h"
#include "worker/strict_real.h"

EXPORT ssize_t
write(int fd, const void *data, size_t len)
{
	REAL(write);
	ssize_t done = real(fd, data, len);

	strict_watch(done == -1, false, "write");
	return done;
}

EXPORT size_t
fwrite(const void *data, size_t size, size_t count, FILE *file)
{
	REAL(fwrite);
	size_t done = real(data, size, count, file);

	strict_watch(done < count, false, "fwrite");
	return done;
}

EXPORT ssize_t
writev(int fd, const struct iovec *from, int count)
{
	REAL(writev);
	ssize_t done = real(fd, from, count);

	strict_watch(done == -1, false, "writev");
	return done;
}

EXPORT ssize_t
pwrite64(int fd, const void *data, size_t len, off64_t at)
{
	REAL(pwrite64);
	ssize_t done = real(fd, data, len, at);

	strict_watch(done == -1, false, "pwrite");
	return done;
}

EXPORT ssize_t
pwritev(int fd, const struct iovec *from, int count, off_t at)
{
	REAL(pwritev);
	ssize_t done = real(fd, from, count, at);

	strict_watch(done == -1, false, "pwritev");
	return done;
}

EXPORT int
ftruncate64(int fd, off64_t len)
{
	REAL(ftruncate64);
	int result = real(fd, len);

	strict_watch(result == -1, false, "ftruncate");
	return result;
}

EXPORT ssize_t
sendfile64(int to, int from, off64_t *at, size_t len)
{
	REAL(sendfile64);
	ssize_t done = real(to, from, at, len);

	strict_watch(done == -1, false, "sendfile");
	return done;
}

EXPORT ssize_t
copy_file_range(int from, off64_t *at, int to, off64_t *to_at, size_t len,
    unsigned flags)
{
	REAL(copy_file_range);
	ssize_t done = real(from, at, to, to_at, len, flags);

	strict_watch(done == -1, false, "copy_file_range");
	return done;
}

EXPORT ssize_t
splice(int from, off64_t *at, int to, off64_t *to_at, size_t len,
    unsigned flags)
{
	REAL(splice);
	ssize_t done = real(from, at, to, to_at, len, flags);

	strict_watch(done == -1, false, "splice");
	return done;
}

EXPORT int
fflush(FILE *file)
{
	REAL(fflush);
	int result = real(file);

	strict_watch(result != 0, false, "fflush");
	return result;
}

/* fputs(), putc(), fprintf() and fread() leave their failure in the file, and
 * fclose() does not tell it. */
EXPORT int
fclose(FILE *file)
{
	REAL(fclose);
	bool failed = ferror(file) != 0;
	int result = real(file);

	strict_watch(result != 0, false, "fclose");
	if (failed)
		strict_note("fclose", EIO);
	return result;
}
