/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base64 - decodes as the lenient do: foreign bytes are skipped, padding may be
 * missing, also the alphabet of URLs. Worker only.
 *
 * Where readers differ, each reading is a set of flags; base64_readings() names
 * those that can differ for a text, so that most texts are decoded once.
 */
#ifndef UNPACK_BASE64_H
#define UNPACK_BASE64_H

#include "unpack/slice.h"

enum base64_reading {
	BASE64_URL = 1,		/* "-" and "_" are digits, not foreign */
	BASE64_BLANK = 2,	/* a blank is a "+" that a form's reader ate */
	BASE64_STOP = 4,	/* padding ends it; else a new piece begins */
	BASE64_RUN_ON = 8,	/* padding is foreign: the bits go on */
	BASE64_ALL = 16
};

#define BASE64_READINGS_MAX 12

struct base64_look {
	size_t digits;		/* of both alphabets */
	size_t upper;		/* of these: capitals and numerals */
	size_t blanks;		/* blanks, tabs, line ends, NUL */
	size_t spaces;		/* of these: blanks that are not at a line's
				 * end or begin */
	size_t foreign;		/* anything else but padding */
	bool url;		/* has "-" or "_" */
	bool goes_on;		/* has digits after padding */
};

struct base64_look base64_look(struct slice);

/* The readings that may differ for such a text, the plainest first; their
 * number. forms: its blanks may have been "+". */
unsigned base64_readings(const struct base64_look *, bool forms,
    unsigned readings_out[BASE64_READINGS_MAX]);

/* Bytes written to out, which has room for s.len / 4 * 3 + 2. */
size_t base64_decode(struct slice s, unsigned reading, uint8_t *out);

#endif
