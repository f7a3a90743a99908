/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each worker takes of the machine's memory: pages of its own, above those
 * that it had when it proved itself, and what lies in its scratch where that is
 * in memory. A limit of the address space cannot say this: a worker maps the
 * signatures, too, and libclamav says clean when an allocation fails.
 */
#include "keeper/keeper.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/vfs.h>
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

static void
on_look(void *ctx)
{
	struct keeper *k = ctx;
	bool busy = false;
	unsigned i;

	for (i = 0; i < k->slot_count; i++) {
		busy |= k->slots[i].state == WORKER_BUSY;
		if (k->slots[i].memory != 0 && !k->slots[i].killed)
			check(&k->slots[i]);
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
	struct err err;

	slot->memory = 0;
	if (own_memory(slot->pid, &slot->memory, &err) == -1 &&
	    !slot->keeper->blind) {
		slot->keeper->blind = true;
		log_warn("memory of workers cannot be watched",
		    "reason=\"%s\" remedy=\"mount /proc without hidepid\"",
		    err.text);
	}
	memory_watch(slot->keeper);
}
