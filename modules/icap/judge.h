/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge - gets a verdict on a whole body from a worker. Runs in c-icap, in the
 * thread of the request, and waits there; looks after the client meanwhile.
 *
 * "clean" comes out only when a worker's verdict said so. Whatever else
 * happens has an outcome of its own, and blocks by default.
 */
#ifndef ICAP_JUDGE_H
#define ICAP_JUDGE_H

#include "icap/body.h"
#include "icap/module.h"
#include "policy/limits.h"
#include "wire/told.h"
#include "wire/verdict.h"

enum judged {
	JUDGED,			/* *verdict_out is set */
	JUDGED_GONE,		/* the client left; its job was dropped */
	JUDGED_STOPPED		/* we are going down */
};

/* Seals the body. The limits are those of its policy. client_fd: -1 when there
 * is none to look after. reason_out: why it is not a worker's verdict, else
 * "". */
enum judged judge(const struct module *, struct body *, const struct told *,
    const struct limits *, int client_fd, struct verdict *verdict_out,
    struct err *reason_out);

/* What the first bytes of a body are, as a worker sees it; UNKNOWN whatever
 * else happens. */
enum type_group judge_type(const struct module *, const void *head, size_t len);

#endif
