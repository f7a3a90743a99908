/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * answer - what an ICAP server says, as far as our self-check needs it. Pure;
 * runs in the self-check's child.
 */
#ifndef SUPERVISOR_ANSWER_H
#define SUPERVISOR_ANSWER_H

#include <stddef.h>

#include "base/err.h"

struct answer {
	int icap_status;
	int http_status;	/* 0: no HTTP head came with it */
	int found_type;		/* X-Infection-Found: Type=; -1: no header */
	char threat[130];	/* its Threat=, "" if none */
};

/* Is there all that answer_parse() looks at? A body is not waited for. */
int answer_complete(const char *text, size_t len);

int answer_parse(struct answer *out, const char *text, size_t len,
    struct err *);

#endif
