/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define DEPTH_MAX 200		/* each level holds one descriptor */

static int remove_at(int at, const char *name, int depth);

static int
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int
remove_content(int at, const char *name, int depth)
{
	AUTO_DIR DIR *dir = NULL;
	const struct dirent *entry;
	int fd, result = 0;

	if (depth == DEPTH_MAX) {
		errno = ELOOP;
		return -1;
	}
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return -1;
	dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return -1;
	}
	while ((entry = readdir(dir)) != NULL)
		if (!is_dots(entry->d_name) &&
		    remove_at(dirfd(dir), entry->d_name, depth + 1) == -1)
			result = -1;
	return result;
}

static int
remove_at(int at, const char *name, int depth)
{
	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)	/* what Linux says of a folder */
		return -1;
	if (remove_content(at, name, depth) == -1)
		return -1;
	return unlinkat(at, name, AT_REMOVEDIR);
}

int
tree_remove(int at, const char *name)
{
	return remove_at(at, name, 0);
}

int
tree_make(const char *folder, struct err *err)
{
	char path[PATH_MAX], *slash;

	snprintf(path, sizeof(path), "%s", folder);
	for (slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		if (mkdir(path, 0755) == -1 && errno != EEXIST)
			return err_sys(err, path);
		*slash = '/';
	}
	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		return err_sys(err, path);
	return 0;
}
