/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * signatures_list - the sets that are kept: number, state, when, how many
 * signatures, and each file with its origin. For people, or as JSON. Reads
 * manifests, never the signatures; anybody may.
 */
#ifndef TOOL_SIGNATURES_LIST_H
#define TOOL_SIGNATURES_LIST_H

#include <stdio.h>

#include "segment/segment.h"
#include "signatures/store.h"

/* A set whose manifest cannot be read is shown as broken, with the reason. */
int signatures_list_text(const struct store *, const struct status *,
    FILE *to);
int signatures_list_json(const struct store *, const struct status *,
    FILE *to);

#endif
