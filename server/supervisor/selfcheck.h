/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * selfcheck - asks our own ICAP address what any client would: OPTIONS, a clean
 * file, EICAR. "Ready" means that all three came back right. Runs in an errand.
 */
#ifndef SUPERVISOR_SELFCHECK_H
#define SUPERVISOR_SELFCHECK_H

#include <netinet/in.h>
#include <stdbool.h>

#include "base/err.h"
#include "supervisor/answer.h"

#define SELFCHECK_SECONDS 5
#define SAMPLE_LEN 68		/* of EICAR; the clean file is as long */

struct selfcheck {
	struct sockaddr_in address;	/* of ourselves, never the wildcard */
	char token[64];			/* tells the module that it is us */
	bool infected_passes;		/* the administrator only watches */
	bool clean_blocks;		/* ... or lets nothing in */
};

/* An errand_fn; ctx is a struct selfcheck. */
int selfcheck_run(const void *ctx, struct err *);

/* The clean file, with a NUL behind it. */
void selfcheck_make_clean(char *out);

/* What came back, against what should have. */
int selfcheck_judge_options(const struct answer *, struct err *);
int selfcheck_judge_clean(const struct answer *, struct err *);
int selfcheck_judge_infected(const struct answer *, struct err *);

#endif
