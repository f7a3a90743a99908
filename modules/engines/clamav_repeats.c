/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libclamav takes each member of an office document out twice: as one of its
 * zip, and, as it looks for archives inside of other files, once more. What it
 * has looked at to the end in this scan, and found clean, need not be looked at
 * again. Its own cache, which is off, does the same by MD5, of which two can be
 * made alike, and for all bodies to come.
 *
 * Not before all of the layer was seen: one that contains itself is none. The
 * same type of bytes, no deeper then than now, where the limit of depth would
 * have let less be seen, and now in what libclamav does not tell of: a piece of
 * another file. The like members of a bomb count each.
 */
#include "engines/clamav.h"

#include <openssl/sha.h>
#include <string.h>

static struct looked *
place(struct repeats *repeats, const struct looked *layer)
{
	size_t at;

	memcpy(&at, layer->digest, sizeof at);
	return &repeats->places[at % REPEATS_MAX];
}

void
repeats_begin(struct repeats *repeats)
{
	repeats->scan++;
}

void
repeats_describe(struct looked *layer, const char *bytes, size_t len)
{
	SHA256((const unsigned char *)bytes, len, layer->digest);
	layer->len = len;
}

void
repeats_add(struct repeats *repeats, const struct looked *layer)
{
	struct looked *known = place(repeats, layer);

	*known = *layer;
	known->scan = repeats->scan;
}

bool
repeats_has(struct repeats *repeats, const struct looked *layer)
{
	const struct looked *known = place(repeats, layer);

	return known->scan == repeats->scan && known->len == layer->len &&
	    memcmp(known->digest, layer->digest, sizeof layer->digest) == 0 &&
	    known->type == layer->type && known->level <= layer->level &&
	    layer->parent == NULL;
}
