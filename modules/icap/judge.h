/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge - gets a verdict on a whole body from a worker, or what one said of the
 * same body before. Runs in c-icap, in the thread of the request, and waits
 * there; looks after the client meanwhile.
 *
 * "clean" comes out only when a worker's verdict said so. Whatever else
 * happens has an outcome of its own, and blocks by default.
 */
#ifndef ICAP_JUDGE_H
#define ICAP_JUDGE_H

#include <stdatomic.h>

#include "icap/body.h"
#include "icap/cached.h"
#include "icap/module.h"
#include "policy/limits.h"
#include "wire/told.h"
#include "wire/verdict.h"

enum judged {
	JUDGED,			/* *verdict_out is set */
	JUDGED_GONE,		/* the client left; its job was dropped */
	JUDGED_STOPPED		/* we are going down */
};

struct judge_ask {
	struct told told;
	const struct limits *limits;	/* of its policy */
	int client_fd;			/* -1: nobody to look after */
	bool anew;			/* by a worker, whatever is known */
	const atomic_bool *left;	/* true: as if the client left; NULL */
};

/* Of a body that is whole; seals it if need be. reason_out: why it is not a
 * worker's verdict, else "". */
enum judged judge(const struct module *, struct body *,
    const struct judge_ask *, struct verdict *verdict_out,
    enum cached *cached_out, struct err *reason_out);

/* What the first bytes of a body are, as a worker sees it; else UNKNOWN, and
 * *outcome_out is why no worker has seen them, with its reason (NONE: one has,
 * or we are going down). */
enum type_group judge_type(const struct module *, const void *head, size_t len,
    enum outcome *outcome_out, struct err *reason_out);

#endif
