/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/inside.h"

#include "unpack/arj.h"
#include "unpack/contents.h"
#include "unpack/cpio.h"
#include "unpack/dmg.h"
#include "unpack/gzip.h"
#include "unpack/lha.h"
#include "unpack/others.h"
#include "unpack/packed.h"
#include "unpack/place_proof.h"
#include "unpack/places.h"
#include "unpack/tar.h"
#include "unpack/texts.h"
#include "unpack/zip.h"
#include "wire/verdict.h"
#include "worker/inside_layers.h"

#define ENGINE_MIN 6		/* it looks at nothing shorter */

static bool
note(struct inside *inside, enum outcome outcome, const char *cause,
    const char *path)
{
	if (inside->is_piece && outcome == OUTCOME_DAMAGED)
		return true;
	inside->scan->note(inside->scan->ctx, outcome, cause, path);
	return true;
}

static bool
spend(void *ctx, size_t len)
{
	const struct sink *scan = ((struct inside *)ctx)->scan;

	return scan->spend(scan->ctx, len);
}

static void
pass_note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	note(ctx, outcome, cause, name);
}

/* Of the first run of a disk image, behind which others are. */
static void
note_of_run(void *ctx, enum outcome outcome, const char *cause,
    const char *name)
{
	if (outcome != OUTCOME_DAMAGED)
		note(ctx, outcome, cause, name);
}

static bool open_up(struct inside *, const uint8_t *, size_t len,
    const char *path, bool closed);
static bool look(struct inside *, const uint8_t *, size_t len,
    const char *path);

/* True the first time. Who opened a piece did not say what is wrong in it. */
static bool
is_first(struct inside *inside, const struct digest *digest)
{
	if (seen_has(&inside->opened, digest) ||
	    (inside->is_piece && seen_has(&inside->pieces, digest)))
		return false;
	seen_add(inside->is_piece ? &inside->pieces : &inside->opened, digest);
	return true;
}

/* What was seen was scanned, but the engine need not have opened it. */
static bool
read_member(void *ctx, const uint8_t *bytes, size_t len, const char *path)
{
	struct inside *inside = ctx;
	const struct digest digest = digest_of(bytes, len);
	const bool first = is_first(inside, &digest);

	if (!seen_has(&inside->scanned, &digest)) {
		seen_add(&inside->scanned, &digest);
		return look(inside, bytes, len, path);
	}
	inside->is_value = false;
	return !first || open_up(inside, bytes, len, path, false);
}

static bool
read_value(void *ctx, const uint8_t *bytes, size_t len, const char *path)
{
	((struct inside *)ctx)->is_value = true;
	return read_member(ctx, bytes, len, path);
}

static bool
read_as(struct inside *inside, bool is_piece, const uint8_t *bytes, size_t len,
    const char *path)
{
	const bool was_piece = inside->is_piece;
	bool on;

	inside->is_piece = is_piece;
	on = read_member(inside, bytes, len, path);
	inside->is_piece = was_piece;
	return on;
}

static bool
read_piece(void *ctx, const uint8_t *bytes, size_t len, const char *path)
{
	return read_as(ctx, true, bytes, len, path);
}

/* A member of a container that was proven to be one, in whatever piece. */
static bool
read_proven(void *ctx, const uint8_t *bytes, size_t len, const char *path)
{
	return read_as(ctx, false, bytes, len, path);
}

static void
note_proven(void *ctx, enum outcome outcome, const char *cause,
    const char *name)
{
	const struct sink *scan = ((struct inside *)ctx)->scan;

	scan->note(scan->ctx, outcome, cause, name);
}

/* libarchive need not read a zip again that all read alike, and not even be
 * asked where it could be nothing else: that costs more than many a member. */
static bool
read_known(struct contents **contents, struct slice body, const char *path,
    const struct sink *sink, struct places_known *known_out)
{
	const bool only_zip = *contents == NULL &&
	    contents_only_zip(body.at, body.len);
	struct sink first = *sink;
	struct zip_extent zip;
	bool is_zip;

	if (!zip_walk(body, path, sink, &zip))
		return false;
	if (only_zip && !zip.whole)
		*contents = contents_open(body.at, body.len);
	is_zip = *contents != NULL ? contents_is_zip(*contents) : only_zip;
	*known_out = (struct places_known){
		.first = *contents, .members = zip.by_marks,
	};
	if (is_zip) {
		known_out->from = zip.from;
		known_out->to = zip.to;
	}
	if (dmg_ends(body) && packed_begins(body))
		first.note = note_of_run;
	return *contents == NULL || (is_zip && zip.whole) ||
	    contents_read(*contents, path, &first);
}

/* One that begins like JSON is looked at as both. */
static bool
read_texts(const struct inside *inside, struct slice body, const char *path,
    const struct sink *sink)
{
	struct texts page = { .sink = sink, .path = path };
	struct texts json = page;

	return !texts_fits(body) || (texts_page(&page, body) &&
	    (inside->level < 2 || !texts_begins_json(body) ||
	    texts_json(&json, body)));
}

static bool
read_contents(struct contents **contents, struct slice body, const char *path,
    const struct sink *sink, const struct sink *proven)
{
	struct places_known known;

	if (!read_known(contents, body, path, sink, &known))
		return false;
	if (!gzip_walk(body, path, sink) || !tar_walk(body, path, sink) ||
	    !others_read(body, path, sink) || !cpio_check(body, path, proven))
		return false;
	arj_check(body, path, proven);
	if (contents_broken_iso(*contents, body.at, body.len))
		sink->note(sink->ctx, OUTCOME_DAMAGED, "Container.Broken",
		    path);
	lha_check(body, path, sink);
	return read_texts(sink->ctx, body, path, sink) &&
	    places_read(body, &known, path, proven);
}

/* What comes out where nothing more may be opened. */
static bool
too_deep(void *ctx, const uint8_t *bytes, size_t len, const char *path)
{
	(void)bytes, (void)len;
	note(ctx, OUTCOME_TOO_DEEP, "Limits.Recursion", path);
	return false;
}

static bool
open_up(struct inside *inside, const uint8_t *bytes, size_t len,
    const char *path, bool closed)
{
	const struct sink sink = {
		.ctx = inside, .spend = spend, .visit = read_member,
		.visit_piece = read_piece, .visit_value = read_value,
		.note = pass_note,
	};
	const struct sink proven = {
		.ctx = inside, .spend = spend, .visit = read_proven,
		.visit_piece = read_piece, .visit_value = read_value,
		.note = note_proven,
	};
	const struct sink deep = {
		.ctx = inside, .spend = spend, .visit = too_deep,
		.visit_piece = too_deep, .visit_value = too_deep,
		.note = pass_note,
	};
	const bool is_deep = inside->budget->depth == 0;
	struct contents *contents = NULL;
	bool on;

	if (closed || is_deep || !contents_only_zip(bytes, len))
		contents = contents_open(bytes, len);
	if (contents == NULL && closed)
		note(inside, OUTCOME_UNSUPPORTED, "Container.RAR", path);
	if (is_deep) {
		if (contents != NULL)
			note(inside, OUTCOME_TOO_DEEP, "Limits.Recursion",
			    path);
		else
			(void)read_contents(&contents, slice_on(bytes, len),
			    path, &deep, &deep);
		contents_close(&contents);
		return true;
	}
	inside->budget->depth--;
	inside->level++;
	on = read_contents(&contents, slice_on(bytes, len), path,
	    place_is_proven_first(slice_on(bytes, len)) ? &proven : &sink,
	    &proven);
	inside->budget->depth++;
	inside->level--;
	contents_close(&contents);
	return on;
}

static bool
open_layer(struct inside *inside, const struct found_layer *layer)
{
	const bool was_piece = inside->is_piece;
	bool on = true;

	inside->is_piece = true;
	if (is_first(inside, &layer->digest))
		on = open_up(inside, layer->bytes, layer->len, layer->path,
		    layer->closed);
	inside->is_piece = was_piece;
	return on;
}

/* Frees them all. */
static bool
open_layers(struct inside *inside, struct found_layer *layer, bool on)
{
	struct found_layer *next;

	for (; layer != NULL; layer = next) {
		next = layer->next;
		on = on && open_layer(inside, layer);
		found_layer_free(layer);
	}
	return on;
}

/* With a long directory the time that the engine takes is quadratic, most of
 * all where members are empty (libclamav 1.4: 11 s for 9000). Without one it
 * goes from member to member. */
static bool
scan(struct inside *inside, const uint8_t *bytes, size_t len, const char *path)
{
	const struct sink *scan = inside->scan;
	size_t most = zip_crowd(slice_on(bytes, len), inside->files);
	const bool is_value = inside->is_value;

	inside->is_value = false;
	if (most < len)
		scan->note(scan->ctx, OUTCOME_TOO_DEEP, "Limits.Files", path);
	return (is_value ? scan->visit_value : scan->visit)(scan->ctx, bytes,
	    most < ENGINE_MIN ? len : most, path);
}

/* The layers come last: most of them are members, too, and then done. */
static bool
look(struct inside *inside, const uint8_t *bytes, size_t len, const char *path)
{
	struct found_layer *layers;
	bool on;

	inside->path = path;
	inside->body_closed = false;
	on = scan(inside, bytes, len, path);
	layers = inside->layers;
	inside->layers = NULL;
	on = on && open_up(inside, bytes, len, path, inside->body_closed);
	return open_layers(inside, layers, on);
}

bool
inside_look(struct inside *inside, const uint8_t *bytes, size_t len,
    const char *path)
{
	inside->is_piece = false;
	return look(inside, bytes, len, path);
}

bool
inside_look_value(struct inside *inside, const uint8_t *bytes, size_t len,
    const char *path)
{
	inside->is_value = true;
	return inside_look(inside, bytes, len, path);
}

bool
inside_look_new_value(struct inside *inside, const uint8_t *bytes, size_t len,
    const char *path)
{
	const struct digest digest = digest_of(bytes, len);

	return (seen_has(&inside->scanned, &digest) &&
	    seen_has(&inside->opened, &digest)) ||
	    inside_look_value(inside, bytes, len, path);
}

bool
inside_look_piece(struct inside *inside, const uint8_t *bytes, size_t len,
    const char *path)
{
	inside->is_piece = true;
	return look(inside, bytes, len, path);
}

void
inside_free(struct inside *inside)
{
	seen_free(&inside->scanned);
	seen_free(&inside->opened);
	seen_free(&inside->pieces);
}
