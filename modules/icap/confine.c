/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/confine.h"

#include <fcntl.h>
#include <limits.h>
#include <nss.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/log.h"
#include "cage/landlock.h"
#include "cage/seccomp.h"
#include "wire/layers.h"

#define FDS_MAX 64		/* c-icap has a dozen when it forks */

static struct self {
	bool is_set;
	pid_t monitor;
	const struct module *module;
	uint32_t layers;
} self;

static void
have(enum layer layer)
{
	self.layers |= LAYER_BIT(layer);
}

uint32_t
confine_layers(void)
{
	return self.layers | LAYERS_TOLD;
}

/* As somebody else than the supervisor. */
static bool
has_user(void)
{
	struct stat st;

	return stat(self.module->runtime, &st) == 0 && st.st_uid != geteuid();
}

/* The monitor dies with the supervisor (base/child.h), and its children with
 * it: none may hold the port for the seconds until c-icap looks. */
static int
tie_to_monitor(struct err *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return err_sys(err, "PR_SET_PDEATHSIG");
	if (getppid() != self.monitor)
		return err_set(err, "c-icap's monitor is gone");
	return 0;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* By what they are, not by their numbers, which only c-icap knows; the number
 * stays taken, as c-icap may close it. */
static int
blank(const struct stat *what, struct err *err)
{
	AUTO_CLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct stat st;
	int fd;

	if (null == -1)
		return err_sys(err, "/dev/null");
	for (fd = STDERR_FILENO + 1; fd < FDS_MAX; fd++)
		if (fstat(fd, &st) == 0 && is_same(&st, what) &&
		    dup2(null, fd) == -1)
			return err_sys(err, "descriptor");
	return 0;
}

/* Only the monitor reads it, but c-icap opens it before it forks: with it a
 * captured child could tell the monitor to stop. */
static int
drop_commands(struct err *err)
{
	char path[PATH_MAX + 32];
	struct stat st;

	snprintf(path, sizeof path, "%s/icap/commands", self.module->runtime);
	if (stat(path, &st) == -1)
		return err_sys(err, path);
	return blank(&st, err);
}

/* The map stays; nobody who captures this process can cut the file. */
static int
drop_segment(struct err *err)
{
	if (close(self.module->segment_fd) == -1)
		return err_sys(err, "segment");
	return 0;
}

/* The log is opened anew by the command relog; a new settings file and new
 * templates are read while it runs. No listening: the monitor did that. */
static int
enter_landlock(struct err *err)
{
	const struct module *module = self.module;
	char log[PATH_MAX + 16];
	const struct landlock_rule rules[] = {
		{ module->runtime, FILES_READ, false },
		{ module->settings.page_templates, FILES_READ, false },
		{ module->settings.body_folder, FILES_READ | FILES_WRITE,
		    true },
		{ log, FILES_READ | FILES_WRITE, false },
		{ "/dev/null", FILES_READ | FILES_WRITE, false },
	};
	const struct landlock_cage cage = {
		.rules = rules,
		.count = sizeof rules / sizeof *rules,
		.abi_max = (int)module->settings.test_landlock_abi,
	};

	if (landlock_abi() == 0)	/* the supervisor has judged that */
		return 0;
	snprintf(log, sizeof log, "%s/icap/log", module->runtime);
	if (landlock_enter(&cage, err) == -1)
		return -1;
	have(LAYER_LANDLOCK);
	return 0;
}

/* What the filter allows afterwards does not matter: asked before. */
static int
enter_seccomp(int (*enter)(const struct settings *, struct err *),
    struct err *err)
{
	const struct settings *settings = &self.module->settings;
	bool possible = settings->test_seccomp && seccomp_possible();

	if (enter(settings, err) == -1)
		return -1;
	if (possible)
		have(LAYER_SECCOMP);
	return 0;
}

/* c-icap asks DNS for the name of a stranger whom it turns away, and logs no
 * address if that fails. Now it logs the address, and asks nobody. */
static int
forget_dns(struct err *err)
{
	if (__nss_configure_lookup("hosts", "files") == -1)
		return err_sys(err, "__nss_configure_lookup");
	return 0;
}

static int
confine_child(struct err *err)
{
	self.layers = has_user() ? LAYER_BIT(LAYER_USER) : 0;
	if (tie_to_monitor(err) == -1 || drop_segment(err) == -1 ||
	    drop_commands(err) == -1 || forget_dns(err) == -1)
		return -1;
	if (enter_landlock(err) == 0 &&
	    enter_seccomp(confine_child_calls, err) == 0)
		return 0;
	if (self.module->settings.sandbox == SANDBOX_REQUIRED)
		return -1;
	log_warn("child of c-icap not confined", "reason=\"%s\"", err->text);
	return 0;
}

static void
in_child(void)
{
	struct err err;

	if (confine_child(&err) == 0)
		return;
	log_error("child of c-icap refused", "reason=\"%s\"", err.text);
	_exit(1);
}

int
confine_monitor(const struct module *module, struct err *err)
{
	self.monitor = getpid();
	self.module = module;
	if (self.is_set)
		return 0;
	/* CHILD_START would be too late: its threads run by then. */
	if (pthread_atfork(NULL, NULL, in_child) != 0)
		return err_set(err, "pthread_atfork: refused");
	self.is_set = true;
	if (has_user())
		have(LAYER_USER);
	if (landlock_abi() != 0)	/* else its exec had failed: cages.c */
		have(LAYER_LANDLOCK);
	if (enter_seccomp(confine_monitor_calls, err) == 0)
		return 0;
	if (module->settings.sandbox == SANDBOX_REQUIRED)
		return -1;
	log_warn("monitor of c-icap not confined", "reason=\"%s\"", err->text);
	return 0;
}
