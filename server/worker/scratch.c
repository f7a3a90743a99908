/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"

#define BYTES_LEAST (1ULL << 20)
#define INODES_LEAST 64
#define DEPTH_MAX 200		/* each level holds one descriptor */

static int clear(int parent, const char *name, unsigned depth, struct err *err);

static int
remove_entry(int folder, const char *name, unsigned depth, struct err *err)
{
	if (unlinkat(folder, name, 0) == 0)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(err, "scratch file");
	if (depth == DEPTH_MAX)
		return err_set(err, "scratch: nested too deep");
	if (fchmodat(folder, name, 0700, 0) == -1)
		return err_sys(err, "scratch folder");
	if (clear(folder, name, depth + 1, err) == -1)
		return -1;
	if (unlinkat(folder, name, AT_REMOVEDIR) == -1)
		return err_sys(err, "scratch folder");
	return 0;
}

static int
clear(int parent, const char *name, unsigned depth, struct err *err)
{
	int fd = openat(parent, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_DIR DIR *dir = NULL;
	const struct dirent *entry;

	if (fd == -1)
		return err_sys(err, "scratch folder");
	dir = fdopendir(fd);
	if (dir == NULL) {
		err_sys(err, "scratch folder");
		close_fd(&fd);
		return -1;
	}
	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (remove_entry(fd, entry->d_name, depth, err) == -1)
			return -1;
	}
	if (errno != 0)
		return err_sys(err, "scratch folder");
	return 0;
}

int
scratch_clear(const char *folder, struct err *err)
{
	return clear(AT_FDCWD, folder, 0, err);
}

int
scratch_room(const char *folder, struct scratch_left *left_out,
    struct err *err)
{
	AUTO_CLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct scratch_left left;
	struct statfs fs;

	if (fd == -1 || fstatfs(fd, &fs) == -1)
		return err_sys(err, "scratch folder");
	left.bytes = (unsigned long long)fs.f_bavail;
	left.bytes *= (unsigned long long)fs.f_bsize;
	left.inodes = (unsigned long long)fs.f_ffree;
	if (left_out != NULL)
		*left_out = left;
	if (left.bytes >= BYTES_LEAST &&
	    (fs.f_files == 0 || left.inodes >= INODES_LEAST))
		return 0;
	return err_set(err, "scratch: %llu bytes and %llu inodes left",
	    left.bytes, left.inodes);
}

int
scratch_make(const char *folder, struct err *err)
{
	if (mkdir(folder, 0700) == 0)
		return 0;
	if (errno != EEXIST)
		return err_sys(err, folder);
	return scratch_clear(folder, err);
}

void
scratch_remove(const char *folder)
{
	struct err err = { "" };

	if (scratch_clear(folder, &err) == 0 && rmdir(folder) == 0)
		return;
	if (access(folder, F_OK) == 0)
		log_warn("scratch folder left", "folder=%s reason=\"%s\"",
		    folder, err.text);
}
