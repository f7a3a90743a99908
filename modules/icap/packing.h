/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packing - how a body says that it is packed: from its HTTP headers to what a
 * worker is told. Runs in c-icap, once per request. Knows no c-icap.
 */
#ifndef ICAP_PACKING_H
#define ICAP_PACKING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "wire/told.h"

struct packed_text {
	char *at;		/* TOLD_TEXT_MAX bytes, or NULL */
	size_t len;
	bool cut;
};

struct packing {
	struct packed_text encodings, type;	/* of the body */
	struct packed_text accepts;		/* of who asked for it */
};

/* The value in a header line of that name, or NULL. */
const char *packing_value(const char *line, const char *name);

/* One header line of the message with the body, of the request that asked for
 * it. All others are passed over; several of one name count all. -1: no
 * memory. */
int packing_header(struct packing *, const char *line, struct err *);
int packing_asked(struct packing *, const char *line, struct err *);

/* It borrows. Who asked decodes what it said that it accepts, as far as we can
 * know; about an upload we cannot. */
struct told packing_told(const struct packing *, bool is_upload);

void packing_free(struct packing *);

#endif
