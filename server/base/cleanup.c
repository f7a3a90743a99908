/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
close_fd(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

void
cleanup_fd(int *fd)
{
	close_fd(fd);
}

void
cleanup_free(void *pp)
{
	free(steal_ptr(pp));
}

void
cleanup_file(FILE **file)
{
	int saved = errno;

	if (*file != NULL)
		fclose(*file);
	*file = NULL;
	errno = saved;
}

void
cleanup_dir(DIR **dir)
{
	int saved = errno;

	if (*dir != NULL)
		closedir(*dir);
	*dir = NULL;
	errno = saved;
}

int
steal_fd(int *fd)
{
	int got = *fd;

	*fd = -1;
	return got;
}

void *
steal_ptr(void *pp)
{
	void *got, *none = NULL;

	memcpy(&got, pp, sizeof got);
	memcpy(pp, &none, sizeof none);
	return got;
}
