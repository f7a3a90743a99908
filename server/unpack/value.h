/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * value - files inside of a text: base64, and data: URLs. Worker only.
 *
 * What is long and mostly base64 digits counts as base64. Prose is not, though
 * its letters are digits, too: it has blanks in its lines and few capitals.
 */
#ifndef UNPACK_VALUE_H
#define UNPACK_VALUE_H

#include "unpack/base64.h"
#include "unpack/slice.h"

#define VALUE_MIN 64		/* bytes; EICAR as base64 has 91 */

enum value_kind {
	VALUE_BASE64,
	VALUE_URL_BASE64,	/* of a data: URL, may have %XX in it */
	VALUE_URL		/* of one without base64: only %XX */
};

struct values {
	struct slice text;
	size_t at;
	bool begun;
};

struct found_value {
	enum value_kind kind;
	struct slice data;
};

/* text: without the escapes of its container. Data of at least VALUE_MIN
 * bytes. */
struct values values_on(struct slice text);
struct values values_urls(struct slice text);	/* not the text itself */
bool values_next(struct values *, struct found_value *found_out);

#define VALUE_FOREIGN_SHARE 32	/* digits for each foreign byte, at least */

/* Is this text as a whole base64? */
bool value_is_base64(struct slice text, struct base64_look *look_out);

/* In hex (SHA-256, -384, -512), or as web pages and package lists write one
 * ("sha512-..."): as long as one to the byte. */
bool value_is_digest(struct slice text);

#endif
