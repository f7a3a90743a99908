/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/runtime.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/tree.h"

/* The longest socket below the runtime folder. */
#define LONGEST_SOCKET "/gen-4294967295/small"

static const char *const ours[] = {
	"segment", "segment.new", "settings-[0-9]*", "c-icap.conf", "icap",
	"gen-[0-9]*", "control", "pass-all", "pass-all.new",
	"lists", "lists.new",
};

static bool
is_ours(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (fnmatch(ours[i], name, 0) == 0)
			return true;
	return false;
}

/* How many things of ours there were. */
static int
remove_ours(const struct runtime *runtime)
{
	AUTO_DIR DIR *dir = opendir(runtime->path);
	const struct dirent *entry;
	int count = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (!is_ours(entry->d_name))
			continue;
		count++;
		if (tree_remove(runtime->fd, entry->d_name) == -1)
			log_warn("file left behind", "path=%s/%s reason=\"%s\"",
			    runtime->path, entry->d_name, strerror(errno));
	}
	return count;
}

static int
make_or_find(struct runtime *runtime, const char *path, struct err *err)
{
	char *real;

	runtime->made = mkdir(path, 0755) == 0;
	if (!runtime->made && errno != EEXIST)
		return err_set(err, "%s: cannot make the runtime folder (%s): "
		    "name a place that we may write to with -r", path,
		    strerror(errno));
	real = realpath(path, runtime->path);
	if (real == NULL)
		return err_sys(err, path);
	if (strlen(real) + sizeof(LONGEST_SOCKET) >
	    sizeof(((struct sockaddr_un *)0)->sun_path))
		return err_set(err, "%s: path too long for the sockets in it: "
		    "name one of at most %zu characters with -r", real,
		    sizeof(((struct sockaddr_un *)0)->sun_path) -
		    sizeof(LONGEST_SOCKET));
	return 0;
}

static int
check_owner(const struct runtime *runtime, struct err *err)
{
	struct stat st;

	if (fstat(runtime->fd, &st) == -1)
		return err_sys(err, runtime->path);
	if (st.st_uid != geteuid() || (st.st_mode & 022) != 0)
		return err_set(err, "%s: must belong to us (user %d) and be "
		    "writable by nobody else, but is user %d, mode %03o: "
		    "change that, or name another folder with -r",
		    runtime->path, (int)geteuid(), (int)st.st_uid,
		    (unsigned)st.st_mode & 0777);
	if (access(runtime->path, W_OK | X_OK) == -1)
		return err_set(err, "%s: not writable (%s): change that, or "
		    "name another folder with -r", runtime->path,
		    strerror(errno));
	return 0;
}

static int
lock(struct runtime *runtime, struct err *err)
{
	if (flock(runtime->fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return err_set(err, "%s: another glassgated runs here: stop "
		    "it, or name another folder with -r", runtime->path);
	return err_sys(err, runtime->path);
}

static int
enter(struct runtime *runtime, struct err *err)
{
	runtime->fd = open(runtime->path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (runtime->fd == -1)
		return err_sys(err, runtime->path);
	if (check_owner(runtime, err) == -1 || lock(runtime, err) == -1)
		return -1;
	runtime->stale = remove_ours(runtime) > 0;
	return 0;
}

int
runtime_open(struct runtime *runtime, const char *path, struct err *err)
{
	*runtime = (struct runtime){ .fd = -1 };
	if (make_or_find(runtime, path, err) == 0 && enter(runtime, err) == 0)
		return 0;
	close_fd(&runtime->fd);
	if (runtime->made)
		rmdir(path);
	return -1;
}

void
runtime_close(struct runtime *runtime)
{
	if (runtime->fd == -1)
		return;
	remove_ours(runtime);
	if (runtime->made && rmdir(runtime->path) == -1)
		log_warn("folder left behind", "path=%s reason=\"%s\"",
		    runtime->path, strerror(errno));
	close_fd(&runtime->fd);
}
