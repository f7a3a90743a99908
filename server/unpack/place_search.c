/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/place_search.h"

#include <string.h>

#define BLOCK 16	/* bytes that are looked at together */
#define NEAR 1024	/* of them that memchr() is not asked for again */

/*
 * By two bytes: may a mark begin with them, or go on with them? A look at every
 * second pair meets each mark of three bytes and more then. Those of two bytes
 * are searched for one by one. Of the process, made once.
 */
static struct {
	bool made;
	uint8_t pairs[65536];
} index_of_marks;

enum { BEGINS = 1, GOES_ON = 2 };

/* In the order of this machine. */
static unsigned
pair(const uint8_t *at)
{
	uint16_t both;

	memcpy(&both, at, sizeof both);
	return both;
}

static void
make_index(void)
{
	struct slice bytes;
	size_t i;

	for (i = 0; place_mark(i, &bytes); i++) {
		index_of_marks.pairs[pair(bytes.at)] |= BEGINS;
		if (bytes.len > 2)
			index_of_marks.pairs[pair(bytes.at + 1)] |= GOES_ON;
	}
	index_of_marks.made = true;
}

/* Where texts are, memchr() is alone at work: they do not have that byte. What
 * follows it in other bodies is looked at block by block. */
static size_t
next_after(struct slice body, size_t from, uint8_t first, uint8_t second)
{
	const uint8_t *found;
	struct slice near;
	size_t at;

	while (from < body.len) {
		found = memchr(body.at + from, first, body.len - from);
		if (found == NULL)
			return body.len;
		from = (size_t)(found - body.at);
		near = slice_head(body, body.len - from < NEAR ? body.len :
		    from + NEAR);
		at = slice_find_pair(near, from, first, second);
		if (at < near.len)
			return at;
		from = near.len < body.len ? near.len - 1 : body.len;
	}
	return body.len;
}

static size_t
next_tar(struct slice body, size_t from)
{
	return next_after(body, from, '\0', ' ');
}

static size_t
next_compress(struct slice body, size_t from)
{
	return next_after(body, from, 0x1f, 0x9d);
}

/* A pair by its second byte, which most texts do not have: memchr() is faster
 * than a search for both. */
static size_t
by_second(struct slice body, size_t from, uint8_t first, uint8_t second)
{
	const uint8_t *found;
	size_t at;

	for (at = from + 1; at < body.len; at++) {
		found = memchr(body.at + at, second, body.len - at);
		if (found == NULL)
			break;
		at = (size_t)(found - body.at);
		if (body.at[at - 1] == first)
			return at - 1;
	}
	return body.len;
}

static size_t
next_ext(struct slice body, size_t from)
{
	return by_second(body, from, 0x53, 0xef);
}

static size_t
next_squash(struct slice body, size_t from)
{
	return slice_find_pair(body, from, 'q', 's');
}

static size_t
next_sector(struct slice body, size_t from)
{
	return by_second(body, from, 0x55, 0xaa);
}

/* Of both, by the byte that texts do not have. */
static size_t
next_old_cpio(struct slice body, size_t from)
{
	const uint8_t *found;
	size_t at;

	for (at = from; at < body.len; at++) {
		found = memchr(body.at + at, 0xc7, body.len - at);
		if (found == NULL)
			break;
		at = (size_t)(found - body.at);
		if (at > from && body.at[at - 1] == 0x71)
			return at - 1;
		if (at + 1 < body.len && body.at[at + 1] == 0x71)
			return at;
	}
	return body.len;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The next mark of two bytes. */
static size_t
next_short(struct place_search *s)
{
	if (s->tar < s->from)
		s->tar = next_tar(s->body, s->from);
	if (s->old_cpio < s->from)
		s->old_cpio = next_old_cpio(s->body, s->from);
	if (s->compress < s->from)
		s->compress = next_compress(s->body, s->from);
	if (s->ext < s->from)
		s->ext = next_ext(s->body, s->from);
	if (s->sector < s->from)
		s->sector = next_sector(s->body, s->from);
	if (s->squash < s->from)
		s->squash = next_squash(s->body, s->from);
	return least(least(s->tar, least(s->old_cpio, s->squash)),
	    least(s->compress, least(s->ext, s->sector)));
}

struct place_search
places_in(struct slice body)
{
	if (!index_of_marks.made)
		make_index();
	return (struct place_search){
		.body = body,
		.tar = next_tar(body, 0),
		.old_cpio = next_old_cpio(body, 0),
		.compress = next_compress(body, 0),
		.ext = next_ext(body, 0),
		.sector = next_sector(body, 0),
		.squash = next_squash(body, 0),
	};
}

static unsigned
four(const uint8_t *at)
{
	const uint8_t *pairs = index_of_marks.pairs;

	return pairs[pair(at)] | pairs[pair(at + 2)] | pairs[pair(at + 4)] |
	    pairs[pair(at + 6)];
}

/* Its pairs at even places. Of a mark that begins in this block they have the
 * first or the second. */
static bool
has_pair(const uint8_t *at)
{
	return (four(at) | four(at + 8) |
	    index_of_marks.pairs[pair(at + BLOCK)]) != 0;
}

/* Past the blocks that none begins in. */
static void
skip(struct place_search *s)
{
	const size_t next = next_short(s);

	while (s->from + BLOCK + 2 <= s->body.len &&
	    next >= s->from + BLOCK && !has_pair(s->body.at + s->from))
		s->from += BLOCK;
}

static bool
in_block(struct place_search *s, struct place *place_out)
{
	const uint8_t *pairs = index_of_marks.pairs;
	const size_t end = s->from + BLOCK;
	size_t at;

	while (s->from < end && s->from + 1 < s->body.len) {
		at = s->from++;
		if ((pairs[pair(s->body.at + at)] & BEGINS) != 0 &&
		    place_at(s->body, at, place_out))
			return true;
	}
	return false;
}

bool
place_next(struct place_search *s, struct place *place_out)
{
	while (s->from + 1 < s->body.len) {
		skip(s);
		if (in_block(s, place_out))
			return true;
	}
	return false;
}
