/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker_folder.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/scratch.h"

char folder[64];

int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_worker.XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

int
remove_folder(void **state)
{
	(void)state;
	scratch_remove(folder);
	return access(folder, F_OK) == 0 ? -1 : 0;
}

const char *
inside(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

void
make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, TEXT, strlen(TEXT)), strlen(TEXT));
	close(fd);
}
