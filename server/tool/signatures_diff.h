/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * signatures_diff - what one set has that another has not: files, their
 * versions and counts, and the names of plain text signatures.
 */
#ifndef TOOL_SIGNATURES_DIFF_H
#define TOOL_SIGNATURES_DIFF_H

#include <stdio.h>

#include "signatures/store.h"

int signatures_diff(const struct store *, uint32_t a, uint32_t b, FILE *to,
    struct err *);

#endif
