/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/confine.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/log.h"

#define FDS_MAX 64		/* c-icap has a dozen when it forks */

static struct self {
	bool is_set;
	pid_t monitor;
	const struct module *module;
} self;

/* The monitor dies with the supervisor (base/child.h), and its children with
 * it: none may hold the port for the seconds until c-icap looks. */
static int
tie_to_monitor(struct err *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return err_sys(err, "PR_SET_PDEATHSIG");
	if (getppid() != self.monitor)
		return err_set(err, "c-icap's monitor is gone");
	return 0;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* By what they are, not by their numbers, which only c-icap knows; the number
 * stays taken, as c-icap may close it. */
static int
blank(const struct stat *what, struct err *err)
{
	AUTO_CLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct stat st;
	int fd;

	if (null == -1)
		return err_sys(err, "/dev/null");
	for (fd = STDERR_FILENO + 1; fd < FDS_MAX; fd++)
		if (fstat(fd, &st) == 0 && is_same(&st, what) &&
		    dup2(null, fd) == -1)
			return err_sys(err, "descriptor");
	return 0;
}

/* Only the monitor reads it, but c-icap opens it before it forks: with it a
 * captured child could tell the monitor to stop. */
static int
drop_commands(struct err *err)
{
	char path[PATH_MAX + 32];
	struct stat st;

	snprintf(path, sizeof path, "%s/icap/commands", self.module->runtime);
	if (stat(path, &st) == -1)
		return err_sys(err, path);
	return blank(&st, err);
}

/* The map stays; nobody who captures this process can cut the file. */
static int
drop_segment(struct err *err)
{
	if (close(self.module->segment_fd) == -1)
		return err_sys(err, "segment");
	return 0;
}

static int
confine(struct err *err)
{
	if (tie_to_monitor(err) == -1 || drop_segment(err) == -1 ||
	    drop_commands(err) == -1)
		return -1;
	return 0;
}

static void
in_child(void)
{
	struct err err;

	if (confine(&err) == 0)
		return;
	log_error("c-icap's child not confined", "reason=\"%s\"", err.text);
	_exit(1);
}

void
confine_children(const struct module *module)
{
	self.monitor = getpid();
	self.module = module;
	/* CHILD_START would be too late: 64 threads run by then. */
	if (!self.is_set && pthread_atfork(NULL, NULL, in_child) == 0)
		self.is_set = true;
}
