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

/* By the URL of the request line as it came, or NULL: its host, or the ending
 * of its file. What cannot be read is on no list. */
bool range_is_allowed(const struct settings *, const char *url);

#endif
