/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * body - the bytes of one job, readable and nothing else. Worker only.
 */
#ifndef WORKER_BODY_H
#define WORKER_BODY_H

#include <stddef.h>

#include "base/err.h"
#include "wire/job.h"

struct body {
	const void *data;
	size_t len;
	void *map;		/* NULL: data is borrowed from the packet */
};

/* fd -1: inline. Refuses a descriptor that is not a regular file of exactly
 * that length, or that its sender left us a way to write to. The descriptor
 * stays the caller's; an inline body lives as long as the packet. */
int body_open(struct body *body_out, const struct job *, int fd, struct err *);
void body_close(struct body *);

#endif
