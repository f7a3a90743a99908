/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "segment/budget.h"

/* As much again as there is, within these: the sum of all is looked at seldom,
 * and a body of 100 KB does not take a megabyte. */
#define STEP_LEAST (64 * 1024)
#define STEP_MOST (1024 * 1024)

#define PUNCH_STEP (1024 * 1024)	/* give back this often */

void
spill_init(struct spill *spill, const struct module *module)
{
	*spill = (struct spill){
		.module = module,
		.fd = -1,
		.where = BUDGET_MEMORY,
	};
}

void
spill_free(struct spill *spill)
{
	close_fd(&spill->fd);
	budget_give(spill->module->child, spill->where, spill->held);
	spill->held = 0;
}

static bool
reserve_more(struct spill *spill, uint64_t n)
{
	if (!budget_take(spill->module->segment, spill->module->child,
	    spill->where, n))
		return false;
	spill->held += n;
	return true;
}

/* Room for so many bytes more; ahead, if there is enough. */
static bool
reserve(struct spill *spill, size_t more)
{
	uint64_t need = spill->end + more;
	uint64_t step = spill->held;

	if (need <= spill->held)
		return true;
	need -= spill->held;
	if (step < STEP_LEAST)
		step = STEP_LEAST;
	if (step > STEP_MOST)
		step = STEP_MOST;
	return (step > need && reserve_more(spill, step)) ||
	    reserve_more(spill, need);
}

static enum spilled
no_room(const struct spill *spill, struct err *err)
{
	metrics_add(&spill->module->segment->metrics, METRIC_BODIES_NO_ROOM,
	    1);
	err_set(err, "body.memory and body.disk are used up");
	return SPILL_NO_ROOM;
}

/* Full, gone, no rights: what helps is the same. */
static enum spilled
no_disk(const struct spill *spill, struct err *err)
{
	const struct module *module = spill->module;
	char why[4 * sizeof(err->text)];

	log_error("body not kept on disk", "folder=%s action=overload "
	    "reason=%s remedy=\"make room, or set body.disk to what is there; "
	    "if the folder was replaced, restart glassgated\"",
	    module->settings.body_folder,
	    log_quote(why, sizeof(why), err->text));
	metrics_add(&module->segment->metrics, METRIC_BODY_DISK_FAULTS, 1);
	metrics_add(&module->segment->metrics, METRIC_BODIES_NO_ROOM, 1);
	return SPILL_NO_ROOM;
}

static int
copy(const struct spill *from, int to, struct err *err)
{
	off_t at = 0;

	while ((uint64_t)at < from->end) {
		ssize_t n = sendfile(to, from->fd, &at,
		    (size_t)(from->end - (uint64_t)at));

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(err, "body.folder");
		if (n == 0)
			return err_set(err, "body: memfd is short");
	}
	return 0;
}

static int
make_file(struct spill *file, const struct spill *from, struct err *err)
{
	const char *folder = file->module->settings.body_folder;

	file->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file->fd == -1)
		return err_sys(err, folder);
	return from->fd == -1 ? 0 : copy(from, file->fd, err);
}

/* To disk, with all that is there. */
static enum spilled
move(struct spill *spill, size_t more, struct err *err)
{
	struct spill file = *spill;

	file.fd = -1;
	file.where = BUDGET_DISK;
	file.held = 0;
	if (!reserve(&file, more))
		return no_room(spill, err);
	if (make_file(&file, spill, err) == -1) {
		spill_free(&file);
		return no_disk(spill, err);
	}
	spill_free(spill);
	*spill = file;
	metrics_add(&spill->module->segment->metrics, METRIC_BODIES_ON_DISK,
	    1);
	return SPILL_OK;
}

static enum spilled
make_room(struct spill *spill, size_t more, struct err *err)
{
	if (!reserve(spill, more))
		return spill->where == BUDGET_MEMORY ? move(spill, more, err) :
		    no_room(spill, err);
	if (spill->fd == -1)
		spill->fd = memfd_create("glassgate-body",
		    MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (spill->fd == -1) {
		err_sys(err, "body: memfd");
		return SPILL_FAILED;
	}
	return SPILL_OK;
}

enum spilled
spill_add(struct spill *spill, const void *data, size_t len, struct err *err)
{
	enum spilled made = make_room(spill, len, err);

	if (made != SPILL_OK)
		return made;
	if (file_write_all(spill->fd, data, len) == -1) {
		err_sys(err, spill->where == BUDGET_DISK ? "body.folder" :
		    "body: memfd");
		return spill->where == BUDGET_DISK ? no_disk(spill, err) :
		    SPILL_FAILED;
	}
	spill->end += len;
	return SPILL_OK;
}

ssize_t
spill_read(const struct spill *spill, void *out, size_t len, uint64_t at,
    struct err *err)
{
	uint64_t left = spill->end - at;
	ssize_t n;

	if (len > left)
		len = (size_t)left;
	do
		n = pread(spill->fd, out, len, (off_t)at);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(err, "body");
	if (n == 0)
		return err_set(err, "body: file is short");
	return n;
}

/* A failure costs room only. */
void
spill_punch(struct spill *spill, uint64_t before)
{
	uint64_t upto = before - before % PUNCH_STEP;
	uint64_t len = upto - spill->punched;

	if (spill->fd == -1 || upto <= spill->punched || upto > spill->end)
		return;
	if (fallocate(spill->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    (off_t)spill->punched, (off_t)len) == -1)
		return;
	spill->punched = upto;
	spill->held -= len;
	budget_give(spill->module->child, spill->where, len);
}

static int
seal_file(struct spill *spill, struct err *err)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", spill->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(err, path);
	close_fd(&spill->fd);
	spill->fd = fd;
	return 0;
}

int
spill_seal(struct spill *spill, struct err *err)
{
	if (spill->where == BUDGET_DISK)
		return seal_file(spill, err);
	if (fcntl(spill->fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK |
	    F_SEAL_GROW | F_SEAL_WRITE) == -1)
		return err_sys(err, "body: seal");
	return 0;
}
