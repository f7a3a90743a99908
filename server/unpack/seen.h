/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seen - which bytes were looked at already, by their SHA-256. Worker only. A
 * set that is full, or finds no memory, forgets: then they are looked at again.
 */
#ifndef UNPACK_SEEN_H
#define UNPACK_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEEN_MAX 49152		/* of 65536 places: 2 MB */

struct digest {
	uint8_t bytes[32];
};

struct seen {
	struct digest *places;	/* all zeros: free */
	size_t room, count;
};

struct digest digest_of(const void *, size_t len);

void seen_add(struct seen *, const struct digest *);
bool seen_has(const struct seen *, const struct digest *);
void seen_free(struct seen *);		/* of zeros, too */

#endif
