/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cages - what the supervisor and its children give up. Which process may what
 * stands in the tables of server/README.md, and a test compares.
 */
#ifndef SUPERVISOR_CAGES_H
#define SUPERVISOR_CAGES_H

#include <limits.h>

#include "supervisor/house.h"

/* Can this kernel close the cages? -1 and what is missing, or a warning, as
 * sandbox says. */
int cages_check(const struct house *, struct err *);

/* The supervisor itself, before it starts the first child: cages_self.c. */
int cages_self(const struct house *, struct err *);

/* "/usr" of "/usr/bin/c-icap": a program outside of /usr has its libraries
 * beside it. */
void cages_prefix(char out[PATH_MAX], const char *program);

/* c-icap, before its exec (child.h: confine; ctx is the house): its files and
 * its port. What it needs no longer once it serves, the module takes away
 * (modules/icap/confine.c). */
int cages_icap(const void *house, struct err *);

#endif
