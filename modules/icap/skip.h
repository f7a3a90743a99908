/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * skip - a film that nobody scans. Runs in c-icap, in the thread of the
 * request; a worker says what the bytes are.
 */
#ifndef ICAP_SKIP_H
#define ICAP_SKIP_H

#include "icap/request.h"

/* With the first bytes of a body: decides `skipped`, or nothing. */
void skip_consider(struct request *, const void *head, size_t len);

#endif
