/* SPDX-License-Identifier: GPL-2.0-only */
/* Which system calls c-icap makes once it serves. What is in neither table gets
 * EPERM, not death: a library may try a call to see whether it is there. What
 * no library ever tries in a server, and a captured one would, kills. */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cage/seccomp.h"
#include "icap/confine.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* clone3 hides its flags in memory; libc then takes clone. */
#define FOR_NOBODY                                                             \
	CALL_KILL(execve), CALL_KILL(execveat), CALL_KILL(ptrace),             \
	CALL_KILL(process_vm_readv), CALL_KILL(process_vm_writev),             \
	CALL_KILL(bpf), CALL_KILL(mount), CALL_KILL(umount2),                  \
	CALL_KILL(unshare), CALL_KILL(setns), CALL_KILL(pivot_root),           \
	CALL_KILL(chroot), CALL_KILL(init_module), CALL_KILL(finit_module),    \
	CALL_KILL(kexec_load), CALL_KILL(io_uring_setup),                      \
	CALL_KILL(userfaultfd), CALL_KILL(perf_event_open),                    \
	CALL_KILL(add_key), CALL_KILL(keyctl), CALL_KILL(setresuid),           \
	CALL_KILL(setresgid), CALL_KILL(setuid), CALL_KILL(setgid),            \
	CALL_KILL(open_by_handle_at), CALL_REFUSE(clone3, ENOSYS)

#define MEMORY_AND_TIME                                                        \
	CALL_ALLOW(brk), CALL_ALLOW(munmap), CALL_ALLOW(mremap),               \
	CALL_ALLOW(madvise), CALL_ALLOW(futex), CALL_ALLOW(sched_yield),       \
	CALL_ALLOW_IF(mmap, ARG_BITS(2, PROT_EXEC, 0)),                        \
	CALL_ALLOW_IF(mprotect, ARG_BITS(2, PROT_EXEC, 0)),                    \
	CALL_ALLOW(sched_getaffinity), CALL_ALLOW(getrandom),                  \
	CALL_ALLOW(clock_gettime), CALL_ALLOW(clock_nanosleep),                \
	CALL_ALLOW(nanosleep), CALL_ALLOW(gettimeofday), CALL_ALLOW(time),     \
	CALL_ALLOW(restart_syscall)

#define THREADS_AND_SIGNALS                                                    \
	CALL_ALLOW(rt_sigaction), CALL_ALLOW(rt_sigprocmask),                  \
	CALL_ALLOW(rt_sigreturn), CALL_ALLOW(sigaltstack),                     \
	CALL_ALLOW(set_robust_list), CALL_ALLOW(rseq),                         \
	CALL_ALLOW(set_tid_address), CALL_ALLOW(exit),                         \
	CALL_ALLOW(exit_group), CALL_ALLOW(getpid), CALL_ALLOW(gettid),        \
	CALL_ALLOW(getppid), CALL_ALLOW(getuid), CALL_ALLOW(geteuid),          \
	CALL_ALLOW(getgid), CALL_ALLOW(getegid), CALL_ALLOW(uname),            \
	CALL_ALLOW(sysinfo), CALL_ALLOW_IF(prlimit64, ARG_IS(2, 0))

/* F_GETFD and F_SETFD, F_GETFL and F_SETFL, locks, seals, duplicates. */
#define FILES                                                                  \
	CALL_ALLOW(read), CALL_ALLOW(write), CALL_ALLOW(readv),                \
	CALL_ALLOW(writev), CALL_ALLOW(pread64), CALL_ALLOW(pwrite64),         \
	CALL_ALLOW(lseek), CALL_ALLOW(close), CALL_ALLOW(poll),                \
	CALL_ALLOW(ppoll), CALL_ALLOW(fstat), CALL_ALLOW(stat),                \
	CALL_ALLOW(lstat), CALL_ALLOW(newfstatat), CALL_ALLOW(statx),          \
	CALL_ALLOW(access), CALL_ALLOW(faccessat), CALL_ALLOW(readlink),       \
	CALL_ALLOW(getdents64), CALL_ALLOW(dup), CALL_ALLOW(dup2),             \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_GETFD)),                              \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_SETFD)),                              \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_GETFL)),                              \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_SETFL)),                              \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_GETLK)),                              \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_SETLK)),                              \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_SETLKW)),                             \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_ADD_SEALS)),                          \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_GET_SEALS)),                          \
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_DUPFD_CLOEXEC))

#define SOCKETS                                                                \
	CALL_ALLOW(accept), CALL_ALLOW(accept4), CALL_ALLOW(connect),          \
	CALL_ALLOW(shutdown), CALL_ALLOW(sendto), CALL_ALLOW(recvfrom),        \
	CALL_ALLOW(sendmsg), CALL_ALLOW(recvmsg), CALL_ALLOW(getsockname),     \
	CALL_ALLOW(getpeername), CALL_ALLOW(setsockopt),                       \
	CALL_ALLOW(getsockopt),                                                \
	CALL_ALLOW_IF(socket, ARG_IS(0, AF_UNIX))

/* Files are opened, but neither cut nor made: before ABI 3 Landlock does not
 * see a cut. */
#define BODIES                                                                 \
	CALL_ALLOW(memfd_create), CALL_ALLOW(sendfile),                        \
	CALL_ALLOW_IF(fallocate, ARG_IS(1, FALLOC_FL_PUNCH_HOLE |              \
	    FALLOC_FL_KEEP_SIZE))

/* A child: many threads, which face the web. The first row is of itself. */
static const struct seccomp_call child[] = {
	CALL_ALLOW_IF(tgkill, ARG_IS(0, 0)),
	FOR_NOBODY, MEMORY_AND_TIME, THREADS_AND_SIGNALS, FILES, SOCKETS,
	BODIES,
	CALL_ALLOW_IF(openat, ARG_BITS(2, O_TRUNC, 0)),
	CALL_ALLOW_IF(clone, ARG_BITS(0, CLONE_THREAD, CLONE_THREAD)),
};

/* The monitor forks children, obeys its FIFO, and may have to read its
 * configuration again and to listen anew. Its filter holds for children, too,
 * so that it must leave them what is theirs. */
static const struct seccomp_call monitor[] = {
	FOR_NOBODY, MEMORY_AND_TIME, THREADS_AND_SIGNALS, FILES, SOCKETS,
	BODIES,
	CALL_ALLOW(openat), CALL_ALLOW(clone), CALL_ALLOW(tgkill),
	CALL_ALLOW(kill), CALL_ALLOW(wait4), CALL_ALLOW(pipe),
	CALL_ALLOW(pipe2), CALL_ALLOW(mknod), CALL_ALLOW(mknodat),
	CALL_ALLOW(unlink), CALL_ALLOW(umask), CALL_ALLOW(bind),
	CALL_ALLOW(listen), CALL_ALLOW(prctl), CALL_ALLOW(seccomp),
	CALL_ALLOW(landlock_create_ruleset), CALL_ALLOW(landlock_add_rule),
	CALL_ALLOW(landlock_restrict_self),
	CALL_ALLOW_IF(socket, ARG_IS(0, AF_INET)),
};

int
confine_monitor_calls(const struct settings *settings, struct err *err)
{
	const struct seccomp_filter filter = { SCMP_ACT_ERRNO(EPERM), monitor,
		COUNT(monitor) };

	if (!settings->test_seccomp)
		return 0;
	return seccomp_enter(&filter, err);
}

/* Signals to its own threads only: its siblings are of the same user. */
int
confine_child_calls(const struct settings *settings, struct err *err)
{
	struct seccomp_call calls[COUNT(child)];
	const struct seccomp_filter filter = { SCMP_ACT_ERRNO(EPERM), calls,
		COUNT(calls) };

	if (!settings->test_seccomp)
		return 0;
	memcpy(calls, child, sizeof calls);
	calls[0].test[0].a = (uint64_t)getpid();
	return seccomp_enter(&filter, err);
}
