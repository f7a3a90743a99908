/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scan_client - the client's side of one job: connect, send, wait, read.
 * Runs in c-icap (module) and in the `glassgate` tool; never in a worker.
 *
 * Non-blocking throughout. The owner polls the descriptor, watches its own
 * client and deadline, and closes when it has enough: closing drops the job.
 */
#ifndef WIRE_SCAN_CLIENT_H
#define WIRE_SCAN_CLIENT_H

#include <stdint.h>

#include "base/err.h"
#include "wire/job.h"
#include "wire/keeper_msg.h"
#include "wire/verdict.h"

enum submit {
	SUBMIT_OK,		/* *fd_out waits for a verdict (POLLIN) */
	SUBMIT_OVERLOAD,	/* the lane's backlog is full */
	SUBMIT_FAILED,		/* nobody there; reason in err */
};

/* runtime: the runtime folder. body_fd: -1 for an inline body; stays the
 * caller's. *fd_out is the caller's, to close. */
enum submit scan_submit(const char *runtime, uint32_t generation, enum lane,
    const struct job *, int body_fd, int *fd_out, struct err *);

enum collect {
	COLLECT_NOTHING,	/* yet */
	COLLECT_VERDICT,
	COLLECT_DIED,		/* the keeper says: its worker is dead */
	COLLECT_SILENT,		/* read, and no word of worker or keeper: it is
				 * gone, or the worker keeps its answer back */
	COLLECT_UNREAD,		/* worker or keeper is gone, nobody read it */
	COLLECT_BROKEN		/* what came breaks protocol */
};

/* After POLLIN. *verdict_out only with COLLECT_VERDICT. */
enum collect scan_collect(int fd, struct verdict *verdict_out, struct err *);

/* "<runtime>/gen-<G>/small"; -1 when it does not fit. */
int scan_socket_path(char *out, size_t size, const char *runtime,
    uint32_t generation, enum lane, struct err *);

#endif
