/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * istag - the tag that tells proxies whether old answers are still good: a hash
 * of engine, signature sets and settings. Supervisor.
 */
#ifndef SUPERVISOR_ISTAG_H
#define SUPERVISOR_ISTAG_H

#include "config/settings.h"
#include "segment/segment.h"

/* content: the digest of the set of signatures; "" if none is kept. */
int istag_make(char out[ISTAG_LEN + 1], const struct signature_info *,
    const char *content, const struct settings *, struct err *);

#endif
