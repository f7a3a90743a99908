/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spill - the part of a body that does not fit into its buffer. Runs in c-icap,
 * in the thread of the request; only for body.c.
 *
 * It is in a memfd while body.memory lasts, and from then on as a whole in a
 * file without a name in body.folder: a worker gets one descriptor.
 */
#ifndef ICAP_SPILL_H
#define ICAP_SPILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "icap/module.h"

enum spilled {
	SPILL_OK,
	SPILL_FAILED,		/* no memory, no descriptor */
	SPILL_NO_ROOM		/* neither in memory nor on disk */
};

struct spill {
	const struct module *module;
	int fd;			/* -1: nothing is there */
	enum budget where;
	uint64_t end;		/* of what is there */
	uint64_t punched;	/* what was before this is gone */
	uint64_t held;		/* of the budget */
};

void spill_init(struct spill *, const struct module *);
void spill_free(struct spill *);

/* Behind what is there, before anything is punched. Nothing was added unless
 * SPILL_OK; not called again then. */
enum spilled spill_add(struct spill *, const void *, size_t len, struct err *);

/* From `at`, which is before its end: how many, -1. */
ssize_t spill_read(const struct spill *, void *out, size_t len, uint64_t at,
    struct err *);

/* What is before this is not asked for again: gives back whole steps of it. */
void spill_punch(struct spill *, uint64_t before);

/* Its descriptor can no longer be written, by anybody: a memfd is sealed, a
 * file opened anew for reading only. */
int spill_seal(struct spill *, struct err *);

#endif
