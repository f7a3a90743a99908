/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/packed.h"

#include "unpack/pile.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define PIECE 65536		/* of the input, for one step */
#define SPACE 65536		/* for what comes out of it */

struct run {
	const struct codec *codec;
	void *state;
	struct slice body;
	size_t at, whole_to;
	size_t careful_from;	/* byte by byte from there on */
	struct tame tame;
	struct pile out;
	size_t paid;		/* of it */
	const struct sink *sink;
	const char *path;
	bool ended;		/* by the sink */
};

static const struct codec *
codec_of(struct slice s)
{
	static const struct codec *const codecs[] = {
		&codec_gzip, &codec_bzip2, &codec_xz, &codec_lzip, &codec_zstd,
		&codec_lz4, &codec_compress, &codec_zlib_file, &codec_lzma,
	};
	size_t i;

	for (i = 0; i < sizeof codecs / sizeof *codecs; i++)
		if (codecs[i]->begins(s.at, s.len))
			return codecs[i];
	return NULL;
}

bool
packed_begins(struct slice s)
{
	return codec_of(s) != NULL;
}

static void
note(const struct run *r, enum outcome outcome, const char *cause)
{
	r->sink->note(r->sink->ctx, outcome, cause, r->path);
}

/* What comes out twice is paid once: see take_again(). */
static void
pay(struct run *r)
{
	size_t more = r->out.len > r->paid ? r->out.len - r->paid : 0;

	r->paid += more;
	r->ended = !r->sink->spend(r->sink->ctx, more);
}

/* STEP_MORE, too, when there is no more. */
static enum step
go_on(struct run *r, bool *idle_out)
{
	const size_t piece = r->at < r->careful_from ? PIECE : 1;
	struct slice rest = slice_tail(r->body, r->at);
	struct flow flow = {
		.in = rest.at,
		.in_len = rest.len < piece ? rest.len : piece,
		.out = pile_room(&r->out, SPACE),
		.out_len = SPACE,
	};
	enum step step;

	if (flow.out == NULL) {
		note(r, OUTCOME_ENGINE_ERROR, "Container.Memory");
		r->ended = true;
		return STEP_BAD;
	}
	step = r->codec->step(r->state, &flow);
	*idle_out = flow.in == rest.at && flow.out_len == SPACE;
	r->at += (size_t)(flow.in - rest.at);
	r->out.len += SPACE - flow.out_len;
	pay(r);
	return step;
}

static bool
another_follows(struct run *r)
{
	size_t at = r->at;

	if (r->codec->again == NULL)
		return false;
	while (r->codec->padded && at < r->body.len && r->body.at[at] == 0)
		at++;
	if (!r->codec->begins(r->body.at + at, r->body.len - at))
		return false;
	r->at = at;
	return true;
}

/* Nothing comes out of a header. */
static void
begin(struct run *r)
{
	uint8_t out;
	struct flow flow = { .in = r->tame.head, .in_len = r->tame.len,
		.out = &out, .out_len = 1 };

	r->state = r->codec->start();
	r->at = r->tame.instead_of;
	if (r->state != NULL && r->tame.len > 0)
		(void)r->codec->step(r->state, &flow);
}

static enum step
run_all(struct run *r)
{
	enum step step = STEP_BAD;
	bool idle;

	begin(r);
	while (r->state != NULL && !r->ended) {
		step = go_on(r, &idle);
		if (step == STEP_END)
			r->whole_to = r->at;
		if (step == STEP_END && !r->ended && another_follows(r))
			r->codec->again(r->state);
		else if (step != STEP_MORE || idle)
			break;
	}
	if (r->state != NULL)
		r->codec->stop(r->state);
	return step;
}

/* A step that finds a fault does not give what it had done before it: that
 * piece is taken byte by byte. */
static enum step
take_again(struct run *r)
{
	r->careful_from = r->at > PIECE ? r->at - PIECE : 0;
	r->out.len = 0;
	return run_all(r);
}

static void
visit(struct run *r)
{
	char name[PATH_MAX_LEN + 1];

	if (r->ended || r->out.len == 0)
		return;
	texts_path(name, sizeof name, r->path, "content");
	r->ended = !r->sink->visit_piece(r->sink->ctx, r->out.bytes,
	    r->out.len, name);
}

static bool
read_as(struct run *r, struct packed *packed_out)
{
	enum step step = run_all(r);

	if (step == STEP_BAD && r->codec->hoards && !r->ended)
		step = take_again(r);
	if (step == STEP_TOO_MUCH ||
	    (r->tame.len > 0 && r->out.len > r->tame.good_for))
		note(r, OUTCOME_TOO_BIG, "Container.TooBig");
	visit(r);
	pile_free(&r->out);
	packed_out->whole = r->whole_to > 0;
	packed_out->used = r->whole_to > 0 ? r->whole_to : r->at;
	return !r->ended;
}

bool
packed_read(struct slice body, const char *path, const struct sink *sink,
    struct packed *packed_out)
{
	struct run r = {
		.codec = codec_of(body),
		.body = body,
		.careful_from = body.len,
		.sink = sink,
		.path = path,
	};

	*packed_out = (struct packed){ .whole = false };
	if (r.codec == NULL)
		return true;
	if (r.codec->tame != NULL)
		r.tame = r.codec->tame(body.at, body.len);
	return read_as(&r, packed_out);
}

bool
packed_read_lzma(struct slice body, const struct tame *tame, const char *path,
    const struct sink *sink, struct packed *packed_out)
{
	struct run r = {
		.codec = &codec_lzma,
		.body = body,
		.careful_from = body.len,
		.tame = *tame,
		.sink = sink,
		.path = path,
	};

	return read_as(&r, packed_out);
}
