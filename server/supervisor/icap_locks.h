/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * icap_locks - c-icap makes two lock files in /tmp and needs but their
 * descriptors: unlinked while it runs, they cannot be left behind. Supervisor,
 * in an errand as c-icap's user: root need not unlink in /tmp by a name that
 * another process chose.
 */
#ifndef SUPERVISOR_ICAP_LOCKS_H
#define SUPERVISOR_ICAP_LOCKS_H

#include <sys/types.h>

#include "supervisor/house.h"

/* Those of that c-icap, any time, any number of times. pid 0: none runs. */
void icap_locks_unlink(const struct house *, pid_t);

#endif
