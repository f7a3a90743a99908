/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * live - the settings that new requests begin with. Runs in c-icap's children,
 * any thread. A reload gives a new struct module; the old one goes with its
 * last request, so that a request sees one set of settings, whole.
 */
#ifndef ICAP_LIVE_H
#define ICAP_LIVE_H

#include "icap/module.h"

/* A child, before it accepts: the settings that its monitor had. The struct
 * stays there. */
void live_begin(const struct module *);

/* If the segment names another snapshot: that one is for all who come now. One
 * that cannot be taken is logged once, and tried again each second. */
void live_refresh(void);

/* It could not be taken: by the old ones nobody may be judged any more, they
 * may let pass what the new ones block. */
bool live_refused(void);

/* Around each request. */
const struct module *live_take(void);
void live_give(const struct module *);

#endif
