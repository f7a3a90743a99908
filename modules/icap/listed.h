/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * listed - asks the owner's list (policy/lists.h). Runs in c-icap's children,
 * any thread. The file is read again when the segment's number of it changes.
 */
#ifndef ICAP_LISTED_H
#define ICAP_LISTED_H

#include "icap/body.h"
#include "icap/module.h"
#include "policy/lists.h"

/* Before a request. -1: there is a list that cannot be read, and may block what
 * would pass: nobody may be judged. */
int listed_refresh(const struct module *);

/* host as subject_host() has it, or the name of a finding; "": not. */
enum listed listed_value(enum list_by, const char *value);

/* Are there entries of that kind, or such that block? */
bool listed_any(enum list_by);
bool listed_blocks(enum list_by);

#define LISTED_DIGEST 65

/* The SHA-256 of a body that is whole, as entries have it. -1: it cannot be
 * made. */
int listed_digest(struct body *, char text_out[static LISTED_DIGEST],
    struct err *);

#endif
