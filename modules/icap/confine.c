/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/confine.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

static struct self {
	bool is_set;
	pid_t monitor;
	int segment_fd;
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

/* The map stays; nobody who captures this process can cut the file. */
static int
drop_segment(struct err *err)
{
	if (close(self.segment_fd) == -1)
		return err_sys(err, "segment");
	return 0;
}

static int
confine(struct err *err)
{
	if (tie_to_monitor(err) == -1 || drop_segment(err) == -1)
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
confine_children(int segment_fd)
{
	self.monitor = getpid();
	self.segment_fd = segment_fd;
	/* CHILD_START would be too late: 64 threads run by then. */
	if (!self.is_set && pthread_atfork(NULL, NULL, in_child) == 0)
		self.is_set = true;
}
