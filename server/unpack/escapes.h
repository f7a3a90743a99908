/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * escapes - what scripts and styles write behind a backslash: "\x61",
 * "\u{61}", "\141", a line that goes on; "\61 " of a style. Characters beyond
 * the first 256 become a "?". Worker only; pure functions.
 */
#ifndef UNPACK_ESCAPES_H
#define UNPACK_ESCAPES_H

#include "unpack/slice.h"

/* Is there one that stands for a letter of the words that a search goes by, as
 * honest text needs none, or one in the midst of a word? */
bool escapes_hide(struct slice);

/* Each into `out`, which is as long as the text and may be its own memory; how
 * long it is. */
size_t escapes_undo(struct slice, uint8_t *out);	/* a script's, all */

/* Quotes and backslashes stay escaped: the text can still be taken apart. */
size_t escapes_of_script(struct slice, uint8_t *out);
size_t escapes_of_style(struct slice, uint8_t *out);

#endif
