/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * strings - texts in a JSON body that may hold a file. Worker only.
 *
 * Not a JSON parser, on purpose: a parser refuses what lenient servers read
 * (comments, JSON in lines, a stray quote), and who disagrees with it about one
 * quote takes all strings for gaps. Here whatever stands between two quotes is
 * a candidate, string or gap, and, where quotes are escaped, what stands
 * between those, too (JSON in JSON).
 */
#ifndef UNPACK_STRINGS_H
#define UNPACK_STRINGS_H

#include "unpack/slice.h"

struct strings {
	struct slice rest, inner;
	size_t least;
	uint8_t quote;		/* which one; may be changed before the first */
};

/* Only texts of at least that many bytes. */
struct strings strings_on(struct slice body, size_t least);

/* Still with escapes. False: no more. */
bool strings_next(struct strings *, struct slice *text_out);

/* Bytes written to out, which has room for s.len. "\/", "\u002b" and the like;
 * NUL bytes go (UTF-16); what is no escape stays. */
size_t strings_decode(struct slice s, uint8_t *out);

/* Would that change anything? */
bool strings_encoded(struct slice s);

#endif
