/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * take - what an ICAP request tells before its body: headers of ICAP and HTTP
 * become facts, origin and packing of the request. Runs in c-icap.
 */
#ifndef ICAP_TAKE_H
#define ICAP_TAKE_H

#include "icap/request.h"

struct ci_request;
struct ci_headers_list;

/* The encapsulated headers of this very request, ICAP_REQ_HDR or ICAP_RES_HDR;
 * NULL: there are none. c-icap's own look-up may give those of the one before
 * on a kept connection. */
struct ci_headers_list *take_head(struct ci_request *, int type);

/* -1: no memory; the request must be refused. A request that may not ask for a
 * part of a file does not any more afterwards. */
int take_facts(struct ci_request *, struct request *, struct err *);

#endif
