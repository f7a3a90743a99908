/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * begin - shall an answer begin before all of its body is here? Runs in c-icap,
 * in the thread of the request, when something has come.
 */
#ifndef ICAP_BEGIN_H
#define ICAP_BEGIN_H

#include <c-icap.h>
#include <request.h>
#include <stdbool.h>

#include "icap/request.h"

/* Of an undecided request. Waits a little where c-icap would wait too long; what
 * it said once it says again. */
bool begin_is_due(ci_request_t *, struct request *);

#endif
