/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system calls of a worker: those that libclamav was seen to make on every
 * kind of file, and those of our own messages. Not one that makes a socket, a
 * process or a thread, that executes, traces, mounts, or looks at another.
 */
#include "worker/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cage/seccomp.h"

#define COMMAND(number) CALL_ALLOW_IF(fcntl, ARG_IS(1, number))
#define NOT_EXECUTABLE ARG_BITS(2, PROT_EXEC, 0)

static const struct seccomp_call calls[] = {
	/* the keeper, the client, the log */
	CALL_ALLOW(recvmsg),
	CALL_ALLOW(sendmsg),
	CALL_ALLOW(poll),
	CALL_ALLOW(ppoll),
	CALL_ALLOW(write),
	/* the body and the files in scratch; Landlock says which */
	CALL_ALLOW(read),
	CALL_ALLOW(pread64),
	CALL_ALLOW(lseek),
	CALL_ALLOW(close),
	CALL_ALLOW(dup),
	CALL_ALLOW(fstat),
	CALL_ALLOW(newfstatat),
	CALL_ALLOW(fstatfs),
	COMMAND(F_GETFL),
	COMMAND(F_GETFD),
	COMMAND(F_SETFD),
	COMMAND(F_DUPFD_CLOEXEC),
	COMMAND(F_GET_SEALS),
	CALL_ALLOW(openat),
	CALL_ALLOW(mkdir),
	CALL_ALLOW(rmdir),
	CALL_ALLOW(unlink),
	CALL_ALLOW(unlinkat),
	/* Landlock does not see modes: a sibling's scratch could be closed.
	 * All that is made here is open to its owner anyhow. */
	CALL_PRETEND(chmod),
	CALL_PRETEND(fchmodat),
	CALL_ALLOW(getdents64),
	CALL_ALLOW(ftruncate),
	CALL_ALLOW(getcwd),
	/* memory; nothing of it can be made executable */
	CALL_ALLOW_IF(mmap, NOT_EXECUTABLE),
	CALL_ALLOW_IF(mprotect, NOT_EXECUTABLE),
	CALL_ALLOW(munmap),
	CALL_ALLOW(mremap),
	CALL_ALLOW(brk),
	CALL_ALLOW(madvise),
	/* time and randomness */
	CALL_ALLOW(clock_gettime),
	CALL_ALLOW(gettimeofday),
	CALL_ALLOW(time),
	CALL_ALLOW(getrandom),
	/* itself, its signals, its end */
	CALL_ALLOW(futex),
	CALL_ALLOW(getpid),
	CALL_ALLOW(gettid),
	CALL_ALLOW(rt_sigaction),
	CALL_ALLOW(rt_sigprocmask),
	CALL_ALLOW(rt_sigreturn),
	CALL_ALLOW(sigaltstack),
	CALL_ALLOW(restart_syscall),
	CALL_ALLOW(exit),
	CALL_ALLOW(exit_group),
};
#define CALLS (sizeof calls / sizeof *calls)

const struct seccomp_call *
sandbox_calls(size_t *count_out)
{
	*count_out = CALLS;
	return calls;
}

int
sandbox_seccomp(const struct cage *cage, struct err *err)
{
	/* abort() sends its signal to this thread of this process. */
	const struct seccomp_call own_signal = CALL_ALLOW_IF(tgkill,
	    ARG_IS(0, (uint64_t)getpid()), ARG_IS(2, SIGABRT));
	struct seccomp_call all[CALLS + 1];
	const struct seccomp_filter filter = {
		.otherwise = seccomp_end(),
		.calls = all,
		.count = CALLS + 1,
	};
	size_t i;

	(void)cage;
	for (i = 0; i < CALLS; i++)
		all[i] = calls[i];
	all[CALLS] = own_signal;
	return seccomp_enter(&filter, err);
}
