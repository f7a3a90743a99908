/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * confine - what a child of c-icap gives up, between its fork and its first
 * thread. Only in a c-icap that glassgated started: where the module is a guest
 * (no glassgate.Segment in the configuration) it must not take anything from
 * its host.
 */
#ifndef ICAP_CONFINE_H
#define ICAP_CONFINE_H

#include "icap/module.h"

/* The monitor, before it forks; again after a reconfiguration. Keeps the
 * pointer. */
void confine_children(const struct module *);

#endif
