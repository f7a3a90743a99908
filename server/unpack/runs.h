/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * runs - long base64 and hex in any text, whatever decodes it and wherever it
 * stands. Worker only; pure functions; time linear in the text.
 */
#ifndef UNPACK_RUNS_H
#define UNPACK_RUNS_H

#include "unpack/slice.h"

enum run_kind { RUN_NONE, RUN_BASE64, RUN_HEX };

struct runs {
	struct slice text;
	size_t at;
};

struct runs runs_on(struct slice text);

/* At least VALUE_MIN letters of base64, with line ends and blanks behind those
 * between them. False: no more. */
bool runs_next(struct runs *, struct slice *run_out);

/* Where `least` of these ASCII letters begin, at `from` or behind; s.len:
 * nowhere. At least 63; their codes are of eight rows of sixteen at most. */
size_t runs_find(struct slice s, size_t from, const bool letters[256],
    size_t least);

/* What it is likely to be. Names, paths and words have few capitals, digests a
 * length of their own. */
enum run_kind run_kind(struct slice);

/* value_is_base64() does not hold for it, whatever its escapes stand for; often
 * told by its first bytes. */
bool run_hopeless(struct slice literal);

/* Bytes written to `out`, which has room for half of it. */
size_t run_from_hex(struct slice, uint8_t *out);

#endif
