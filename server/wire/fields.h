/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fields - what several kinds of messages have in common: their type, their
 * end, and short texts. Only for the packing code of this folder.
 */
#ifndef WIRE_FIELDS_H
#define WIRE_FIELDS_H

#include <stddef.h>

#include "base/bytes.h"
#include "wire/frame.h"

/* Opens a message that must be of that type. */
int open_as(enum frame_type want, const void *packet, size_t len,
    struct reader *, struct err *);

/* Nothing may be left, and nothing may have been missing. */
int at_end(const struct reader *, struct err *);

/* u16 length and bytes; what is not printable ASCII becomes "?". */
void put_text(struct writer *, const char *text);

/* Printable ASCII that fits with its NUL, else the reader is bad. */
void get_text(struct reader *, char *out, size_t size);

#endif
