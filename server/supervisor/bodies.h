/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bodies - the folder where c-icap keeps bodies for which there is no memory,
 * and the budgets that it is told. Supervisor.
 */
#ifndef SUPERVISOR_BODIES_H
#define SUPERVISOR_BODIES_H

#include "supervisor/house.h"

/* Before the first child: makes body.folder, for c-icap's user alone, or finds
 * it so. Nothing in it is removed: files of ours have no name. -1: the settings
 * name one that cannot be; for the default there is a warning, and no disk. */
int bodies_open(struct house *, struct err *);

/* c-icap takes them with the next body that grows. */
void bodies_told(const struct house *, const struct settings *);

#endif
