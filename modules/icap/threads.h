/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * threads - how many of c-icap's threads have a request, in all of its
 * children together: they fill up one after another, so no child knows alone.
 *
 * A child counts in its own place of the segment; the place of a child that
 * died is given back by the monitor, which is told of it by c-icap.
 */
#ifndef ICAP_THREADS_H
#define ICAP_THREADS_H

#include <stdbool.h>
#include <sys/types.h>

#include "icap/module.h"

void threads_forget(struct segment *);		/* monitor: no child yet */
void threads_ended(struct segment *, pid_t);	/* monitor: a child is gone */

/* A child, before it accepts. Without a place its requests do not count. */
void threads_join(struct module *, pid_t);

/* It lives: each second, and in every wait of a request. Who is still for long
 * is killed (supervisor/pulse.h). */
void threads_beat(const struct module *);

/* Which settings it uses, for the supervisor (supervisor/behind.h). */
void threads_settings(const struct module *);

/* Which layers of its cage it put on, for `glassgate status`. */
void threads_layers(const struct module *, uint32_t layers);

/* Around each request. */
void threads_take(const struct module *);
void threads_give(const struct module *);

/* Around each job, for `glassgate status`. */
void threads_job_begins(const struct module *, enum lane);
void threads_job_ends(const struct module *, enum lane);

/* Around each wait for the scan that another request asked for. False: half of
 * all threads do so already, or hardly one is free. */
bool threads_wait_begins(const struct module *);
void threads_wait_ends(const struct module *);

/* Fewer than icap.spare_threads have no request: who waits now would stop
 * others from being answered at all. */
bool threads_are_scarce(const struct module *);

#endif
