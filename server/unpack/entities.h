/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entities - what a browser undoes in a page before it looks for URLs: UTF-16
 * and ISO-2022-JP, and character references ("&#65;", "&comma;").
 * Characters beyond the first 256 become a "?": no URL of ours has them. Worker
 * only; pure functions.
 */
#ifndef UNPACK_ENTITIES_H
#define UNPACK_ENTITIES_H

#include "unpack/slice.h"

/* Is there one that could stand in a data: URL or around it? */
bool entities_any(struct slice);

/* One that stands for what a search goes by, letters, digits and the marks of a
 * URL, as honest text needs none. */
bool entities_hide(struct slice);

/* Each into `out`, which is as long as the text and may be its own memory; how
 * long it is. */
size_t entities_decode(struct slice, uint8_t *out);
size_t entities_narrow(struct slice, uint8_t *out);

/* UTF-16, as its first two bytes say. */
bool entities_wide(struct slice);

/* Letters with zero bytes between, as in UTF-16 that says nothing, or with
 * sequences that shift ISO-2022-JP; and without these. */
bool entities_torn(struct slice);
size_t entities_mend(struct slice, uint8_t *out);

#endif
