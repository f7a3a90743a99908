/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/upload.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "unpack/boundary.h"
#include "unpack/mail.h"
#include "unpack/multipart.h"
#include "unpack/part_head.h"
#include "unpack/quoted.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

/*
 * Readings multiply in nested bodies. So each look at a piece is paid from this
 * multiple of the body's length, which keeps all of it linear: an honest body
 * takes 2 for each level, an odd one 4.
 */
#define WORK_SHARE 32
#define WORK_SPARE 65536

struct walk {
	const struct sink *sink;
	unsigned depth, deepest, parts;
	size_t work;		/* bytes that may still be looked at */
	const char *missing;	/* see upload.h */
	bool is_mail;
	bool gave_up;		/* and said why */
};

/* One part, while its readings are looked at. */
struct part {
	struct walk *walk;
	struct part_head head;
	struct slice lines;
	bool is_piece;		/* the part before, read otherwise */
	char path[PATH_MAX_LEN + 1];
};

/* What a multipart body was by all readings of it together. */
struct ends {
	bool seen, closed;
};

static bool walk_multipart(struct walk *, struct slice type, struct slice body,
    const char *path);
static bool walk_mail(struct walk *, struct slice mail, const char *path);

static bool
say(struct walk *w, enum outcome outcome, const char *cause,
    const char *path)
{
	w->sink->note(w->sink->ctx, outcome, cause, path);
	if (outcome == OUTCOME_DAMAGED)		/* the rest can be looked at */
		return true;
	w->gave_up = true;
	return false;
}

static bool
pay(struct walk *w, size_t len, const char *path)
{
	if (len > w->work)
		return say(w, OUTCOME_TOO_DEEP, "Multipart.Readings", path);
	w->work -= len;
	return true;
}

static bool
has(struct slice s, const char *word)
{
	return slice_find(s, word) < s.len;
}

/* Without parameters. Of two lines with a type there is a comma between. */
static bool
is_a(struct slice type, const char *word)
{
	struct slice one;

	while (type.len > 0) {
		one = slice_cut(&type, ',');
		if (has(slice_cut(&one, ';'), word))
			return true;
	}
	return false;
}

/* fetch() calls it text/plain, and servers do not mind. */
static bool
is_json(struct slice type, struct slice body)
{
	return is_a(type, "json") ||
	    ((type.len == 0 || is_a(type, "text/plain")) &&
	    texts_begins_json(body));
}

/* What a browser may show as a page, a picture or run as a script; but what
 * looks like one was read when it was visited. */
static bool
is_page(struct slice type, struct slice body)
{
	return (is_a(type, "html") || is_a(type, "xml") ||
	    is_a(type, "script") || is_a(type, "css")) && !texts_fits(body);
}

/* Pages, forms and JSON. */
static bool
walk_texts(const struct walk *w, struct slice type, struct slice body,
    const char *path)
{
	struct texts t = { .sink = w->sink, .path = path };

	if (is_page(type, body) && !texts_page(&t, body))
		return false;
	if (is_a(type, "x-www-form-urlencoded"))
		return texts_form(&t, body);
	return !is_json(type, body) || texts_json(&t, body);
}

/* A part as it is, or decoded. */
static bool
walk_content(void *ctx, struct slice body)
{
	struct part *p = ctx;
	struct walk *w = p->walk;
	struct texts field = { .sink = w->sink, .path = p->path };

	if (body.len == 0)
		return true;
	if (!pay(w, body.len, p->path) ||
	    !(p->is_piece ? w->sink->visit_piece : w->sink->visit)(
	    w->sink->ctx, body.at, body.len, p->path))
		return false;
	if (p->head.multipart)
		return walk_multipart(w, p->lines, body, p->path);
	if (w->is_mail)
		return true;
	if (!p->head.has_file && (p->head.type.len == 0 ||
	    has(p->head.type, "text/plain")))
		return texts_json(&field, body);
	return walk_texts(w, p->head.type, body, p->path);
}

static bool
walk_quoted(struct part *p, struct slice body)
{
	const struct sink *sink = p->walk->sink;
	AUTO_FREE uint8_t *out = texts_memory(body.len, sink);
	size_t len;

	if (out == NULL)
		return false;
	len = quoted_decode(body, out);
	return sink->spend(sink->ctx, len) &&
	    walk_content(p, slice_on(out, len));
}

/* Readers of mail decode, and take neither parts nor a mail in it for a file.
 */
static bool
walk_plain_of_mail(struct part *p, struct slice body)
{
	struct walk *w = p->walk;
	const unsigned said = p->head.transfer;

	if (p->head.multipart)
		return walk_multipart(w, p->lines, body, p->path);
	if (said == TRANSFER_BASE64 || said == TRANSFER_QUOTED)
		return true;
	if (slice_starts(p->head.type, "message/") && mail_likely(body))
		return pay(w, body.len, p->path) &&
		    walk_mail(w, body, p->path);
	return w->sink->spend(w->sink->ctx, body.len) && walk_content(p, body);
}

/* Most servers decode nothing, so the part as it is counts in any case. */
static bool
walk_plain(struct part *p, struct slice body)
{
	return p->walk->is_mail ? walk_plain_of_mail(p, body) :
	    walk_content(p, body);
}

static bool
walk_part(struct part *p, struct slice body)
{
	unsigned said = p->head.transfer;

	if (!walk_plain(p, body))
		return false;
	if ((said & TRANSFER_BASE64) && !texts_base64(body, false,
	    p->walk->sink, walk_content, p))
		return false;
	if ((said & TRANSFER_QUOTED) && !walk_quoted(p, body))
		return false;
	if (!p->walk->is_mail &&
	    ((said & TRANSFER_UNKNOWN) || (said & (said - 1)) != 0))
		(void)say(p->walk, OUTCOME_DAMAGED,
		    "Multipart.TransferEncoding", p->path);
	return true;
}

static bool
walk_piece(struct walk *w, const struct piece *piece, const char *path)
{
	static const char *const around[] = {
		[PIECE_PREAMBLE] = "preamble",
		[PIECE_PART] = "",
		[PIECE_EPILOGUE] = "epilogue",
	};
	struct part p = {
		.walk = w, .lines = piece->head, .is_piece = piece->again,
	};
	char number[32];
	const char *name = around[piece->kind];

	if (++w->parts > UPLOAD_PARTS_MAX)
		return say(w, OUTCOME_TOO_DEEP, "Multipart.Parts", path);
	if (piece->kind == PIECE_PART) {
		part_head_read(&p.head, piece->head);
		snprintf(number, sizeof number, "part %u", w->parts);
		name = p.head.name[0] != '\0' ? p.head.name : number;
	}
	texts_path(p.path, sizeof p.path, path, name);
	if (piece->kind == PIECE_PART)
		return walk_part(&p, piece->body);
	if (w->is_mail)			/* nobody's file */
		return true;
	return w->sink->visit_piece(w->sink->ctx, piece->body.at,
	    piece->body.len, p.path);
}

static bool
walk_reading(struct walk *w, struct multipart *m, const char *path,
    struct ends *ends)
{
	struct piece piece;

	while (multipart_next(m, &piece)) {
		/* A line that quotes the boundary cuts honest mails. */
		piece.again |= m->mail && m->loose;
		if (!walk_piece(w, &piece, path))
			return false;
	}
	if (multipart_end(m) != MULTIPART_NONE)
		ends->seen = true;
	if (multipart_end(m) == MULTIPART_CLOSED)
		ends->closed = true;
	return true;
}

static bool
walk_boundary(struct walk *w, struct slice body, struct slice delimiter,
    const char *path, struct ends *ends)
{
	struct multipart m;

	multipart_start(&m, body, delimiter, false);
	m.mail = w->is_mail;
	if (!pay(w, body.len, path))
		return false;
	if (!walk_reading(w, &m, path, ends))
		return false;
	if (!multipart_odd(&m))
		return true;
	multipart_start(&m, body, delimiter, true);
	m.mail = w->is_mail;
	return pay(w, body.len, path) && walk_reading(w, &m, path, ends);
}

static bool
walk_boundaries(struct walk *w, const struct boundaries *b, struct slice body,
    const char *path)
{
	struct ends ends = { .seen = false };
	unsigned i;

	for (i = 0; i < b->count; i++)
		if (!walk_boundary(w, body, b->list[i], path, &ends))
			return false;
	if (b->more)
		return say(w, OUTCOME_DAMAGED, "Multipart.Boundaries", path);
	if (w->missing == NULL && !ends.closed)
		w->missing = ends.seen ? "Multipart.Cut" :
					 "Multipart.NoBoundary";
	return true;
}

static bool
walk_multipart(struct walk *w, struct slice type, struct slice body,
    const char *path)
{
	struct boundaries b;
	struct err err;
	bool more;

	if (w->depth == w->deepest)
		return say(w, OUTCOME_TOO_DEEP, "Multipart.Depth", path);
	if (boundaries_find(&b, type, body, &err) == -1)
		return say(w, OUTCOME_ENGINE_ERROR, "Worker.NoMemory", path);
	w->depth++;
	more = walk_boundaries(w, &b, body, path);
	w->depth--;
	boundaries_free(&b);
	return more;
}

static void
give_work(struct walk *w, size_t len)
{
	w->work = len < (SIZE_MAX - WORK_SPARE) / WORK_SHARE ?
	    len * WORK_SHARE + WORK_SPARE : SIZE_MAX;
}

const char *
upload_walk(struct slice type, struct slice body, const char *path,
    const struct sink *sink)
{
	struct walk w = { .sink = sink, .deepest = UPLOAD_DEPTH_MAX };

	if (body.len == 0)
		return NULL;
	give_work(&w, body.len);
	if (!has(type, "multipart/") || walk_multipart(&w, type, body, path))
		(void)walk_texts(&w, type, body, path);
	return w.missing;
}

static bool
walk_alone(struct walk *w, const struct piece *piece, const char *path)
{
	struct part p = {
		.walk = w, .lines = piece->head, .is_piece = piece->again,
	};

	part_head_read(&p.head, piece->head);
	snprintf(p.path, sizeof p.path, "%s", path);
	/* Else the scan of the mail has seen it all. */
	return (p.head.transfer == 0 && p.head.type.len == 0) ||
	    walk_part(&p, piece->body);
}

static bool
walk_mail(struct walk *w, struct slice mail, const char *path)
{
	struct multipart m;
	struct piece piece;
	bool more = true;

	if (w->depth == w->deepest)
		return say(w, OUTCOME_TOO_DEEP, "Multipart.Depth", path);
	w->depth++;
	multipart_start_mail(&m, mail);
	while (more && multipart_next(&m, &piece))
		more = walk_alone(w, &piece, path);
	w->depth--;
	return more;
}

/* False: the sink wants no more. */
static bool
read_mail(struct slice mail, const char *path, const struct sink *sink)
{
	struct walk w = {
		.sink = sink, .deepest = UPLOAD_MAIL_DEPTH_MAX,
		.is_mail = true,
	};

	give_work(&w, mail.len);
	return walk_mail(&w, mail, path) || w.gave_up;
}

bool
upload_mails(struct slice s, const char *path, const struct sink *sink)
{
	struct mail_place place;
	size_t from = 0;

	if (mail_alone(s) && !read_mail(s, path, sink))
		return false;
	while (mail_next(s, &from, &place))
		if (!read_mail(place.mail, path, sink) ||
		    (place.more.len > place.mail.len &&
		    !read_mail(place.more, path, sink)))
			return false;
	return true;
}
