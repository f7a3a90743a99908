/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * environment - the whole environment of the children, by kind of build:
 * environment_plain.c or environment_sanitized.c.
 */
#ifndef SUPERVISOR_ENVIRONMENT_H
#define SUPERVISOR_ENVIRONMENT_H

const char *const *environment_of_keeper(void);
const char *const *environment_of_icap(void);

#endif
