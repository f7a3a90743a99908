/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * suspect - one body, and whether it kills the workers that scan it. Runs in
 * c-icap, in the thread of the request; asks and feeds the list in the segment.
 *
 * It asks for the body's digest only when a worker died of it, or when the list
 * knows a body of the same length.
 */
#ifndef ICAP_SUSPECT_H
#define ICAP_SUSPECT_H

#include <stdbool.h>

#include "cache/poison.h"
#include "icap/body.h"

struct suspect {
	struct poison_list *list;
	struct body *body;		/* whole; NULL: nobody's */
	bool has_key;
	struct poison_key key;
};

struct suspect suspect_of(struct poison_list *, struct body *);

/* It has cost two workers already: no third one gets it. */
bool suspect_is_guilty(struct suspect *);

/* A worker died while it had this body. True: that makes it guilty. */
bool suspect_killed(struct suspect *);

/* A worker gave a verdict, or it was not the body but the keeper that died. */
void suspect_cleared(struct suspect *);

#endif
