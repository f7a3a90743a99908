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

enum listed { LISTED_NOT, LISTED_ALLOWED, LISTED_BLOCKED };

/* Before a request. -1: there is a list that cannot be read, and may block what
 * would pass: nobody may be judged. */
int listed_refresh(const struct module *);

/* host as subject_host() has it, or the name of a finding; "": not. */
enum listed listed_value(enum list_by, const char *value);

/* By its digest, which is only made if there is such an entry. The body is
 * whole: it gets sealed. */
enum listed listed_body(struct body *);

#endif
