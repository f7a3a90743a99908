/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/seen.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 16		/* a power of two, as all others are */

struct digest
digest_of(const void *bytes, size_t len)
{
	struct digest digest;

	SHA256(bytes, len, digest.bytes);
	return digest;
}

/* Where it is, or the free place where it would be. */
static size_t
place(const struct seen *seen, const struct digest *digest)
{
	static const struct digest none;
	size_t at;

	memcpy(&at, digest->bytes, sizeof at);
	for (at &= seen->room - 1; ; at = (at + 1) & (seen->room - 1))
		if (memcmp(&seen->places[at], digest, sizeof *digest) == 0 ||
		    memcmp(&seen->places[at], &none, sizeof none) == 0)
			return at;
}

bool
seen_has(const struct seen *seen, const struct digest *digest)
{
	if (seen->count == 0)
		return false;
	return memcmp(&seen->places[place(seen, digest)], digest,
	    sizeof *digest) == 0;
}

/* Never more than three quarters full. */
static bool
make_room(struct seen *seen)
{
	size_t room = seen->room == 0 ? FIRST_ROOM : 2 * seen->room, i;
	struct seen larger = { .room = room, .count = seen->count };

	if (seen->count < seen->room / 4 * 3)
		return true;
	if (seen->count >= SEEN_MAX)
		return false;
	larger.places = calloc(room, sizeof *larger.places);
	if (larger.places == NULL)
		return false;
	for (i = 0; i < seen->room; i++)
		larger.places[place(&larger, &seen->places[i])] =
		    seen->places[i];
	free(seen->places);
	*seen = larger;
	return true;
}

void
seen_add(struct seen *seen, const struct digest *digest)
{
	if (seen_has(seen, digest) || !make_room(seen))
		return;
	seen->places[place(seen, digest)] = *digest;
	seen->count++;
}

void
seen_free(struct seen *seen)
{
	free(seen->places);
	*seen = (struct seen){ NULL, 0, 0 };
}
