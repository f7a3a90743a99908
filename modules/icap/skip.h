/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * skip - a film or a stream of events that nobody scans. Runs in c-icap, in the
 * thread of the request; a worker says what the bytes are.
 */
#ifndef ICAP_SKIP_H
#define ICAP_SKIP_H

#include "icap/request.h"

/* Before the first byte of a body that may be skipped: until something comes of
 * the client. A stream may be silent for longer than c-icap waits. */
void skip_wait(const struct request *, int client_fd);

/* With the first bytes of a body: decides `skipped`, or nothing. */
void skip_consider(struct request *, const void *head, size_t len);

#endif
