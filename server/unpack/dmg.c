/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/dmg.h"

#include <string.h>

#include "unpack/dmg_runs.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define TRAILER 512
#define RARE 7			/* byte of its mark */
#define TABLE 204		/* before its runs */

struct dmg {
	struct slice data;	/* what is packed, and whatever is behind it */
	size_t free;		/* bytes that may be unpacked for nothing */
	const struct sink *sink;
	const char *path;
	unsigned tables;
};

/* What the trailer tells of: where, and how long. */
enum fork_at {
	FORK_DATA = 24, FORK_RESOURCES = 40, FORK_LIST = 216,
	FORK_SIGNATURE = 296
};

struct fork {
	uint64_t at, len;
};

static bool
is_trailer(struct slice s)
{
	static const char mark[] = "koly\0\0\0\4\0\0\2";	/* and 0 */

	return s.len >= TRAILER && memcmp(s.at, mark, sizeof mark) == 0;
}

/* By the byte of it that texts do not have. body.len: there is none. */
static size_t
next_trailer(struct slice body, size_t from)
{
	const uint8_t *found;
	size_t at;

	for (at = from + RARE; at < body.len; at++) {
		found = memchr(body.at + at, 4, body.len - at);
		if (found == NULL)
			break;
		at = (size_t)(found - body.at);
		if (is_trailer(slice_tail(body, at - RARE)))
			return at - RARE;
	}
	return body.len;
}

bool
dmg_likely(struct slice body)
{
	return next_trailer(body, 0) < body.len;
}

static struct fork
fork_at(struct slice trailer, size_t at)
{
	return (struct fork){ slice_big(trailer, at, 8),
		slice_big(trailer, at + 8, 8) };
}

static void
note(const struct dmg *d, enum outcome outcome, const char *cause)
{
	d->sink->note(d->sink->ctx, outcome, cause, d->path);
}

static bool
read_table(void *ctx, struct slice table)
{
	struct dmg *d = ctx;
	struct runs r = { .sink = d->sink, .path = d->path, .free = &d->free };
	char name[PATH_MAX_LEN + 1];

	if (table.len < TABLE || memcmp(table.at, "mish\0\0\0\1", 8) != 0)
		return true;
	d->tables++;
	r.data = slice_part(d->data, slice_big(table, 24, 8), UINT64_MAX);
	runs_read(&r, slice_tail(table, TABLE), slice_big(table, TABLE - 4, 4));
	texts_path(name, sizeof name, d->path, "partition");
	if (!r.ended && r.out.len > 0)
		r.ended = !d->sink->visit_piece(d->sink->ctx, r.out.bytes,
		    r.out.len, name);
	pile_free(&r.out);
	return !r.ended;
}

/* Whatever else the list says, and in whatever order. */
static bool
read_list(struct dmg *d, struct slice xml)
{
	struct slice text;
	size_t at;

	while ((at = slice_find(xml, "<data")) < xml.len) {
		xml = slice_tail(xml, at);
		(void)slice_cut(&xml, '>');
		text = xml;
		if (!texts_base64(slice_cut(&text, '<'), false, d->sink,
		    read_table, d))
			return false;
	}
	return true;
}

static bool
read_resources(struct dmg *d, struct slice s)
{
	const uint8_t *at;

	while ((at = memmem(s.at, s.len, "mish", 4)) != NULL) {
		s = slice_tail(s, (size_t)(at - s.at));
		if (!read_table(d, s))
			return false;
		s = slice_tail(s, 4);
	}
	return true;
}

static bool
is_within(struct fork f, size_t len)
{
	return f.at <= len && f.len <= len - f.at;
}

/* Something may be in front of the image; readers go by the list, or else by
 * what ends where the trailer begins. */
static size_t
start_of(struct slice body, struct slice trailer)
{
	static const size_t forks[] = { FORK_DATA, FORK_RESOURCES, FORK_LIST,
		FORK_SIGNATURE };
	const struct fork list = fork_at(trailer, FORK_LIST);
	size_t i, top = 0;

	if (slice_starts(slice_part(body, list.at, list.len), "<?xml version"))
		return 0;
	for (i = 0; i < COUNT(forks); i++) {
		struct fork f = fork_at(trailer, forks[i]);

		if (is_within(f, body.len) && f.at + f.len > top)
			top = (size_t)(f.at + f.len);
	}
	return body.len - top;
}

/* What it is the trailer of: all before it, or behind it in old ones. */
static struct slice
image_of(struct slice body, size_t at, struct slice trailer)
{
	if (fork_at(trailer, FORK_DATA).at == TRAILER &&
	    trailer.len > TRAILER)
		return trailer;
	body = slice_head(body, at);
	return slice_tail(body, start_of(body, trailer));
}

/* In a program that reads images is a trailer's mark alone. */
static bool
is_possible(struct slice image, struct slice trailer)
{
	return is_within(fork_at(trailer, FORK_LIST), image.len) &&
	    is_within(fork_at(trailer, FORK_DATA), image.len) &&
	    is_within(fork_at(trailer, FORK_RESOURCES), image.len);
}

/* An image that is not packed has none. */
static bool
has_list(struct slice trailer)
{
	return fork_at(trailer, FORK_LIST).len > 0 ||
	    fork_at(trailer, FORK_RESOURCES).len > 0;
}

bool
dmg_ends(struct slice body)
{
	const size_t at = body.len > TRAILER ? body.len - TRAILER : 0;
	const struct slice trailer = slice_tail(body, at);

	return at > 0 && is_trailer(trailer) && has_list(trailer) &&
	    is_possible(image_of(body, at, trailer), trailer);
}

static bool
read_by(struct slice body, size_t at, const char *path,
    const struct sink *sink)
{
	const struct slice trailer = slice_tail(body, at);
	const struct fork list = fork_at(trailer, FORK_LIST);
	const struct fork resources = fork_at(trailer, FORK_RESOURCES);
	const struct slice image = image_of(body, at, trailer);
	struct dmg d = { .sink = sink, .path = path, .free = body.len };

	if (!is_possible(image, trailer))
		return true;
	if (!sink->spend(sink->ctx, list.len + resources.len))
		return false;
	d.data = slice_part(image, fork_at(trailer, FORK_DATA).at, UINT64_MAX);
	if (!read_list(&d, slice_part(image, list.at, list.len)) ||
	    !read_resources(&d, slice_part(image, resources.at,
	    resources.len)))
		return false;
	if (d.tables == 0 && has_list(trailer))
		note(&d, OUTCOME_UNSUPPORTED, "Container.DMG");
	return true;
}

bool
dmg_walk(struct slice body, const char *path, const struct sink *sink)
{
	size_t at = next_trailer(body, 0);

	for (; at < body.len; at = next_trailer(body, at + RARE))
		if (!read_by(body, at, path, sink))
			return false;
	return true;
}
