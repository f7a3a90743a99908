/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/bodies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/tree.h"
#include "config/settings_rows.h"

static uid_t
owner(const struct house *house)
{
	return house->icap != NULL ? house->icap->uid : geteuid();
}

static bool
is_empty(const char *folder)
{
	AUTO_DIR DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			return false;
	return dir != NULL;
}

/* A folder of ours with something in it is for something else, even as root's:
 * it could be /var. */
static int
give(const struct house *house, int fd, const char *folder, struct err *err)
{
	gid_t group = house->icap != NULL ? house->icap->gid : getegid();
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(err, folder);
	if (st.st_uid == owner(house) && (st.st_mode & 077) == 0)
		return 0;
	if (st.st_uid != geteuid() || !is_empty(folder))
		return err_set(err, "%s: must be a folder of user %d alone "
		    "(chown %d, chmod 700), or an empty one", folder,
		    (int)owner(house), (int)owner(house));
	if (fchmod(fd, 0700) == -1 || fchown(fd, owner(house), group) == -1)
		return err_sys(err, folder);
	return 0;
}

/* Here and now, not with the first body that needs it. */
static int
try_file(int fd, const char *folder, struct err *err)
{
	AUTO_CLOSE int file = openat(fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC,
	    0600);

	return file == -1 ? err_sys(err, folder) : 0;
}

static int
make(const struct house *house, struct err *err)
{
	const char *folder = house->settings.body_folder;
	AUTO_CLOSE int fd = -1;

	if (tree_make(folder, err) == -1)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return err_sys(err, folder);
	if (give(house, fd, folder, err) == -1)
		return -1;
	return try_file(fd, folder, err);
}

int
bodies_open(struct house *house, struct err *err)
{
	const struct setting *row = setting_find("body.folder");

	house->bodies_on_disk = make(house, err) == 0;
	if (house->bodies_on_disk)
		return 0;
	if (strcmp(house->settings.body_folder, row->fallback) != 0)
		return err_wrap(err, "body.folder");
	log_warn("no body goes to disk", "reason=\"%s\" remedy=\"set "
	    "body.folder\"", err->text);
	return 0;
}

void
bodies_told(const struct house *house, const struct settings *settings)
{
	struct segment *segment = house->segment;

	atomic_store(&segment->budget[BUDGET_MEMORY], settings->body_memory);
	atomic_store(&segment->budget[BUDGET_DISK], house->bodies_on_disk ?
	    settings->body_disk : 0);
	metrics_set(&segment->metrics, METRIC_NO_BODY_DISK,
	    !house->bodies_on_disk && settings->body_disk > 0);
}
