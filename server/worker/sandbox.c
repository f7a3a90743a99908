/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/sandbox.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

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

int
sandbox_enter(const struct cage *cage, struct err *err)
{
	if (tie_to_parent(cage->parent, err) == -1)
		return -1;
	if (close_others(cage, err) == -1)
		return -1;
	if (clearenv() != 0)
		return err_set(err, "clearenv: refused");
	umask(077);
	if (chdir(cage->scratch) == -1)
		return err_sys(err, cage->scratch);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(err, "PR_SET_NO_NEW_PRIVS");
	return sandbox_limits(cage, err);
}
