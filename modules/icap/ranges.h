/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ranges - who may ask for a part of a file. A part is no whole: what is spread
 * over two of them is found in neither, so most requests must ask for all of
 * it. Pure functions. Knows no c-icap.
 */
#ifndef ICAP_RANGES_H
#define ICAP_RANGES_H

#include <stdbool.h>

#include "config/settings.h"

/* The headers that ask for a part, up to a NULL. Request-Range is what old
 * browsers sent and servers still take. */
extern const char *const range_headers[];

/* Is this header line one of them? */
bool range_header(const char *line);

/* Says it that the message has but a part of a file? Content-Range (RFC 9110,
 * 14.4 and 14.5), or Upload-Offset of an upload in pieces (tus). */
bool range_piece(const char *line);

/* By the URL of the request line as it came, or NULL: its host, or the ending
 * of its file. What cannot be read is on no list. */
bool range_is_allowed(const struct settings *, const char *url);

#endif
