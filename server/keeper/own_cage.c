/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The keeper's own cage, closed after the load: it forks workers, hands out
 * connections and clears scratch folders, and nothing else. Its workers inherit
 * it and put their own, narrower one on top.
 *
 * EPERM, not death, for what has no row: all workers die with the keeper, and
 * it never looks at a byte from the web, unless one of them writes some for the
 * log (said.c). What only a captured one would call kills.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "cage/landlock.h"
#include "cage/seccomp.h"
#include "keeper/keeper.h"
#include "worker/sandbox.h"

#define NEW_NAMESPACES                                                         \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |           \
	    CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWCGROUP)

/* On top of what its workers may. */
static const struct seccomp_call more[] = {
	/* workers: their start, their cage, their end; clone3 hides its flags
	 * in memory, libc then takes clone */
	CALL_ALLOW_IF(clone, ARG_BITS(0, NEW_NAMESPACES, 0)),
	CALL_REFUSE(clone3, ENOSYS),
	CALL_ALLOW(set_robust_list),
	CALL_ALLOW(rseq),
	CALL_ALLOW(wait4),
	CALL_ALLOW(waitid),
	CALL_ALLOW(kill),
	CALL_ALLOW(setpriority),
	CALL_ALLOW_IF(tgkill, ARG_IS(2, SIGABRT)),
	CALL_ALLOW(getppid),
	CALL_ALLOW(getuid),
	CALL_ALLOW(geteuid),
	CALL_ALLOW(getgid),
	CALL_ALLOW(getegid),
	CALL_ALLOW(prctl),
	CALL_ALLOW(prlimit64),
	CALL_ALLOW(close_range),
	CALL_ALLOW(chdir),
	CALL_ALLOW(fchmodat),
	CALL_ALLOW(umask),
	CALL_ALLOW(seccomp),
	CALL_ALLOW(landlock_create_ruleset),
	CALL_ALLOW(landlock_add_rule),
	CALL_ALLOW(landlock_restrict_self),
	/* connections: taken and handed on, never made */
	CALL_ALLOW_IF(socketpair, ARG_IS(0, AF_UNIX)),
	CALL_ALLOW(pipe2),
	CALL_ALLOW(dup2),
	CALL_ALLOW(accept4),
	/* its loop and its folders */
	CALL_ALLOW(signalfd4),
	CALL_ALLOW(clock_nanosleep),
	CALL_ALLOW(access),
	CALL_ALLOW(faccessat),
	CALL_ALLOW(statx),
	CALL_ALLOW(statfs),
	CALL_ALLOW(sysinfo),
	/* never */
	CALL_KILL(execve),
	CALL_KILL(execveat),
	CALL_KILL(socket),
	CALL_KILL(connect),
	CALL_KILL(bind),
	CALL_KILL(mount),
	CALL_KILL(umount2),
	CALL_KILL(unshare),
	CALL_KILL(pivot_root),
	CALL_KILL(setresuid),
	CALL_KILL(setresgid),
	CALL_KILL(setuid),
	CALL_KILL(setgid),
};
#define MORE (sizeof more / sizeof *more)
#define CALLS_MAX 256

/* Not what a worker is refused in a special way. */
static size_t
copy_allowed(struct seccomp_call *out, const struct seccomp_call *from,
    size_t count)
{
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		if (from[i].action == SCMP_ACT_ALLOW)
			out[n++] = from[i];
	return n;
}

static int
enter_seccomp(struct err *err)
{
	struct seccomp_call all[CALLS_MAX];
	struct seccomp_filter whole = {
		.otherwise = SCMP_ACT_ERRNO(EPERM),
		.calls = all,
	};
	const struct seccomp_call *of_worker = sandbox_calls(&whole.count);

	if (whole.count + MORE > CALLS_MAX)
		return err_set(err, "seccomp: the table is too long");
	whole.count = copy_allowed(all, of_worker, whole.count);
	memcpy(all + whole.count, more, sizeof more);
	whole.count += MORE;
	return seccomp_enter(&whole, err);
}

/* /proc: limits and memory of its workers, and their place among those that
 * the kernel kills when memory is short. */
static int
enter_landlock(const struct keeper *k, struct err *err)
{
	char scratch[PATH_MAX];
	const struct landlock_rule rules[] = {
		{ scratch, FILES_READ | FILES_WRITE | FILES_MAKE |
		    FILES_REMOVE | FILES_CUT, false },
		{ "/proc", FILES_READ | FILES_WRITE | FILES_CUT, false },
		{ "/dev/null", FILES_READ | FILES_WRITE, false },
	};
	const struct landlock_cage cage = {
		.rules = rules,
		.count = sizeof rules / sizeof *rules,
		.abi_max = (int)k->cage.landlock_abi,
	};

	snprintf(scratch, sizeof scratch, "%s/gen-%u/scratch", k->runtime,
	    k->generation);
	return landlock_enter(&cage, err);
}

int
keeper_confine(const struct keeper *k, struct err *err)
{
	if ((k->cage.layers & LAYER_BIT(LAYER_LANDLOCK)) != 0 &&
	    enter_landlock(k, err) == -1)
		return -1;
	if ((k->cage.layers & LAYER_BIT(LAYER_SECCOMP)) != 0)
		return enter_seccomp(err);
	return 0;
}
