/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/icap_locks.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "supervisor/errand.h"

#define LOCK_FILES "/tmp/icap_lock_"
#define LOCKS_MAX 8		/* of one c-icap; it has two */

/* Of the errand's own process. */
static struct {
	size_t count;
	char path[LOCKS_MAX][NAME_MAX];
} found;

static void
note_if_lock(int folder, const char *name)
{
	char *path = found.path[found.count];
	ssize_t len;

	if (found.count == LOCKS_MAX)
		return;
	len = readlinkat(folder, name, path, NAME_MAX - 1);
	if (len <= 0)
		return;
	path[len] = '\0';
	if (strncmp(path, LOCK_FILES, strlen(LOCK_FILES)) == 0 &&
	    strchr(path + strlen(LOCK_FILES), '/') == NULL)
		found.count++;
}

/* Before its cage: Landlock hides what others have open. */
static int
find_locks(const void *ctx, struct err *err)
{
	const pid_t *pid = ctx;
	AUTO_DIR DIR *dir = NULL;
	const struct dirent *entry;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)*pid);
	dir = opendir(path);
	if (dir == NULL)
		return err_sys(err, path);
	while ((entry = readdir(dir)) != NULL)
		note_if_lock(dirfd(dir), entry->d_name);
	return 0;
}

static int
unlink_locks(const void *ctx, struct err *err)
{
	size_t i;

	(void)ctx;
	(void)err;
	for (i = 0; i < found.count; i++)
		unlink(found.path[i]);
	return 0;
}

void
icap_locks_unlink(const struct house *house, pid_t pid)
{
	struct errand errand = {
		.name = "unlinking c-icap's lock files",
		.fn = unlink_locks,
		.before = find_locks,
		.ctx = &pid,
		.account = house->icap,
		.seconds = 5,
		.cage = &cage_of_locks,
		.settings = &house->settings,
		.segment = house->segment,
	};
	struct err err;

	if (pid > 0 && errand_run(&errand, &err) == -1)
		log_debug("lock files not found", "reason=\"%s\"", err.text);
}
