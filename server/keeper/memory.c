/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each worker takes of the machine's memory: pages of its own, above those
 * that it had when it proved itself, and what lies in its scratch where that is
 * in memory. A limit of the address space cannot say this: a worker maps the
 * signatures, too, and libclamav says clean when an allocation fails.
 */
#include "keeper/keeper.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/proc.h"

/* The fence around what a worker takes between two looks is RLIMIT_AS. */
#define BUSY_MS 100
#define IDLE_MS 1000

/* -1: it cannot be seen. A process that has died has none. */
static int
own_memory(pid_t pid, uint64_t *bytes_out, struct err *err)
{
	AUTO_FILE FILE *file = NULL;
	char path[32], line[128];
	uint64_t pages;

	snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return err_sys(err, path);
	if (fgets(line, sizeof line, file) == NULL ||
	    proc_parse_own(line, &pages) == -1)
		return err_set(err, "%s: no numbers", path);
	*bytes_out = pages * (uint64_t)sysconf(_SC_PAGESIZE);
	return 0;
}

/* As hidden from us as a worker; a zombie could be seen by anybody. */
_Noreturn static void
be_looked_at(pid_t keeper)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != keeper ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		_exit(1);
	for (;;)
		raise(SIGSTOP);
}

static int
wait_for_stop(pid_t pid, struct err *err)
{
	siginfo_t what;

	while (waitid(P_PID, (id_t)pid, &what, WSTOPPED | WEXITED | WNOWAIT) ==
	    -1)
		if (errno != EINTR)
			return err_sys(err, "waitid");
	if (what.si_code != CLD_STOPPED)
		return err_set(err, "the process to look at has ended");
	return 0;
}

static int
look_at(pid_t pid, struct err *err)
{
	uint64_t bytes;

	if (wait_for_stop(pid, err) == -1 ||
	    own_memory(pid, &bytes, err) == -1)
		return -1;
	if (bytes == 0)
		return err_set(err, "/proc/%d/statm: all 0", (int)pid);
	return 0;
}

int
memory_try(struct err *err)
{
	pid_t self = getpid(), pid = fork();
	int failed;

	if (pid == 0)
		be_looked_at(self);
	if (pid == -1)
		return err_sys(err, "fork");
	failed = look_at(pid, err);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	return failed;
}

static uint64_t
in_scratch(const struct slot *slot)
{
	struct statfs fs;

	if (!slot->in_memory || statfs(slot->scratch, &fs) == -1)
		return 0;
	return (uint64_t)(fs.f_blocks - fs.f_bfree) * (uint64_t)fs.f_bsize;
}

static int
taken(const struct slot *slot, uint64_t *bytes_out, struct err *err)
{
	uint64_t now;

	if (own_memory(slot->pid, &now, err) == -1)
		return -1;
	if (now < slot->memory)
		now = slot->memory;
	*bytes_out = now - slot->memory + in_scratch(slot);
	return 0;
}

static void
check(struct slot *slot)
{
	uint64_t most = slot->keeper->settings.scan_memory, bytes;
	struct err err;

	if (taken(slot, &bytes, &err) == -1 || bytes <= most)
		return;
	log_warn("worker takes too much memory", "pid=%d lane=%s bytes=%" PRIu64
	    " limit=%" PRIu64 " action=kill", (int)slot->pid,
	    lane_name(slot->lane), bytes, most);
	slot_kill(slot, DEATH_MEMORY);
	job_refuse(slot, REFUSED_MEMORY);
}

/* Where there is no such layer, that was said already. */
static void
not_seen(struct keeper *k, const char *reason)
{
	if (k->blind || (k->cage.layers & LAYER_BIT(LAYER_MEMORY)) == 0)
		return;
	k->blind = true;
	log_warn("memory of a worker not seen",
	    "reason=\"%s\" action=look-again", reason);
}

static void
measure(struct slot *slot)
{
	struct err err;

	if (own_memory(slot->pid, &slot->memory, &err) == -1)
		not_seen(slot->keeper, err.text);
}

/* One that could not be seen when it was ready has its limit from when it is,
 * with what it has by then. */
static void
look(struct slot *slot)
{
	if (slot->killed || slot->pid == 0 || slot->state == WORKER_STARTING)
		return;
	if (slot->memory == 0)
		measure(slot);
	else
		check(slot);
}

static void
on_look(void *ctx)
{
	struct keeper *k = ctx;
	bool busy = false;
	unsigned i;

	for (i = 0; i < k->slot_count; i++) {
		busy |= k->slots[i].state == WORKER_BUSY;
		look(&k->slots[i]);
	}
	k->look_due = clock_ms() + (busy ? BUSY_MS : IDLE_MS);
	k->look = loop_at(k->loop, k->look_due, on_look, k);
}

void
memory_watch(struct keeper *k)
{
	int64_t due = clock_ms() + BUSY_MS;

	if (k->look != 0 && k->look_due <= due)
		return;
	loop_cancel(k->loop, &k->look);
	k->look_due = due;
	k->look = loop_at(k->loop, due, on_look, k);
}

void
memory_begin(struct slot *slot)
{
	slot->memory = 0;
	measure(slot);
	memory_watch(slot->keeper);
}
