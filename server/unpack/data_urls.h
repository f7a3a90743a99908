/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * data_urls - data: URLs in a page, a style or a script, in whatever quotes or
 * none, also with what browsers pass over within the word. Worker only; pure
 * functions; time linear in the text.
 */
#ifndef UNPACK_DATA_URLS_H
#define UNPACK_DATA_URLS_H

#include "unpack/slice.h"

struct data_urls {
	struct slice text;
	size_t at;
	struct slice other;	/* the same to another end */
	size_t enclosed;	/* up to where the last of those was */
};

struct data_urls data_urls_on(struct slice text);

/* What is behind the next "data:", as it stands in the text: with entities,
 * escapes and gaps, which may hold the quotes that ended it. At least
 * VALUE_MIN bytes. False: no more. */
bool data_urls_next(struct data_urls *, struct slice *url_out);

/* Its type says ";base64" just before its first comma, as it stands there:
 * values_urls() finds it. */
bool data_url_plain(struct slice url);

/* Tabs and line ends are dropped, whatever is between them. `out` may be its
 * own memory; the new length. */
bool data_url_gaps(struct slice);
size_t data_url_close_gaps(struct slice, uint8_t *out);

/* The type of one with neither gaps nor escapes. */
bool data_url_is_base64(struct slice type);

#endif
