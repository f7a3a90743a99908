/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job - what a client (c-icap module, `glassgate scan`) asks of a worker.
 * One job a connection. A worker never learns URL, client or user.
 */
#ifndef WIRE_JOB_H
#define WIRE_JOB_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "wire/told.h"

#define JOB_INLINE_MAX (64 * 1024)	/* a larger body is a descriptor */
#define JOB_PACKET_MAX (JOB_INLINE_MAX + TOLD_PACKED_MAX + 64)

enum job_kind { JOB_SCAN = 1, JOB_IDENTIFY = 2 };

struct job {
	enum job_kind kind;
	uint32_t time_limit_ms;		/* the worker's own, > 0 */
	uint64_t body_len;
	const void *inline_body;	/* borrowed; NULL: a descriptor */
	struct told told;		/* its texts: borrowed */
};

/* Length of the message, or -1 (no room, or more than JOB_INLINE_MAX inline).*/
ssize_t job_pack(const struct job *, void *, size_t size, struct err *);

/* What the worker is told, byte by byte as job_pack() sends it, but for the
 * body, where it lies and how long it may take (told.h): of the same bytes told
 * the same, a worker says the same. */
#define JOB_KEY_MAX (1 + 8 + TOLD_PACKED_MAX)
void job_key_put(struct writer *, const struct job *);

/* inline_body and texts point into the packet. Checks everything but the
 * descriptor; has_fd says whether one came with the packet, and must fit. */
int job_unpack(struct job *job_out, const void *packet, size_t len, int has_fd,
    struct err *);

#endif
