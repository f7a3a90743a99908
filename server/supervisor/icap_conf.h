/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * icap_conf - the configuration of c-icap, generated. Supervisor.
 *
 * Only numbers, addresses that were parsed to numbers, and quoted paths: there
 * is nothing that a person can write into the settings that adds a line here.
 */
#ifndef SUPERVISOR_ICAP_CONF_H
#define SUPERVISOR_ICAP_CONF_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "config/settings.h"

#define ICAP_SEGMENT_FD 3	/* of c-icap: the segment, by child.h */

/* Threads of all children together: at least what the setting says. */
struct icap_threads {
	unsigned children, per_child;
};
struct icap_threads icap_threads_of(uint64_t wanted);

/* May stand between quotes in c-icap's configuration? */
int icap_conf_check_path(const char *path, struct err *);

int icap_conf_print(FILE *, const struct settings *, const char *runtime,
    struct err *);

/* "<runtime>/c-icap.conf", readable for c-icap's user. */
int icap_conf_write(const struct settings *, const char *runtime,
    struct err *);

#endif
