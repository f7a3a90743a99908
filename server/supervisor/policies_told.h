/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policies_told - what status and log say of the policies of new settings.
 * Supervisor.
 */
#ifndef SUPERVISOR_POLICIES_TOLD_H
#define SUPERVISOR_POLICIES_TOLD_H

#include "config/settings.h"
#include "segment/segment.h"

/* Before c-icap's children learn of the settings: a place for the counters of
 * each policy, and a warning while some block nothing. before: those that were
 * in use; NULL: none. */
void policies_told(struct segment *, const struct settings *,
    const struct settings *before);

#endif
