/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * origin - what is wrong with a fresh copy is wrong with the file it was made
 * of, and that one the administrator can mend. Keeper.
 */
#ifndef SIGNATURES_ORIGIN_H
#define SIGNATURES_ORIGIN_H

#include "base/err.h"

/* In the reason: files of the set in `set` under the names of their origins.
 * Not those of a set that did serve: it was good, its copy is not any more. */
void origin_tell(const char *set, struct err *);

#endif
