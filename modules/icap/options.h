/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options - what a proxy is told of a service before its first request. Runs in
 * c-icap, in the thread of an OPTIONS request. Knows no c-icap.
 *
 * c-icap has one preview size and one number of connections for all names of a
 * service. Ours differ: see ICAP_EVENTS.
 */
#ifndef ICAP_OPTIONS_H
#define ICAP_OPTIONS_H

#include "config/settings.h"

#define OPTIONS_LINES 3
#define OPTIONS_LINE 48

/* The headers of an answer by that name. */
void options_tell(const struct settings *, const char *service,
    char lines_out[OPTIONS_LINES][OPTIONS_LINE]);

#endif
