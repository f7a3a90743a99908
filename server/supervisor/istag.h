/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * istag - the tag that tells proxies whether old answers are still good: a hash
 * of engine, signature sets, settings, and of what holds of the owner's list.
 * Supervisor.
 */
#ifndef SUPERVISOR_ISTAG_H
#define SUPERVISOR_ISTAG_H

#include "config/settings.h"
#include "policy/lists.h"
#include "segment/segment.h"

/* content: the digest of the set of signatures; "" if none is kept. */
int istag_make(char out[ISTAG_LEN + 1], const struct signature_info *,
    const char *content, const struct settings *, struct err *);

/* Whatever their order; all zeros for none. */
int istag_of_lists(char out[ISTAG_LEN + 1], const struct lists *, int64_t now,
    struct err *);

/* Both in one: with all zeros the other one stays as it is. */
void istag_join(char out[ISTAG_LEN + 1], const char *a, const char *b);

#endif
