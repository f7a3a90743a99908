/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/keeper.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"

/* A tenth of a processor that others want, all of one that nobody wants. Not
 * SCHED_IDLE: on a busy machine new signatures would never come. */
#define GENTLE 10
#define NICE_0 20		/* what RLIMIT_NICE calls a nice value of 0 */

/* The kernel gives back a nice value only up to RLIMIT_NICE, which the
 * supervisor raises if it is root. */
static bool
can_come_back(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NICE, &limit) == 0 &&
	    (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= NICE_0);
}

void
gently(pid_t pid)
{
	if (can_come_back() &&
	    setpriority(PRIO_PROCESS, (id_t)pid, GENTLE) == -1)
		log_debug("works at full speed", "pid=%d reason=\"%s\"",
		    (int)pid, strerror(errno));
}

void
swiftly(pid_t pid)
{
	if (can_come_back() && setpriority(PRIO_PROCESS, (id_t)pid, 0) == -1)
		log_warn("workers are slow", "pid=%d reason=\"%s\"",
		    (int)pid, strerror(errno));
}
