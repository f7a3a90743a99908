/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * frame - the head of every message between our processes: length, version,
 * type (PROTOCOL.md). All processes.
 */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <sys/types.h>

#include "base/bytes.h"
#include "base/err.h"

#define WIRE_VERSION 2
#define FRAME_HEAD 8		/* u32 length, u16 version, u16 type */

enum frame_type {
	FRAME_JOB = 1,		/* client -> worker */
	FRAME_VERDICT,		/* worker -> client */
	FRAME_REFUSED,		/* worker or keeper -> client */
	FRAME_IDENTIFIED,	/* worker -> client */
	FRAME_HANDOVER = 16,	/* keeper -> worker, with the connection */
	FRAME_DONE,		/* worker -> keeper */
	FRAME_READY = 32,	/* keeper -> supervisor */
	FRAME_FAILED,		/* keeper -> supervisor */
	FRAME_STATS,		/* keeper -> supervisor */
	FRAME_RENEW,		/* keeper -> supervisor */
	FRAME_LEAVE,		/* supervisor -> keeper */
	FRAME_CAGE,		/* keeper -> supervisor */
	FRAME_BREACH,		/* supervisor -> keeper */
	FRAME_DOUBT,		/* keeper -> supervisor */
	FRAME_ASK = 64,		/* tool -> supervisor */
	FRAME_ANSWER,		/* supervisor -> tool */
};

/* Starts a message of that type; frame_finish() fills in the length. */
struct writer frame_start(void *memory, size_t size, enum frame_type);

/* Length of the whole message, or -1 when it did not fit. */
ssize_t frame_finish(struct writer *, struct err *);

/* Checks length and version of a whole packet; *body_out reads what follows
 * the head. The caller asks reader_done() at the end. */
int frame_open(const void *, size_t len, enum frame_type *type_out,
    struct reader *body_out, struct err *);

#endif
