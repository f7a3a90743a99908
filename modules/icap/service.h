/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * service - what c-icap loads: the table `service`, start and end of its
 * processes, statistics. The monitor runs init and post_init before it forks;
 * everything else runs in its children.
 */
#ifndef ICAP_SERVICE_H
#define ICAP_SERVICE_H

#include "icap/module.h"

const struct module *service_module(void);

/* Tells c-icap the ISTag of the status in the segment if it changed. */
void service_refresh_istag(void);

#endif
