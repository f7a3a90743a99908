/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/loop.h"

#define GENTLE 10		/* as the load of what is copied */
#define FIRST_FD 3
#define SECOND_MS 1000
#define AFTER 2			/* seconds that its own alarm goes first */

/* Those of the supervisor are not the errand's business. */
static int
keep_only(int report, struct err *err)
{
	if ((report > FIRST_FD &&
	    close_range(FIRST_FD, (unsigned)report - 1, 0) == -1) ||
	    close_range((unsigned)report + 1, ~0U, 0) == -1)
		return err_sys(err, "close_range");
	return 0;
}

static int
enter_cage(const struct errand *errand, struct err *err)
{
	(void)prctl(PR_SET_NAME, errand->name);
	if (errand->before != NULL && errand->before(errand->ctx, err) == -1)
		return -1;
	if (errand_cage_close(errand->cage, errand->settings, errand->ctx,
	    err) == -1)
		return err_wrap(err, "%s: cage", errand->name);
	return 0;
}

static int
go(const struct errand *errand, int report, pid_t parent, struct err *err)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, SIG_DFL);
	loop_signals_restore();
	alarm(errand->limit);
	errno = 0;
	if (errand->gently && nice(GENTLE) == -1 && errno != 0)
		return err_sys(err, "nice");
	if (errand->account != NULL &&
	    account_become(errand->account, err) == -1)
		return -1;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return err_sys(err, "PR_SET_PDEATHSIG");
	if (getppid() != parent)	/* it died before we asked for that */
		return err_set(err, "the supervisor is gone");
	if (keep_only(report, err) == -1 || enter_cage(errand, err) == -1)
		return -1;
	return errand->fn(errand->ctx, err);
}

static _Noreturn void
run_in_child(const struct errand *errand, pid_t parent, int report)
{
	struct err err;

	if (go(errand, report, parent, &err) == 0)
		_exit(0);
	if (write(report, err.text, strlen(err.text)) == -1)
		_exit(2);
	_exit(1);
}

static unsigned
limit_of(const struct errand *errand)
{
	unsigned most = (unsigned)errand->settings->test_errand_seconds;

	return most != 0 && most < errand->seconds ? most : errand->seconds;
}

int
errand_start(struct errand *errand, struct err *err)
{
	pid_t parent = getpid();
	int ends[2];

	errand->limit = limit_of(errand);
	errand->waited = 0;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1)
		return err_sys(err, "pipe");
	errand->pid = fork();
	if (errand->pid == 0)
		run_in_child(errand, parent, ends[1]);
	close(ends[1]);
	if (errand->pid == -1) {
		err_sys(err, "fork");
		errand->pid = 0;
		close(ends[0]);
		return -1;
	}
	errand->report = ends[0];
	return 0;
}

static bool
is_overdue(const struct errand *errand)
{
	return errand->waited > errand->limit + AFTER;
}

/* Counted, not measured: while the machine stood still, nobody was late. */
void
errand_second(struct errand *errand)
{
	if (errand->pid == 0 || is_overdue(errand))
		return;
	errand->waited++;
	if (!is_overdue(errand))
		return;
	log_warn("errand hangs", "name=\"%s\" pid=%d seconds=%u action=kill",
	    errand->name, (int)errand->pid, errand->limit);
	if (errand->segment != NULL)
		metrics_add(&errand->segment->metrics, METRIC_HANGS_ERRAND, 1);
	kill(errand->pid, SIGKILL);
}

void
errand_kill(const struct errand *errand)
{
	if (errand->pid != 0)
		kill(errand->pid, SIGKILL);
}

static int
end(struct errand *errand, int status, struct err *err)
{
	char reason[sizeof(err->text)];
	ssize_t got = read(errand->report, reason, sizeof(reason) - 1);

	close(errand->report);
	errand->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGALRM || is_overdue(errand)))
		return err_set(err, "%s: no answer within %u s", errand->name,
		    errand->limit);
	if (WIFSIGNALED(status) || got <= 0)
		return err_set(err, "%s: died with status 0x%x", errand->name,
		    (unsigned)status);
	return err_set(err, "%.*s", (int)got, reason);
}

/* With no descriptor left for that nobody could tell how long it takes. */
static void
await(struct errand *errand)
{
	AUTO_CLOSE int fd = pidfd_open(errand->pid, 0);
	struct pollfd over = { .fd = fd, .events = POLLIN };
	int got;

	if (fd == -1)
		kill(errand->pid, SIGKILL);
	while (fd != -1 && (got = poll(&over, 1, SECOND_MS)) != 1)
		if (got == 0)
			errand_second(errand);
}

bool
errand_reap(struct errand *errand, pid_t pid, int *result_out,
    struct err *err)
{
	int status = -1;	/* of one that we cannot see: not good */

	if (pid <= 0 || pid != errand->pid)
		return false;
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	*result_out = end(errand, status, err);
	return true;
}

int
errand_run(struct errand *errand, struct err *err)
{
	int result = -1;

	if (errand_start(errand, err) == -1)
		return -1;
	await(errand);
	errand_reap(errand, errand->pid, &result, err);
	return result;
}
