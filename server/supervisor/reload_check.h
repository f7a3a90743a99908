/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reload_check - may these settings take the place of those in use, without
 * anything being started anew but the keeper? Supervisor.
 */
#ifndef SUPERVISOR_RELOAD_CHECK_H
#define SUPERVISOR_RELOAD_CHECK_H

#include "config/settings.h"

/* -1: the reason names each setting that needs a restart. */
int reload_check(const struct settings *in_use, const struct settings *wanted,
    struct err *);

#endif
