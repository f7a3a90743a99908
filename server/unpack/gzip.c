/* SPDX-License-Identifier: GPL-2.0-only */
/* RFC 1952. */
#include "unpack/gzip.h"

#include <string.h>
#include <zlib.h>

#include "unpack/deflated.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define HEADER 10
#define TRAILER 8
#define TEXT_MAX 4096		/* of a name or a remark */
#define RESERVED 0xe0		/* flags; in old files "encrypted", too */

enum { HEADER_CHECK = 2, EXTRA = 4, NAME = 8, COMMENT = 16 };

struct member {
	const struct sink *sink;
	const char *path;
	struct slice rest;		/* from this member on */
	struct pile out;		/* kept when nobody else gets it */
	bool odd;
	bool joins;			/* all members make one file */
	bool ended;			/* by the sink */
	uint32_t crc, len;
};

static uint32_t
little32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	    (uint32_t)at[3] << 24;
}

static void
note(const struct member *m, enum outcome outcome, const char *cause)
{
	m->sink->note(m->sink->ctx, outcome, cause, m->path);
}

static bool
is_member(struct slice s)
{
	return s.len > HEADER + TRAILER && s.at[0] == 0x1f &&
	    (s.at[1] == 0x8b || s.at[1] == 0x9e) && s.at[2] == 8;
}

static size_t
past_text(struct slice s, size_t at)
{
	while (at < s.len && s.at[at] != '\0')
		at++;
	return at + 1;
}

/* Where the packed bytes begin; s.len: nowhere. */
static size_t
packed_at(struct slice s)
{
	size_t at = HEADER;

	if (s.at[3] & EXTRA)
		at += 2 + (s.at[HEADER] | (size_t)s.at[HEADER + 1] << 8);
	if (s.at[3] & NAME)
		at = past_text(s, at);
	if (s.at[3] & COMMENT)
		at = past_text(s, at);
	if (s.at[3] & HEADER_CHECK)
		at += 2;
	return at < s.len ? at : s.len;
}

static size_t
past_short(struct slice s, size_t at)
{
	const struct slice text = slice_part(s, at, TEXT_MAX);
	const uint8_t *end = text.len == 0 ? NULL :
	    memchr(text.at, '\0', text.len);

	return end != NULL ? (size_t)(end - s.at) + 1 : s.len;
}

size_t
gzip_head(struct slice s)
{
	size_t at = HEADER;

	if (!is_member(s))
		return 0;
	if (s.at[3] & EXTRA)
		at += 2 + (s.at[HEADER] | (size_t)s.at[HEADER + 1] << 8);
	if (s.at[3] & NAME)
		at = past_short(s, at);
	if (s.at[3] & COMMENT)
		at = past_short(s, at);
	return at < s.len ? at : s.len;
}

static bool
has_wrong_check(struct slice s, size_t end)
{
	if ((s.at[3] & HEADER_CHECK) == 0 || end >= s.len)
		return false;
	return (crc32(0, s.at, (unsigned)end - 2) & 0xffff) !=
	    (s.at[end - 2] | (unsigned)s.at[end - 1] << 8);
}

/* Some readers refuse such a header, others do not look at it. */
static bool
is_odd(struct slice s, size_t end)
{
	return s.at[1] != 0x8b || (s.at[3] & RESERVED) != 0 ||
	    has_wrong_check(s, end);
}

/* What libarchive gets, too, is only counted. */
static bool
piece(void *ctx, const uint8_t *bytes, size_t len)
{
	struct member *m = ctx;
	const size_t kept = m->odd || m->joins ? len : 0;

	m->crc = (uint32_t)crc32(m->crc, bytes, (unsigned)len);
	m->len += (uint32_t)len;
	m->out.len += kept;
	m->ended = !m->sink->spend(m->sink->ctx, kept);
	return !m->ended;
}

/* True: the stream has an end. */
static bool
inflated(struct member *m, struct slice data, size_t *used_out)
{
	const struct deflated_to to = { m, &m->out, piece };

	m->out.len = m->joins ? m->out.len : 0;
	m->crc = 0;
	m->len = 0;
	return deflated_read(data, &to, used_out);
}

static void
check_end(struct member *m)
{
	if (m->rest.len < TRAILER) {
		note(m, OUTCOME_DAMAGED, "Container.Cut");
		m->rest.len = 0;
		return;
	}
	if (little32(m->rest.at) != m->crc)
		note(m, OUTCOME_DAMAGED, "Gzip.Checksum");
	else if (little32(m->rest.at + 4) != m->len)
		note(m, OUTCOME_DAMAGED, "Gzip.Length");
	m->rest = slice_tail(m->rest, TRAILER);
}

static void
visit_out(struct member *m)
{
	if (!m->ended && m->out.len > 0)
		m->ended = !m->sink->visit_piece(m->sink->ctx, m->out.bytes,
		    m->out.len, m->path);
}

static void
read_member(struct member *m)
{
	const size_t at = packed_at(m->rest);
	size_t used = 0;
	bool has_end;

	m->odd = is_odd(m->rest, at);
	has_end = inflated(m, slice_tail(m->rest, at), &used);
	if (m->odd && !m->ended && m->out.len > 0) {
		note(m, OUTCOME_SUSPICIOUS, "Gzip.Header");
		if (!m->joins)
			visit_out(m);
	}
	m->rest = slice_tail(m->rest, at + used);
	if (has_end)
		check_end(m);
	else			/* libarchive tells what is wrong */
		m->rest.len = 0;
}

/* True: members follow behind zeros, and are what is left. */
static bool
skip_padding(struct member *m)
{
	struct slice rest = m->rest;

	while (rest.len > 0 && *rest.at == 0)
		rest = slice_tail(rest, 1);
	if (rest.len == m->rest.len || !is_member(rest))
		return false;
	m->rest = rest;
	return true;
}

/* On tapes zeros fill the gaps. Some readers make one file of what is around
 * them, libarchive does not. */
static void
join(struct member *m, struct slice body)
{
	m->joins = true;
	m->out.len = 0;
	m->rest = body;
	while (!m->ended && (is_member(m->rest) || skip_padding(m)))
		read_member(m);
	visit_out(m);
}

bool
gzip_walk(struct slice body, const char *path, const struct sink *sink)
{
	struct member m = { .sink = sink, .path = path, .rest = body };

	while (!m.ended && is_member(m.rest))
		read_member(&m);
	if (!m.ended && m.rest.len < body.len && skip_padding(&m))
		join(&m, body);
	pile_free(&m.out);
	return !m.ended;
}
