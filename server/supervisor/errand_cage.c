/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/errand_cage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bug.h"
#include "cage/capabilities.h"

#define CALLS_MAX 128
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* What C code does whatever its work is. */
static const struct seccomp_call common[] = {
	CALL_ALLOW(read),
	CALL_ALLOW(write),
	CALL_ALLOW(close),
	CALL_ALLOW(lseek),
	CALL_ALLOW(fstat),
	CALL_ALLOW(fcntl),
	CALL_ALLOW(brk),
	CALL_ALLOW_IF(mmap, ARG_BITS(2, PROT_EXEC, 0)),
	CALL_ALLOW_IF(mprotect, ARG_BITS(2, PROT_EXEC, 0)),
	CALL_ALLOW(mremap),
	CALL_ALLOW(munmap),
	CALL_ALLOW(madvise),
	CALL_ALLOW(futex),
	CALL_ALLOW(getrandom),
	CALL_ALLOW(clock_gettime),
	CALL_ALLOW(gettimeofday),
	CALL_ALLOW(getpid),
	CALL_ALLOW(gettid),
	CALL_ALLOW_IF(tgkill, ARG_IS(2, SIGABRT)),
	CALL_ALLOW(rt_sigaction),
	CALL_ALLOW(rt_sigprocmask),
	CALL_ALLOW(rt_sigreturn),
	CALL_ALLOW(restart_syscall),
	CALL_ALLOW(exit),
	CALL_ALLOW(exit_group),
};

/* What only somebody who captured an errand would call, unless its own rows
 * have it. */
static const struct seccomp_call hostile[] = {
	CALL_KILL(execve),
	CALL_KILL(execveat),
	CALL_KILL(fork),
	CALL_KILL(vfork),
	CALL_KILL(clone),
	CALL_KILL(socket),
	CALL_KILL(connect),
	CALL_KILL(bind),
	CALL_KILL(listen),
	CALL_KILL(kill),
	CALL_KILL(tkill),
	CALL_KILL(mount),
	CALL_KILL(umount2),
	CALL_KILL(pivot_root),
	CALL_KILL(unshare),
	CALL_KILL(setresuid),
	CALL_KILL(setresgid),
	CALL_KILL(setuid),
	CALL_KILL(setgid),
	CALL_KILL(setgroups),
};

static bool
has(const struct seccomp_call *calls, size_t count, int call)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (calls[i].call == call)
			return true;
	return false;
}

static size_t
put_calls(const struct errand_cage *cage, struct seccomp_call out[CALLS_MAX])
{
	size_t count, i;

	bug_if(cage->call_count + COUNT(common) + COUNT(hostile) > CALLS_MAX);
	for (count = 0; count < cage->call_count; count++)
		out[count] = cage->calls[count];
	if (cage->is_program)
		return count;
	memcpy(out + count, common, sizeof(common));
	count += COUNT(common);
	for (i = 0; i < COUNT(hostile); i++)
		if (!has(cage->calls, cage->call_count, hostile[i].call))
			out[count++] = hostile[i];
	return count;
}

static int
close_calls(const struct errand_cage *cage, const struct settings *settings,
    struct err *err)
{
	struct seccomp_call calls[CALLS_MAX];
	const struct seccomp_filter filter = {
		.otherwise = cage->is_program ? SCMP_ACT_ALLOW :
						SCMP_ACT_ERRNO(EPERM),
		.calls = calls,
		.count = put_calls(cage, calls),
	};

	if (!settings->test_seccomp || seccomp_enter(&filter, err) == 0)
		return 0;
	return settings->sandbox == SANDBOX_REQUIRED ? -1 : 0;
}

static int
close_doors(const struct errand_cage *cage, const struct settings *settings,
    const void *ctx, struct err *err)
{
	static struct errand_doors doors;	/* zero: nothing is open */
	struct landlock_cage landlock = {
		.rules = doors.rule,
		.ports = doors.port,
		.abi_max = (int)settings->test_landlock_abi,
	};

	if (landlock_abi() == 0)	/* cages_check() has told it */
		return 0;
	cage->open(ctx, &doors);
	landlock.count = doors.count;
	landlock.port_count = doors.port_count;
	return landlock_enter(&landlock, err);
}

/* Landlock first: to name a folder it may take more than is kept. */
int
errand_cage_close(const struct errand_cage *cage,
    const struct settings *settings, const void *ctx, struct err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(err, "PR_SET_NO_NEW_PRIVS");
	if (close_doors(cage, settings, ctx, err) == -1 ||
	    capabilities_keep(geteuid() == 0 ? cage->capabilities : 0, err) ==
	    -1)
		return -1;
	return close_calls(cage, settings, err);
}

void
errand_doors_add(struct errand_doors *doors, const char *path, unsigned rights)
{
	const struct landlock_rule rule = { path, rights, true };

	bug_if(doors->count == COUNT(doors->rule));
	doors->rule[doors->count++] = rule;
}
