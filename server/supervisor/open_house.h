/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * open_house - everything that must stand before the first child starts:
 * runtime folder, settings snapshot, shared segment, c-icap's configuration, a
 * free address. Supervisor.
 */
#ifndef SUPERVISOR_OPEN_HOUSE_H
#define SUPERVISOR_OPEN_HOUSE_H

#include "supervisor/house.h"

int open_house(struct house *, const char *runtime, struct err *);
void close_house(struct house *);

#endif
