/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/loop.h"

#define FIRST_FD 3
#define SAFE_FD 64		/* above every target, so none is overwritten */

/* Everything listed goes up out of the way, then down to its place. */
static int
place_fds(const struct child_spec *spec, int *report, struct err *err)
{
	int output = spec->output > 0 ? spec->output : STDERR_FILENO;
	int high[CHILD_FDS_MAX], null;
	size_t i;

	*report = fcntl(*report, F_DUPFD_CLOEXEC, SAFE_FD);
	if (*report == -1)
		return err_sys(err, "report pipe");
	for (i = 0; i < spec->fd_count; i++)
		if ((high[i] = fcntl(spec->fds[i], F_DUPFD, SAFE_FD)) == -1)
			return err_sys(err, "descriptor of a child");
	null = open("/dev/null", O_RDWR);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1)
		return err_sys(err, "/dev/null");
	if (dup2(output, STDOUT_FILENO) == -1)
		return err_sys(err, "standard output");
	for (i = 0; i < spec->fd_count; i++)
		if (dup2(high[i], FIRST_FD + (int)i) == -1)
			return err_sys(err, "descriptor of a child");
	if (close_range(FIRST_FD + (unsigned)spec->fd_count, ~0U,
	    CLOSE_RANGE_CLOEXEC) == -1)
		return err_sys(err, "close_range");
	return 0;
}

/* PDEATHSIG after the drop, which would clear it; then a look whether the
 * parent went in between. */
static int
tie_to_parent(const struct child_spec *spec, pid_t parent, struct err *err)
{
	int how = spec->die_with != 0 ? spec->die_with : SIGKILL;

	if (prctl(PR_SET_PDEATHSIG, how) == -1)
		return err_sys(err, "PR_SET_PDEATHSIG");
	if (getppid() != parent)
		return err_set(err, "the parent is gone");
	return 0;
}

static void
reset_signals(void)
{
	int signo;

	for (signo = 1; signo < NSIG; signo++)
		if (signo != SIGKILL && signo != SIGSTOP)
			signal(signo, SIG_DFL);
	loop_signals_restore();
}

static int
become_child(const struct child_spec *spec, pid_t parent, int *report,
    struct err *err)
{
	reset_signals();
	if (setpgid(0, 0) == -1)
		return err_sys(err, "setpgid");
	if (place_fds(spec, report, err) == -1)
		return -1;
	if (spec->account != NULL && account_become(spec->account, err) == -1)
		return -1;
	if (tie_to_parent(spec, parent, err) == -1)
		return -1;
	if (chdir(spec->folder != NULL ? spec->folder : "/") == -1)
		return err_sys(err, spec->folder);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(err, "PR_SET_NO_NEW_PRIVS");
	if (spec->confine != NULL)
		return spec->confine(spec->confine_ctx, err);
	return 0;
}

static _Noreturn void
run_child(const struct child_spec *spec, pid_t parent, int report)
{
	char *const *argv, *const *envp;
	struct err err;

	/* execve takes what it does not change as changeable */
	memcpy(&argv, &spec->argv, sizeof argv);
	memcpy(&envp, &spec->envp, sizeof envp);
	if (become_child(spec, parent, &report, &err) == 0) {
		execve(spec->program, argv, envp);
		err_sys(&err, spec->program);
	}
	if (write(report, err.text, strlen(err.text)) == -1)
		_exit(126);
	_exit(127);
}

/* The pipe closes by itself at exec; bytes in it are the reason why not. */
static int
wait_for_exec(int report, pid_t pid, struct err *err)
{
	char reason[sizeof err->text];
	ssize_t got;

	do
		got = read(report, reason, sizeof reason - 1);
	while (got == -1 && errno == EINTR);
	if (got == 0)
		return 0;
	waitpid(pid, NULL, 0);
	if (got == -1)
		return err_set(err, "no word from the child");
	return err_set(err, "%.*s", (int)got, reason);
}

int
child_start(const struct child_spec *spec, pid_t *pid_out, struct err *err)
{
	AUTO_CLOSE int from = -1;
	AUTO_CLOSE int to = -1;
	int ends[2];
	pid_t pid, parent = getpid();

	if (spec->fd_count > CHILD_FDS_MAX)
		return err_set(err, "too many descriptors for a child");
	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_sys(err, "pipe");
	from = ends[0];
	to = ends[1];
	pid = fork();
	if (pid == -1)
		return err_sys(err, "fork");
	if (pid == 0)
		run_child(spec, parent, to);
	close_fd(&to);
	if (wait_for_exec(from, pid, err) == -1)
		return -1;
	*pid_out = pid;
	return 0;
}

const char *
child_why(char *out, size_t size, int status)
{
	if (WIFSIGNALED(status))
		snprintf(out, size, "signal %d (%s)", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else
		snprintf(out, size, "exit %d", WEXITSTATUS(status));
	return out;
}
