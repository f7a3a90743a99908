/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/openpgp.h"

#include <string.h>

#include "unpack/deflated.h"
#include "unpack/openpgp_key.h"
#include "unpack/packed.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define ONE_PASS_LEN 13
#define DATE_LEN 4
#define ZLIB_HEAD 2		/* bytes in front of what is deflated */

enum packet_tag {
	TAG_KEY = 1, TAG_SIGNATURE = 2, TAG_PASSWORD = 3, TAG_ONE_PASS = 4,
	TAG_COMPRESSED = 8, TAG_ENCRYPTED_OLD = 9, TAG_MARKER = 10,
	TAG_LITERAL = 11, TAG_ENCRYPTED = 18, TAG_ENCRYPTED_AEAD = 20
};

enum algorithm { AS_IT_IS, DEFLATED, ZLIB, BZIP2 };

struct reading {
	const struct sink *sink;
	char name[PATH_MAX_LEN + 1];
	struct pile out;
	bool ended;
};

struct packet {
	unsigned tag;
	bool parts;		/* more of it follows, with a length each */
	struct slice body;
};

/* Up to the end of it all, if it says more, or nothing. */
static struct slice
take(struct slice *s, size_t head, uint64_t len)
{
	struct slice body = slice_part(*s, head, len);

	*s = slice_tail(*s, head + body.len);
	return body;
}

/* A length of today's packets. False: there is none. */
static bool
take_part(struct slice *s, struct packet *p)
{
	const unsigned first = s->len > 0 ? *s->at : 0;
	size_t head = first < 192 ? 1 : first < 224 ? 2 : first < 255 ? 1 : 5;
	uint64_t len = first;

	if (s->len < head)
		return false;
	p->parts = first >= 224 && first < 255;
	if (p->parts)
		len = UINT64_C(1) << (first & 31);
	else if (head == 2)
		len = (first - 192) * 256 + s->at[1] + 192;
	else if (head == 5)
		len = slice_big(*s, 1, 4);
	p->body = take(s, head, len);
	return true;
}

static bool
take_packet(struct slice *s, struct packet *p)
{
	const unsigned first = s->len > 0 ? *s->at : 0, size = first & 3;
	const size_t head = 1 + (size == 3 ? 0 : (size_t)1 << size);

	p->parts = false;
	if ((first & 0x80) == 0)
		return false;
	if ((first & 0x40) != 0) {
		p->tag = first & 63;
		*s = slice_tail(*s, 1);
		return take_part(s, p);
	}
	p->tag = first >> 2 & 15;
	if (s->len < head)
		return false;
	p->body = take(s, head, size == 3 ? UINT64_MAX :
	    slice_big(*s, 1, 1U << size));
	return true;
}

/* What a literal's header says of it: the kind, a name, a date. 0: nothing. */
static size_t
literal_head(struct slice s)
{
	size_t len = s.len > 1 ? 2U + s.at[1] + DATE_LEN : 0;

	if (len == 0 || len > s.len || *s.at == 0 ||
	    strchr("btul1m", *s.at) == NULL)
		return 0;
	return len;
}

static bool
is_packet(const struct packet *p)
{
	const unsigned first = p->body.len > 0 ? *p->body.at : UINT8_MAX;

	switch (p->tag) {
	case TAG_SIGNATURE:
		return first >= 2 && first <= 6;
	case TAG_ONE_PASS:
		return p->body.len >= ONE_PASS_LEN && (first == 3 ||
		    first == 6);
	case TAG_COMPRESSED:
		return first <= BZIP2;
	case TAG_MARKER:
		return slice_is(p->body, "PGP");
	case TAG_LITERAL:
		return literal_head(p->body) > 0;
	}
	return false;
}

static bool
is_key(const struct packet *p)
{
	return (p->tag == TAG_KEY && openpgp_is_key(p->body)) ||
	    (p->tag == TAG_PASSWORD && openpgp_is_password(p->body));
}

/* The old ones have no version. */
static bool
is_encrypted(const struct packet *p)
{
	const unsigned version = p->body.len > 0 ? *p->body.at : 0;

	return p->body.len > 0 && (p->tag == TAG_ENCRYPTED_OLD ||
	    (p->tag == TAG_ENCRYPTED && (version == 1 || version == 2)) ||
	    (p->tag == TAG_ENCRYPTED_AEAD && version == 1));
}

/* Who may open it, and then what is encrypted. */
static bool
is_locked(struct slice s)
{
	struct packet p;
	unsigned keys = 0;
	bool more;

	while ((more = take_packet(&s, &p)) && is_key(&p))
		keys++;
	return keys > 0 && more && is_encrypted(&p);
}

bool
openpgp_likely(struct slice s)
{
	struct slice rest = s;
	struct packet p;

	return is_locked(s) || (take_packet(&rest, &p) && is_packet(&p));
}

static bool
piece(void *ctx, const uint8_t *bytes, size_t len)
{
	struct reading *r = ctx;

	(void)bytes;
	r->out.len += len;
	r->ended = !r->sink->spend(r->sink->ctx, len);
	return !r->ended;
}

static void
inflate(struct reading *r, struct slice data)
{
	const struct deflated_to to = { r, &r->out, piece };
	size_t used;

	r->out.len = 0;
	(void)deflated_read(data, &to, &used);
	if (!r->ended && r->out.len > 0)
		r->ended = !r->sink->visit_piece(r->sink->ctx, r->out.bytes,
		    r->out.len, r->name);
}

static void
uncompress(struct reading *r, struct slice body)
{
	const enum algorithm how = (enum algorithm)*body.at;
	struct slice data = slice_tail(body, 1);
	struct packed packed;

	if (how == DEFLATED)
		inflate(r, data);
	else if (how == ZLIB)
		inflate(r, slice_part(data, ZLIB_HEAD, data.len));
	else if (how == BZIP2)
		r->ended = !packed_read(data, r->name, r->sink, &packed);
	else if (data.len > 0)
		r->ended = !r->sink->spend(r->sink->ctx, data.len) ||
		    !r->sink->visit_piece(r->sink->ctx, data.at, data.len,
		    r->name);
}

static void
literal(struct reading *r, struct slice body)
{
	struct slice content = slice_tail(body, literal_head(body));

	if (content.len > 0)
		r->ended = !r->sink->spend(r->sink->ctx, content.len) ||
		    !r->sink->visit(r->sink->ctx, content.at, content.len,
		    r->name);
}

static bool
add(struct reading *r, struct pile *whole, struct slice part)
{
	uint8_t *to = pile_room(whole, part.len + 1);

	if (to == NULL) {
		r->sink->note(r->sink->ctx, OUTCOME_ENGINE_ERROR,
		    "Container.Memory", r->name);
		r->ended = true;
		return false;
	}
	memcpy(to, part.at, part.len);
	whole->len += part.len;
	return true;
}

/* Puts together what comes in parts. */
static void
join(struct reading *r, struct slice *rest, struct packet *p,
    struct pile *whole)
{
	bool more = p->parts;

	while (more && add(r, whole, p->body)) {
		more = p->parts && take_part(rest, p);
		if (!more)
			p->body = slice_on(whole->bytes, whole->len);
	}
}

static void
read_packet(struct reading *r, struct slice *rest, struct packet *p)
{
	struct pile whole = { NULL, 0, 0 };

	join(r, rest, p, &whole);
	if (!r->ended && is_packet(p) && p->tag == TAG_COMPRESSED)
		uncompress(r, p->body);
	else if (!r->ended && is_packet(p) && p->tag == TAG_LITERAL)
		literal(r, p->body);
	pile_free(&whole);
}

bool
openpgp_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct reading r = { .sink = sink };
	struct packet p;

	texts_path(r.name, sizeof r.name, path, "content");
	if (is_locked(s))
		sink->note(sink->ctx, OUTCOME_ENCRYPTED, "Encrypted.OpenPGP",
		    path);
	while (!r.ended && take_packet(&s, &p) && is_packet(&p))
		read_packet(&r, &s, &p);
	pile_free(&r.out);
	return !r.ended;
}
