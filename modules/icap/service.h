/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * service - what c-icap loads: the table `service`, start and end of its
 * processes, statistics. The monitor runs init and post_init before it forks;
 * everything else runs in its children.
 */
#ifndef ICAP_SERVICE_H
#define ICAP_SERVICE_H

/* In a child: tells c-icap the ISTag of the status in the segment if it
 * changed, and takes the settings in use if they did. */
void service_refresh(void);

#endif
