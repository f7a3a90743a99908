/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * capabilities - the parts of root's power that a process keeps.
 */
#ifndef CAGE_CAPABILITIES_H
#define CAGE_CAPABILITIES_H

#include <stdint.h>

#include "base/err.h"

#define CAPABILITY(number) (1ULL << (number))	/* CAP_CHOWN ... */

/* Effective, permitted and bounding set become `keep` (of what is there),
 * the inheritable and ambient ones empty. For good. The bounding set can only
 * be changed by who has CAP_SETPCAP; others, who gain nothing by an exec under
 * no_new_privs, keep theirs. */
int capabilities_keep(uint64_t keep, struct err *);

#endif
