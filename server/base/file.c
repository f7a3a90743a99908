/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

int
file_write_all(int fd, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t
file_read_all(int fd, void *bytes, size_t size)
{
	uint8_t *at = bytes;
	size_t have = 0;

	while (have < size) {
		ssize_t n = read(fd, at + have, size - have);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

/* Nobody reads it before it is whole, also after a power cut. */
static int
write_new(const char *path, const void *bytes, size_t len, mode_t mode,
    struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);

	if (fd == -1 || file_write_all(fd, bytes, len) == -1 ||
	    fchmod(fd, mode) == -1 || fsync(fd) == -1)
		return err_sys(err, path);
	return 0;
}

int
file_replace(const char *path, const void *bytes, size_t len, mode_t mode,
    struct err *err)
{
	char fresh[PATH_MAX];

	if (snprintf(fresh, sizeof fresh, "%s.new", path) >=
	    (int)sizeof fresh)
		return err_set(err, "%s: the path is too long", path);
	unlink(fresh);
	if (write_new(fresh, bytes, len, mode, err) == -1) {
		unlink(fresh);
		return -1;
	}
	if (rename(fresh, path) == -1) {
		err_sys(err, path);
		unlink(fresh);
		return -1;
	}
	return 0;
}
