/* SPDX-License-Identifier: GPL-2.0-only */
#include "cage/namespaces.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/cleanup.h"

static int
put(const char *path, const char *text, struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1 || write(fd, text, strlen(text)) == -1)
		return err_sys(err, path);
	return 0;
}

/* The same numbers inside and outside; nobody else is there. */
static int
map(const char *path, unsigned id, struct err *err)
{
	char line[64];

	snprintf(line, sizeof line, "%u %u 1", id, id);
	return put(path, line, err);
}

int
namespaces_enter(struct err *err)
{
	unsigned uid = geteuid(), gid = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC |
	    CLONE_NEWNET) == -1)
		return err_sys(err, "unshare");
	if (put("/proc/self/setgroups", "deny", err) == -1 ||
	    map("/proc/self/uid_map", uid, err) == -1 ||
	    map("/proc/self/gid_map", gid, err) == -1)
		return -1;
	/* What is mounted here is seen nowhere else. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return err_sys(err, "mount");
	return 0;
}

int
namespaces_tmpfs(const char *path, uint64_t bytes, uint64_t inodes,
    struct err *err)
{
	char options[128];

	snprintf(options, sizeof options, "mode=0700,size=%" PRIu64
	    ",nr_inodes=%" PRIu64, bytes, inodes);
	if (mount("glassgate", path, "tmpfs",
	    MS_NOSUID | MS_NODEV | MS_NOEXEC, options) == -1)
		return err_sys(err, path);
	return 0;
}
