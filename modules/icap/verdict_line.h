/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict_line - the one line of the log that tells how a request was decided.
 * Runs in c-icap, in the thread of the request.
 */
#ifndef ICAP_VERDICT_LINE_H
#define ICAP_VERDICT_LINE_H

#include "icap/request.h"

void verdict_line(const struct request *, const struct err *reason);

#endif
