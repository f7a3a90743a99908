/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * texts_parts - what texts.c has for those who find other texts, in pages.
 * Worker only. The first four say false if the sink wants no more.
 */
#ifndef UNPACK_TEXTS_PARTS_H
#define UNPACK_TEXTS_PARTS_H

#include "unpack/texts.h"
#include "unpack/value.h"

/* ctx: struct texts. Bytes that are paid for, as its next value. */
bool texts_visit(void *ctx, struct slice);

/* What it decodes to. */
bool texts_found(struct texts *, const struct found_value *);
bool texts_values(struct texts *, struct values);

/* Long base64 and hex, and lists of bytes. literals: base64 between two quotes
 * was found. */
bool texts_runs(struct texts *, struct slice body, bool literals);
bool texts_has_runs(struct slice body);

#endif
