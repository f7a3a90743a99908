/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/granted.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cage/landlock.h"

int
granted_take(struct granted *granted, const char *path, struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(err, path);
	granted_free(granted);
	*granted = (struct granted){
		.is_set = true,
		.device = st.st_dev,
		.inode = st.st_ino,
		.fd = steal_fd(&fd),
	};
	return 0;
}

int
granted_check(const struct granted *granted, const char *path, struct err *err)
{
	struct stat st;

	if (!granted->is_set || landlock_abi() == 0)
		return 0;
	if (stat(path, &st) == -1)
		return err_sys(err, path);
	if (st.st_dev == granted->device && st.st_ino == granted->inode)
		return 0;
	return err_set(err, "%s is another folder than at the start of c-icap, "
	    "whose cage keeps it out; remedy: restart glassgated, or change "
	    "files in the folder that was there, and reload", path);
}

void
granted_free(struct granted *granted)
{
	if (granted->is_set)
		close_fd(&granted->fd);
	granted->is_set = false;
}
