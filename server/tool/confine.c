/* SPDX-License-Identifier: GPL-2.0-only */
#include "tool/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/log.h"
#include "cage/capabilities.h"
#include "cage/landlock.h"
#include "cage/seccomp.h"

#define TERMINAL 0x5401		/* TCGETS: stdio asks whether it is one */

#define TO_READ_AND_PRINT                                                      \
	CALL_ALLOW(read), CALL_ALLOW(pread64), CALL_ALLOW(write),              \
	CALL_ALLOW(writev), CALL_ALLOW(openat), CALL_ALLOW(close),             \
	CALL_ALLOW(fstat), CALL_ALLOW(newfstatat), CALL_ALLOW(lseek),          \
	CALL_ALLOW_IF(ioctl, ARG_IS(1, TERMINAL)), CALL_ALLOW(brk),            \
	CALL_ALLOW_IF(mmap, ARG_BITS(2, PROT_EXEC, 0)),                        \
	CALL_ALLOW_IF(mprotect, ARG_BITS(2, PROT_EXEC, 0)),                    \
	CALL_ALLOW(munmap), CALL_ALLOW(mremap), CALL_ALLOW(madvise),           \
	CALL_ALLOW(futex), CALL_ALLOW(nanosleep), CALL_ALLOW(clock_nanosleep), \
	CALL_ALLOW(clock_gettime), CALL_ALLOW(gettimeofday),                   \
	CALL_ALLOW(time), CALL_ALLOW(getrandom), CALL_ALLOW(getpid),           \
	CALL_ALLOW(gettid), CALL_ALLOW_IF(kill, ARG_IS(1, 0)),                 \
	CALL_ALLOW_IF(tgkill, ARG_IS(2, SIGABRT)),                             \
	CALL_ALLOW(rt_sigaction), CALL_ALLOW(rt_sigprocmask),                  \
	CALL_ALLOW(rt_sigreturn), CALL_ALLOW(restart_syscall),                 \
	CALL_ALLOW(exit), CALL_ALLOW(exit_group)

static const struct seccomp_call status_calls[] = {
	TO_READ_AND_PRINT,
};

static const struct seccomp_call ask_calls[] = {
	TO_READ_AND_PRINT,
	CALL_ALLOW_IF(socket, ARG_IS(0, AF_UNIX)),
	CALL_ALLOW(connect),
	CALL_ALLOW(sendmsg),
	CALL_ALLOW(recvmsg),
};

static const struct seccomp_call scan_calls[] = {
	TO_READ_AND_PRINT,
	CALL_ALLOW(access),
	CALL_ALLOW(faccessat),
	CALL_ALLOW(getdents64),
	CALL_ALLOW_IF(socket, ARG_IS(0, AF_UNIX)),
	CALL_ALLOW(connect),
	CALL_ALLOW(setsockopt),
	CALL_ALLOW(getsockopt),
	CALL_ALLOW(sendmsg),
	CALL_ALLOW(recvmsg),
	CALL_ALLOW(poll),
	CALL_ALLOW(memfd_create),
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_GETFL)),
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_SETFL)),
	CALL_ALLOW_IF(fcntl, ARG_IS(1, F_ADD_SEALS)),
};

/* Root may read every file, and write to the socket of another user. */
static void
enter(const char *folder, const struct seccomp_filter *filter)
{
	const struct landlock_rule rule = { folder, FILES_READ, true };
	const struct landlock_cage files = { .rules = &rule, .count = 1,
		.may_signal = true };
	struct err err = { "" };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    capabilities_keep(CAPABILITY(CAP_DAC_READ_SEARCH) |
	    CAPABILITY(CAP_DAC_OVERRIDE), &err) == 0 &&
	    (landlock_abi() == 0 || landlock_enter(&files, &err) == 0) &&
	    seccomp_enter(filter, &err) == 0)
		return;
	log_debug("tool not confined", "reason=\"%s\"", err.text);
}

/* A sanitizer reads /proc at the end. */
void
confine_status(const char *runtime)
{
	const struct seccomp_filter filter = { SCMP_ACT_ERRNO(EPERM),
		status_calls, sizeof(status_calls) / sizeof(*status_calls) };

	enter(*SANITIZER_PRELOAD != '\0' ? "/" : runtime, &filter);
}

void
confine_files(const char *runtime)
{
	const struct seccomp_filter filter = { SCMP_ACT_ERRNO(EPERM),
		status_calls, sizeof(status_calls) / sizeof(*status_calls) };

	(void)runtime;
	enter("/", &filter);
}

void
confine_ask(const char *runtime)
{
	const struct seccomp_filter filter = { SCMP_ACT_ERRNO(EPERM),
		ask_calls, sizeof(ask_calls) / sizeof(*ask_calls) };

	enter(*SANITIZER_PRELOAD != '\0' ? "/" : runtime, &filter);
}

void
confine_scan(const char *runtime)
{
	const struct seccomp_filter filter = { SCMP_ACT_ERRNO(EPERM),
		scan_calls, sizeof(scan_calls) / sizeof(*scan_calls) };

	(void)runtime;
	enter("/", &filter);
}
