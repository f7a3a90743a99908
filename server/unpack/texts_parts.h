/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * texts_parts - what texts.c has for those who find other texts, in pages.
 * Worker only. Each says false if the sink wants no more.
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

#endif
