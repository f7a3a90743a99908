/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * confine - what c-icap gives up once it is set up, and what each child gives
 * up between its fork and its first thread. Only in a c-icap that glassgated
 * started: where the module is a guest (no glassgate.Segment in the
 * configuration) it must not take anything from its host.
 */
#ifndef ICAP_CONFINE_H
#define ICAP_CONFINE_H

#include "icap/module.h"

/* The monitor, before it forks; again after a reconfiguration. Keeps the
 * pointer. What it takes from the monitor itself is taken once. */
int confine_monitor(const struct module *, struct err *);

/* The layers (wire/layers.h) that this process put on, and LAYERS_TOLD. */
uint32_t confine_layers(void);

/* The system calls of each: confine_calls.c. */
int confine_monitor_calls(const struct settings *, struct err *);
int confine_child_calls(const struct settings *, struct err *);

#endif
