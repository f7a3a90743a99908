/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check - what can be found wrong without starting anything: at start, and by
 * glassgated -t. Supervisor.
 */
#ifndef SUPERVISOR_CHECK_H
#define SUPERVISOR_CHECK_H

#include "supervisor/house.h"

/* Settings are loaded; sets listen and the accounts. The reason begins with the
 * key that is to blame. */
int check_settings(struct house *, struct err *);

#endif
