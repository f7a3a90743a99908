/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/places.h"

#include "unpack/arj.h"
#include "unpack/cpio.h"
#include "unpack/labels.h"
#include "unpack/others.h"
#include "unpack/packed.h"
#include "unpack/place_marks.h"
#include "unpack/place_proof.h"
#include "unpack/place_search.h"
#include "unpack/program_end.h"
#include "unpack/rar.h"
#include "unpack/rar5.h"
#include "unpack/texts.h"
#include "unpack/udf.h"
#include "unpack/zip.h"
#include "wire/verdict.h"

#define PRICE 4096		/* of a place that is opened */
#define AGAIN 8			/* of each byte that may be read once more */
#define LZMA_FIRST 0x5d		/* byte, which nothing else begins with */
#define ISO_FREE 32768		/* its first sectors are no part of it */

struct search {
	struct slice body;
	const struct places_known *known;
	const struct sink *sink;
	const char *path;
	size_t covered;		/* all before it was read, or lies in front */
	size_t tail;		/* behind a program */
	size_t head_end;	/* the last empty line that was looked for */
	bool has_read;		/* something that is not the first gap */
	bool proven;		/* what is being read is a container */
	struct labels labels;	/* of what was */
};

static bool
spend(void *ctx, size_t len)
{
	const struct sink *sink = ((struct search *)ctx)->sink;

	return sink->spend(sink->ctx, len);
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	const struct sink *sink = ((struct search *)ctx)->sink;

	return sink->visit_piece(sink->ctx, bytes, len, name);
}

static bool
visit_member(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	const struct search *s = ctx;

	return (s->proven ? s->sink->visit : s->sink->visit_piece)(
	    s->sink->ctx, bytes, len, name);
}

/* Marks lie in other files, too: what cannot be read there is no damage, if
 * nothing but the mark says that it is one. */
static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	const struct search *s = ctx;

	if (outcome != OUTCOME_DAMAGED || s->proven)
		s->sink->note(s->sink->ctx, outcome, cause, name);
}

static struct sink
quiet_sink(struct search *s)
{
	return (struct sink){ s, spend, visit_member, visit_member,
	    visit_member, note };
}

/* Archives are padded. */
static struct slice
without_zeros(struct slice s)
{
	while (s.len > 0 && *s.at == 0)
		s = slice_tail(s, 1);
	return s;
}

/* What no reader of containers has read up to here, but who scanned it all. */
static bool
gap(struct search *s, size_t end)
{
	struct slice piece;

	if (!s->has_read || end <= s->covered)
		return true;
	piece = slice_tail(slice_head(s->body, end), s->covered);
	piece = without_zeros(piece);
	return piece.len == 0 || (spend(s, piece.len) &&
	    visit(s, piece.at, piece.len, s->path));
}

static bool
cover(struct search *s, size_t from, size_t end)
{
	if (!gap(s, from))
		return false;
	if (end > s->covered)
		s->covered = end;
	s->has_read = true;
	return true;
}

static bool
cover_kind(struct search *s, enum contents_kind kind, size_t from, size_t end)
{
	if (labels_add(&s->labels, kind, s->body, from, end))
		return cover(s, from, end);
	s->sink->note(s->sink->ctx, OUTCOME_TOO_DEEP, "Limits.Files", s->path);
	return false;
}

static size_t
end_of(const struct search *s, const struct place *p, const struct contents *c)
{
	struct slice rest = slice_tail(s->body, p->at);
	size_t len = place_length(rest, p->kind);

	return p->at + (len > 0 ? len : contents_reach(c));
}

/* An empty 7z has others at the same byte. */
static bool
cover_contents(struct search *s, const struct place *p,
    const struct contents *c)
{
	return (p->kind == KIND_7Z && !contents_gave(c)) ||
	    cover_kind(s, p->kind, p->at, end_of(s, p, c));
}

/* What does not end whole is not covered: the next mark in it is read to the
 * same end again, so that it costs as much. */
static bool
read_place(struct search *s, const struct place *p, struct contents *c)
{
	const struct sink quiet = quiet_sink(s);

	if (!contents_read(c, s->path, &quiet))
		return false;
	if (contents_is_whole(c))
		return cover_contents(s, p, c);
	return spend(s, AGAIN * contents_given(c));
}

/* Only an archive with a member is one; with what is compressed nobody knows,
 * before all of it came out. A tar whose checksum is right others do read. */
static bool
try_place(struct search *s, const struct place *p, struct slice bytes)
{
	struct contents *c;
	bool on = true;

	if (!spend(s, p->kind == KIND_WARC ? 2 * PLACE_HEAD : PRICE))
		return false;
	c = contents_open_as(p->kind, bytes.at, bytes.len);
	if (contents_has_member(c) || s->proven)
		on = read_place(s, p, c);
	else if (p->kind == KIND_TAR && *bytes.at != 0)
		note(s, OUTCOME_SUSPICIOUS, "Tar.Checksum", s->path);
	else
		on = spend(s, AGAIN * contents_given(c));
	contents_close(&c);
	return on;
}

/* Who opens it reads one stream, others two. */
static void
check_lzma(const struct search *s, size_t end)
{
	if (place_joins_lzma(slice_tail(s->body, end)))
		s->sink->note(s->sink->ctx, OUTCOME_SUSPICIOUS, "Lzma.Joined",
		    s->path);
}

/* libarchive forgets what came out right before a fault. An lzma has neither a
 * mark nor a check: behind something else it may be none, and ends nothing. */
static bool
try_packed(struct search *s, const struct place *p, struct slice rest)
{
	const struct sink quiet = quiet_sink(s);
	const bool is_lzma = *rest.at == LZMA_FIRST;
	struct packed packed;

	if (!spend(s, PRICE) || !packed_read(rest, s->path, &quiet, &packed))
		return false;
	if (packed.whole && is_lzma && (p->at == 0 || p->at == s->tail))
		check_lzma(s, p->at + packed.used);
	if (packed.whole && (!is_lzma || p->at == 0))
		return cover_kind(s, p->kind, p->at, p->at + packed.used);
	return spend(s, AGAIN * packed.used);
}

static bool
read_image(struct search *s, const struct place *p, struct slice image)
{
	return spend(s, PRICE + image.len) &&
	    visit(s, image.at, image.len, s->path) &&
	    cover(s, p->at, p->at + image.len);
}

static bool
try_image(struct search *s, const struct place *p, struct slice rest)
{
	const size_t len = image_length(p->image, rest);

	if (len > 0)
		return read_image(s, p, slice_head(rest, len));
	note(s, OUTCOME_UNSUPPORTED, "Container.Unsupported", s->path);
	return true;
}

/* Ends nothing: what it holds may be none, and reaches as far as its header
 * says. */
static bool
try_member(struct search *s, struct slice rest)
{
	const struct sink quiet = quiet_sink(s);
	size_t used;

	return zip_alone(rest, s->path, &quiet, &used) &&
	    spend(s, AGAIN * used);
}

static bool
open_place(struct search *s, const struct place *p)
{
	const struct sink quiet = quiet_sink(s);
	struct slice rest = slice_tail(s->body, p->at);

	s->proven = p->kind < KIND_COUNT && place_is_proven(rest, p->kind);
	if (p->image != NULL)
		return try_image(s, p, rest);
	if (place_is_member(p))
		return try_member(s, rest);
	if (p->kind == KIND_WARC && !place_has_head(s->body, p->at,
	    &s->head_end))
		return true;
	/* Which may name other files. */
	if (p->kind == KIND_ISO && p->at > 0 && udf_likely(rest))
		return read_image(s, p, rest);
	if (p->kind == KIND_CPIO && !cpio_check(rest, s->path, &quiet))
		return false;
	if (place_is_lzop(rest) || place_is_odd_ar(rest))
		note(s, OUTCOME_UNSUPPORTED, "Container.Unsupported", s->path);
	if (p->kind == KIND_COMPRESSED && packed_begins(rest))
		return try_packed(s, p, rest);
	return try_place(s, p, rest);
}

static bool
known_is(const struct search *s, enum contents_kind kind)
{
	return s->known->first != NULL && contents_is(s->known->first, kind);
}

static bool
is_read(const struct search *s, const struct place *p)
{
	if (p->at >= s->known->from && p->at < s->known->to)
		return true;
	if (place_is_member(p) && (p->at == 0 || s->known->members))
		return true;
	if (p->at > 0 && p->at < ISO_FREE && known_is(s, KIND_ISO))
		return false;
	if (p->at > 0)
		return p->at < s->covered && !labels_have(&s->labels, p->at);
	return p->image != NULL || p->kind == KIND_COMPRESSED ||
	    known_is(s, p->kind);
}

/* In what is read a mark begins nothing, but a mark is a block of another's,
 * too: each would be walked from up to the end. */
static bool
check_rar(const struct search *s, const struct place *p, const char *path)
{
	const struct slice rest = slice_tail(s->body, p->at);

	if (p->at > 0 && is_read(s, p))
		return true;
	return (p->kind != KIND_RAR || rar_check(rest, path, s->sink)) &&
	    (p->kind != KIND_RAR5 || rar5_walk(rest, path, s->sink));
}

/* What those of what is packed pass over. */
static bool
skipped(struct search *s)
{
	struct slice rest = s->body, piece;
	bool on = true;

	while (on && place_skippable(&rest, &piece))
		on = spend(s, piece.len) && visit(s, piece.at, piece.len,
		    s->path);
	return on;
}

static bool
read_known(struct search *s)
{
	const struct contents *c = s->known->first;
	struct place p = { .kind = KIND_COMPRESSED };

	/* A disk image is no tar for its zeros. */
	if (c != NULL && contents_is(c, KIND_TAR) && *s->body.at == 0)
		return true;
	while (c != NULL && p.kind < KIND_COUNT && !contents_is(c, p.kind))
		p.kind++;
	if (c == NULL || p.kind == KIND_COUNT || !contents_is_whole(c))
		return true;
	if (contents_is_lzma(c))
		check_lzma(s, contents_reach(c));
	return cover_contents(s, &p, c);
}

/* From the first byte: what libarchive did not come to the end of, or did not
 * know. */
static bool
read_packed(struct search *s)
{
	const struct place first = { .kind = KIND_COMPRESSED };

	if ((known_is(s, KIND_COMPRESSED) &&
	    contents_is_whole(s->known->first)) || !packed_begins(s->body))
		return true;
	return try_packed(s, &first, s->body);
}

/* Which what lies in front of it hides from the engine. */
static bool
read_pdf(struct search *s)
{
	const size_t at = place_of_pdf(s->body);
	const struct slice pdf = slice_tail(s->body, at);

	if (pdf.len == 0 || at < s->covered ||
	    (at >= s->known->from && at < s->known->to))
		return true;
	return spend(s, pdf.len) && visit(s, pdf.at, pdf.len, s->path);
}

/* Right behind a program some readers look for what has no mark, too. */
static bool
read_tail(struct search *s)
{
	const struct slice tail = slice_tail(s->body, s->tail);

	if (tail.len == 0 || !(others_likely(tail) || arj_begins(tail)))
		return true;
	return spend(s, tail.len) && visit(s, tail.at, tail.len, s->path);
}

bool
places_read(struct slice body, const struct places_known *known,
    const char *path, const struct sink *sink)
{
	char name[PATH_MAX_LEN + 1];
	struct search s = { .body = body, .known = known, .sink = sink,
		.path = name, .tail = program_end(body) };
	struct place_search marks = places_in(body);
	struct place p;
	bool on;

	texts_path(name, sizeof name, path, "behind");
	on = skipped(&s) && read_known(&s) && read_packed(&s) && read_pdf(&s) &&
	    read_tail(&s);
	while (on && place_next(&marks, &p)) {
		on = check_rar(&s, &p, path);
		if (on && !is_read(&s, &p))
			on = open_place(&s, &p);
	}
	if (on && known->to > 0)
		on = cover(&s, known->from, known->to);
	return on && gap(&s, body.len);
}
