/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

static int
close_gap(unsigned from, unsigned to, struct err *err)
{
	if (from <= to && close_range(from, to, 0) == -1)
		return err_sys(err, "close_range");
	return 0;
}

static int
close_others(const struct cage *cage, struct err *err)
{
	unsigned next = 0, i;

	for (i = 0; i < cage->fd_count; i++) {
		if (cage->fds[i] > 0 &&
		    close_gap(next, (unsigned)cage->fds[i] - 1, err) == -1)
			return -1;
		next = (unsigned)cage->fds[i] + 1;
	}
	return close_gap(next, ~0U, err);
}

static int
tie_to_parent(pid_t parent, struct err *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return err_sys(err, "PR_SET_PDEATHSIG");
	if (getppid() != parent)
		return err_set(err, "the keeper is gone");
	return 0;
}

/* With no word of the time zone libc would look for the machine's. */
static int
bare_environment(struct err *err)
{
	if (clearenv() != 0 || setenv("TZ", "UTC0", 1) == -1)
		return err_set(err, "environment: not cleared");
	return 0;
}

/* Of all processes here a worker is the one that can be spared. Anybody may
 * raise it. */
static int
first_to_go(struct err *err)
{
	static const char most[] = "1000";
	AUTO_CLOSE int fd = open("/proc/self/oom_score_adj",
	    O_WRONLY | O_CLOEXEC);

	if (fd == -1 || write(fd, most, sizeof most - 1) == -1)
		return err_sys(err, "oom_score_adj");
	return 0;
}

static const struct wall {
	enum layer layer;
	int (*put_on)(const struct cage *, struct err *);
} walls[] = {
	{ LAYER_LANDLOCK, sandbox_landlock },
	{ LAYER_SECCOMP, sandbox_seccomp },
};

static int
put_on_walls(const struct cage *cage, struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof walls / sizeof *walls; i++)
		if ((cage->info.layers & LAYER_BIT(walls[i].layer)) != 0 &&
		    walls[i].put_on(cage, err) == -1)
			return -1;
	return 0;
}

int
sandbox_enter(const struct cage *cage, struct err *err)
{
	if (tie_to_parent(cage->parent, err) == -1)
		return -1;
	if (close_others(cage, err) == -1)
		return -1;
	if (bare_environment(err) == -1)
		return -1;
	if (first_to_go(err) == -1)
		return -1;
	umask(077);
	if (chdir(cage->scratch) == -1)
		return err_sys(err, cage->scratch);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(err, "PR_SET_NO_NEW_PRIVS");
	if (sandbox_limits(cage, err) == -1)
		return -1;
	return put_on_walls(cage, err);
}
