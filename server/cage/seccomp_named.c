/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of seccomp_end.c with --enable-cage-debug: whoever is refused a call
 * says which before it dies. */
#include "cage/seccomp.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* This process ends here: what is not safe in a handler may harm only it. */
static void
on_refused(int signo, siginfo_t *info, void *context)
{
	char *name = seccomp_syscall_resolve_num_arch(info->si_arch,
	    info->si_syscall);
	char line[128];
	int len = snprintf(line, sizeof line,
	    "cage: pid %d may not call %s (%d)\n", (int)getpid(),
	    name != NULL ? name : "?", info->si_syscall);

	(void)signo;
	(void)context;
	if (write(STDERR_FILENO, line, (size_t)len) == -1)
		_exit(98);
	_exit(99);
}

uint32_t
seccomp_end(void)
{
	const struct sigaction action = {
		.sa_sigaction = on_refused,
		.sa_flags = SA_SIGINFO,
	};

	if (sigaction(SIGSYS, &action, NULL) == -1)
		return SCMP_ACT_KILL_PROCESS;
	return SCMP_ACT_TRAP;
}
