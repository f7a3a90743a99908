/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * merge - one verdict of many findings: the most severe is told, and of equal
 * ones the first. For engines and for the worker; pure.
 */
#ifndef WIRE_MERGE_H
#define WIRE_MERGE_H

#include <stdbool.h>

#include "wire/verdict.h"

/* Something was found, so that it does not matter what was not looked at. */
bool outcome_is_finding(enum outcome);

/* Nothing can be more severe. */
bool outcome_is_worst(enum outcome);

/* Any text as name, any path. */
void verdict_note(struct verdict *best, enum outcome, const char *name,
    const char *path);

/* A verdict on a part of it, which says nothing of what the whole is. inside:
 * any text in front of its path; "": none. */
void verdict_merge(struct verdict *best, const struct verdict *,
    const char *inside);

#endif
