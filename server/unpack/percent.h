/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * percent - %XX as in URLs and forms. Worker only.
 */
#ifndef UNPACK_PERCENT_H
#define UNPACK_PERCENT_H

#include "unpack/slice.h"

/* Bytes written to out, which has room for s.len. plus: "+" is a blank. What is
 * no escape stays as it is. */
size_t percent_decode(struct slice s, bool plus, uint8_t *out);

/* The next candidate of a form: the key and the value of each field, and, where
 * ";" stands in a field, of the pieces between them, as older servers split.
 * Still encoded. False: no more. */
struct fields {
	struct slice rest, pieces, value;
	bool has_value;
};

struct fields fields_on(struct slice body);
bool fields_next(struct fields *, struct slice *text_out);

#endif
