/* SPDX-License-Identifier: GPL-2.0-only */
/* The owner's list, from its file: of the runtime or the state folder. */
#include "policy/lists.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Up to its end; one that does not fit is none of ours. */
static ssize_t
read_all(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, text + len, size - len);
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0)
			len += (size_t)n;
	} while (n != 0 && len < size);
	return (ssize_t)len;
}

static int
read_list(struct lists *lists, int fd, const char *path, struct err *err)
{
	AUTO_FREE char *text = malloc(LISTS_TEXT_MAX);
	ssize_t len;

	if (text == NULL)
		return err_sys(err, "malloc");
	len = read_all(fd, text, LISTS_TEXT_MAX);
	if (len == -1)
		return err_sys(err, path);
	if (len == LISTS_TEXT_MAX)
		return err_set(err, "%s: is too long", path);
	return lists_read(lists, text, (size_t)len, err) == -1 ?
	    err_wrap(err, "%s", path) : 0;
}

int
lists_load(struct lists *lists, const char *folder, struct err *err)
{
	AUTO_CLOSE int fd = -1;
	char path[PATH_MAX];

	lists->count = 0;
	if (snprintf(path, sizeof path, "%s/" LISTS_FILE, folder) >=
	    (int)sizeof path)
		return err_set(err, "%s: the path is too long", folder);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1 && errno == ENOENT)
		return 1;
	return fd == -1 ? err_sys(err, path) :
	    read_list(lists, fd, path, err);
}
