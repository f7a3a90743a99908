/* SPDX-License-Identifier: GPL-2.0-only */
/* The folder of the sets: made, checked, locked and tidied at the start. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/tree.h"
#include "signatures/copy.h"
#include "signatures/store.h"

/* Of a copy that was interrupted, or that never proved itself. */
static bool
is_half(const struct store *store, uint32_t n)
{
	struct manifest m;
	struct err err;
	bool never;

	if (!store_has(store, n))
		return true;
	if (store_manifest(store, n, &m, &err) == -1)
		return false;		/* told when it is to be used */
	never = m.good == 0;
	manifest_free(&m);
	return never;
}

/* Older versions let everybody read what they copied. */
static void
guard(const struct store *store, uint32_t n)
{
	char set[PATH_MAX];
	struct manifest m;
	struct err err;

	if (store_manifest(store, n, &m, &err) == -1)
		return;			/* told when it is to be used */
	if (copy_guard(store_path(store, n, set), store->reader, &m, &err) ==
	    -1)
		log_warn("set not guarded", "set=%u reason=\"%s\"", n,
		    err.text);
	manifest_free(&m);
}

/* Whoever wrote it was killed before it got its name. */
static void
drop_unnamed(const struct store *store, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s.new", store->folder, name);
	unlink(path);
}

static void
tidy(const struct store *store)
{
	uint32_t all[STORE_SETS_MAX];
	size_t count = store_list_all(store, all), i;

	drop_unnamed(store, "current");
	drop_unnamed(store, "pinned");

	for (i = 0; i < count; i++)
		if (is_half(store, all[i]))
			store_drop(store, all[i]);
		else
			guard(store, all[i]);
}

static int
lock(const char *folder, int *fd_out, struct err *err)
{
	AUTO_CLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(err, folder);
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK)
			return err_sys(err, folder);
		err_set(err, "%s: another glassgated keeps its signatures "
		    "here; remedy: stop it, or give each gateway a "
		    "signatures.state_folder of its own", folder);
		return STORE_TAKEN;
	}
	*fd_out = steal_fd(&fd);
	return 0;
}

int
store_open(struct store *store, const char *folder,
    const struct account *reader, struct err *err)
{
	struct stat st;
	int failed;

	*store = (struct store){ .reader = reader, .lock = -1 };
	if (tree_make(folder, err) == -1)
		return -1;
	if (stat(folder, &st) == -1)
		return err_sys(err, folder);
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 022) != 0)
		return err_set(err, "%s: must be a folder of ours (user %d), "
		    "writable by nobody else", folder, (int)geteuid());
	failed = lock(folder, &store->lock, err);
	if (failed != 0)
		return failed;
	snprintf(store->folder, sizeof(store->folder), "%s", folder);
	tidy(store);
	return 0;
}

void
store_close(struct store *store)
{
	close_fd(&store->lock);
}
