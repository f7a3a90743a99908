/* SPDX-License-Identifier: GPL-2.0-only */
/* The owner's list, from its file: of the runtime or the state folder. */
#include "policy/lists.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"

static int
read_list(struct lists *lists, int fd, const char *path, struct err *err)
{
	AUTO_FREE char *text = malloc(LISTS_TEXT_MAX);
	ssize_t len;

	if (text == NULL)
		return err_sys(err, "malloc");
	/* One that does not fit is none of ours. */
	len = file_read_all(fd, text, LISTS_TEXT_MAX);
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
