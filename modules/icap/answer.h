/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * answer - turns a blocked request into its page: body, HTTP headers, ICAP
 * headers. Runs in c-icap, before anything of the answer is out.
 */
#ifndef ICAP_ANSWER_H
#define ICAP_ANSWER_H

#include "icap/request.h"

struct ci_request;

/* -1 without memory: the connection must end. */
int answer_page(struct ci_request *, struct request *, struct err *);

/* The headers of an ICAP 500, which c-icap itself makes of CI_ERROR when
 * nothing is out yet. */
int answer_error(struct ci_request *, const struct request *, struct err *);

/* The marks, once, of what passes unscanned, in watch mode or by a list: a
 * download has a new head, too, so that no cache keeps it. Nothing else. */
int answer_marks(struct ci_request *, struct request *, struct err *);

#endif
