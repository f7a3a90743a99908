/* SPDX-License-Identifier: GPL-2.0-only */
/* The folders of the children, inside of the runtime folder. Everything is made
 * while the folder is still ours alone, and given away last. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "supervisor/runtime.h"
#include "base/tree.h"
#include "wire/scan_client.h"

static void
generation_name(char *out, size_t size, uint32_t n)
{
	snprintf(out, size, "gen-%u", n);
}

static int
give(int at, const char *name, const struct account *owner,
    const struct account *group, struct err *err)
{
	uid_t uid = owner != NULL ? owner->uid : (uid_t)-1;
	gid_t gid = group != NULL ? group->gid : (gid_t)-1;

	if (fchownat(at, name, uid, gid, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(err, name);
	return 0;
}

static int
make_folder(int at, const char *name, mode_t mode, struct err *err)
{
	if (mkdirat(at, name, 0700) == -1 || fchmodat(at, name, mode, 0) == -1)
		return err_sys(err, name);
	return 0;
}

/* Non-blocking: accept in the keeper must not wait for a client that left. */
static int
make_socket(const struct runtime *runtime, uint32_t n, enum lane lane,
    int backlog, int *fd_out, struct err *err)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	AUTO_CLOSE int fd = -1;

	if (scan_socket_path(name.sun_path, sizeof(name.sun_path),
	    runtime->path, n, lane, err) == -1)
		return -1;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return err_sys(err, "socket");
	if (bind(fd, (struct sockaddr *)&name, sizeof(name)) == -1 ||
	    chmod(name.sun_path, 0660) == -1 || listen(fd, backlog) == -1)
		return err_sys(err, name.sun_path);
	*fd_out = steal_fd(&fd);
	return 0;
}

static int
fill_generation(const struct runtime *runtime, int folder, uint32_t n,
    const struct account *scan, const struct account *icap, int backlog,
    int *small_out, int *big_out, struct err *err)
{
	AUTO_CLOSE int small = -1;
	AUTO_CLOSE int big = -1;

	if (make_folder(folder, "scratch", 0700, err) == -1 ||
	    make_socket(runtime, n, LANE_SMALL, backlog, &small, err) == -1 ||
	    make_socket(runtime, n, LANE_BIG, backlog, &big, err) == -1 ||
	    give(folder, "scratch", scan, scan, err) == -1 ||
	    give(folder, "small", scan, icap, err) == -1 ||
	    give(folder, "big", scan, icap, err) == -1 ||
	    give(folder, ".", scan, icap, err) == -1)
		return -1;
	*small_out = steal_fd(&small);
	*big_out = steal_fd(&big);
	return 0;
}

static uint32_t *
find_in_use(struct runtime *runtime, uint32_t n)
{
	return &runtime->in_use[runtime->in_use[0] == n ? 0 : 1];
}

static bool
is_left(struct runtime *runtime, const char *name)
{
	uint32_t n;

	return sscanf(name, "gen-%" SCNu32, &n) == 1 &&
	    *find_in_use(runtime, n) != n;
}

static void
remove_left(struct runtime *runtime)
{
	AUTO_DIR DIR *dir = opendir(runtime->path);
	const struct dirent *entry;

	runtime->left = dir == NULL;
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (is_left(runtime, entry->d_name) &&
		    tree_remove(runtime->fd, entry->d_name) == -1)
			runtime->left = true;
}

int
runtime_make_generation(struct runtime *runtime, uint32_t n,
    const struct account *scan, const struct account *icap, int backlog,
    int *small_out, int *big_out, struct err *err)
{
	AUTO_CLOSE int folder = -1;
	char name[32];

	if (runtime->left)
		remove_left(runtime);
	generation_name(name, sizeof(name), n);
	if (make_folder(runtime->fd, name, 0750, err) == -1)
		return -1;
	*find_in_use(runtime, 0) = n;
	folder = openat(runtime->fd, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder == -1) {
		err_sys(err, name);
		/* Without a descriptor that goes as long as it is empty. */
		unlinkat(runtime->fd, name, AT_REMOVEDIR);
		return -1;
	}
	if (fill_generation(runtime, folder, n, scan, icap, backlog, small_out,
	    big_out, err) == -1) {
		runtime_remove_generation(runtime, n);
		return -1;
	}
	return 0;
}

void
runtime_close_generation(const struct runtime *runtime, uint32_t n)
{
	char name[64];
	int lane;

	for (lane = 0; lane < LANE_COUNT; lane++) {
		snprintf(name, sizeof(name), "gen-%u/%s", n,
		    lane_name((enum lane)lane));
		unlinkat(runtime->fd, name, 0);
	}
}

void
runtime_remove_generation(struct runtime *runtime, uint32_t n)
{
	uint32_t *in_use = find_in_use(runtime, n);
	char name[32];

	generation_name(name, sizeof(name), n);
	if (*in_use == n)
		*in_use = 0;
	if (tree_remove(runtime->fd, name) == 0)
		return;
	log_warn("file left behind", "path=%s/%s reason=\"%s\"",
	    runtime->path, name, strerror(errno));
	runtime->left = true;
}

/* O_RDWR: as long as we hold it, too, c-icap's end is no end for us. */
static int
fill_icap(int folder, const struct account *icap, int *log_out,
    struct err *err)
{
	AUTO_CLOSE int fd = -1;

	if (mkfifoat(folder, "log", 0600) == -1)
		return err_sys(err, "icap/log");
	fd = openat(folder, "log",
	    O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return err_sys(err, "icap/log");
	if (give(folder, "log", icap, icap, err) == -1 ||
	    give(folder, ".", icap, icap, err) == -1)
		return -1;
	*log_out = steal_fd(&fd);
	return 0;
}

int
runtime_make_icap(const struct runtime *runtime, const struct account *icap,
    int *log_out, struct err *err)
{
	AUTO_CLOSE int folder = -1;

	if (tree_remove(runtime->fd, "icap") == -1)
		return err_sys(err, "icap");
	if (make_folder(runtime->fd, "icap", 0700, err) == -1)
		return -1;
	folder = openat(runtime->fd, "icap",
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder == -1)
		return err_sys(err, "icap");
	return fill_icap(folder, icap, log_out, err);
}
