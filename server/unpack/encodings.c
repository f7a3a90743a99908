/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/encodings.h"

#include <stdio.h>
#include <string.h>

#include "unpack/decode.h"

#define BEGIN_MAX (16 << 20)	/* looked at of what is too big */
#define ALL_CODECS (sizeof all / sizeof *all)

/* One body on its way through its layers. Depth first: an output is gone before
 * the next one is made. */
struct way {
	struct encodings codings;
	struct budget *budget;
	const struct sink *sink;
	bool odd;		/* the raw body may be something else */
	bool broken;		/* so was the layer just taken */
	char path[160];		/* "br/gzip", the outermost first */
	size_t path_len;
};

/* Bytes, of which `layers` layers are still to be taken off. */
struct load {
	const uint8_t *bytes;
	size_t len;
	unsigned layers;
};

/* How a layer was read. */
enum reading { READ, READ_NOTHING, READ_NO_MORE };

static const struct codec *const all[] = {
	&codec_gzip, &codec_zstd, &codec_zlib, &codec_br, &codec_raw_deflate,
};

static bool descend(struct way *, const struct load *);

static void
note(struct way *way, enum outcome outcome, const char *cause,
    const char *codec)
{
	char text[64];

	snprintf(text, sizeof text, "%s%s", cause, codec);
	way->sink->note(way->sink->ctx, outcome, text, way->path);
}

/* Then clients differ about what they see. */
static void
damaged(struct way *way, const char *cause, const char *codec)
{
	way->odd = true;
	note(way, OUTCOME_DAMAGED, cause, codec);
}

static void
unknown(struct way *way, const char *name)
{
	damaged(way, name[0] != '\0' ? "Encoding.Unknown." :
				       "Encoding.Unknown", name);
}

/* Nobody shall wait for what is too big; but its begin is looked at. The engine
 * does not get the packed one, too: it would unpack it once more. */
static bool
stop_at_limit(struct way *way, const struct codec *codec,
    const struct decoded *decoded)
{
	size_t len = decoded->room.len;

	if (decoded->result == UNPACKED_LATE) {
		note(way, OUTCOME_TIMEOUT, "Limits.ScanTime", "");
		return false;
	}
	note(way, OUTCOME_TOO_BIG, "Encoding.TooBig.", codec->name);
	return len == 0 || way->sink->visit(way->sink->ctx, decoded->room.data,
	    len < BEGIN_MAX ? len : BEGIN_MAX, way->path);
}

/* What lies behind the end: some clients drop it, some take it along. */
static bool
visit_rest(struct way *way, const struct load *load, size_t used)
{
	char name[sizeof way->path + 8];

	if (used == load->len)
		return true;
	way->odd = true;
	snprintf(name, sizeof name, "%s-rest", way->path);
	return way->sink->visit(way->sink->ctx, load->bytes + used,
	    load->len - used, name);
}

/* Browsers stop after the first of several streams, others do not. */
static bool
descend_into(struct way *way, const struct decoded *decoded, unsigned layers)
{
	struct load inner = { decoded->room.data, decoded->room.len, layers };

	if (!descend(way, &inner))
		return false;
	if (decoded->streams < 2)
		return true;
	way->odd = true;
	inner.len = decoded->first;
	return descend(way, &inner);
}

static bool
take(struct way *way, const struct codec *codec, const struct load *load,
    const struct decoded *decoded)
{
	if (decoded->carries)
		way->odd = true;
	if (decoded->result == UNPACKED_BROKEN)
		damaged(way, "Encoding.Broken.", codec->name);
	else if (decoded->result != UNPACKED_WHOLE)
		return stop_at_limit(way, codec, decoded);
	if (!descend_into(way, decoded, load->layers - 1))
		return false;
	way->broken = decoded->result == UNPACKED_BROKEN;
	return way->broken || visit_rest(way, load, decoded->used);
}

static size_t
enter(struct way *way, const struct codec *codec)
{
	size_t before = way->path_len, room = sizeof way->path - before;
	int len = snprintf(way->path + before, room, "%s%s",
	    before > 0 ? "/" : "", codec->name);

	if (len > 0 && (size_t)len < room)
		way->path_len += (size_t)len;
	way->budget->depth--;
	return before;
}

static void
leave(struct way *way, size_t before)
{
	way->path_len = before;
	way->path[before] = '\0';
	way->budget->depth++;
}

static bool
has_mark(const struct codec *codec, const struct load *load)
{
	return codec->begins != NULL && codec->begins(load->bytes, load->len);
}

static bool
is_refused(const struct codec *codec, const struct load *load)
{
	return codec->refused != NULL &&
	    codec->refused(load->bytes, load->len);
}

/* strict: only what is such a stream from its first byte to its last. */
static enum reading
read_as(struct way *way, const struct codec *codec, const struct load *load,
    bool strict)
{
	size_t before = enter(way, codec);
	enum reading reading = READ_NOTHING;
	struct decoded decoded;
	struct err err;
	bool fits;

	if (decode(codec, load->bytes, load->len, way->budget, &decoded,
	    &err) == -1) {
		note(way, OUTCOME_ENGINE_ERROR, "Encoding.NoMemory", "");
		leave(way, before);
		return READ_NO_MORE;
	}
	fits = strict ? decoded.result == UNPACKED_WHOLE &&
	    decoded.used == load->len :
	    decoded.result != UNPACKED_BROKEN || decoded.room.len > 0;
	if (fits || (codec->sure && has_mark(codec, load)) ||
	    (!strict && is_refused(codec, load)))
		reading = take(way, codec, load, &decoded) ? READ :
							     READ_NO_MORE;
	room_free(&decoded.room);
	leave(way, before);
	return reading;
}

/* It is not packed as its header says. Who guesses as some clients do finds
 * another packing. */
static bool
guess(struct way *way, const struct load *load, const struct codec *not_this)
{
	enum reading reading;
	size_t i;

	way->odd = true;
	for (i = 0; i < ALL_CODECS; i++) {
		if (all[i] == not_this)
			continue;
		if (all[i]->begins != NULL && !has_mark(all[i], load))
			continue;
		reading = read_as(way, all[i], load, !all[i]->sure);
		if (reading == READ_NO_MORE)
			return false;
	}
	return true;
}

/* Clients try zlib, and raw deflate when that fails; some of them skip two
 * bytes that are no good head of zlib. */
static enum reading
read_deflate(struct way *way, const struct load *load)
{
	enum reading reading = READ_NOTHING, raw;
	struct load headless = *load;
	bool zlib = has_mark(&codec_zlib, load);

	way->broken = false;
	if (zlib)
		reading = read_as(way, &codec_zlib, load, false);
	if (reading == READ_NO_MORE || (reading == READ && !way->broken))
		return reading;
	raw = read_as(way, &codec_raw_deflate, load, false);
	if (raw == READ_NOTHING && load->len > 2 &&
	    (load->bytes[0] & 15) == 8) {
		headless.bytes += 2;
		headless.len -= 2;
		raw = read_as(way, &codec_raw_deflate, &headless, false);
	}
	return raw == READ_NOTHING ? reading : raw;
}

static enum reading
read_layer(struct way *way, const struct load *load, const struct codec *codec)
{
	if (codec == &codec_zlib)
		return read_deflate(way, load);
	if (codec->begins != NULL && !has_mark(codec, load))
		return READ_NOTHING;
	return read_as(way, codec, load, false);
}

/* A layer that is not there may be passed over: two servers in a row have set
 * one header each, and only one of them has packed. */
static bool
take_layer(struct way *way, const struct load *load)
{
	static const struct codec *const codecs[] = {
		[CODING_GZIP] = &codec_gzip,
		[CODING_DEFLATE] = &codec_zlib,
		[CODING_BR] = &codec_br,
		[CODING_ZSTD] = &codec_zstd,
	};
	const struct codec *codec =
	    codecs[way->codings.list[load->layers - 1]];
	struct load plain = { load->bytes, load->len, load->layers - 1 };
	enum reading reading;

	way->broken = false;
	reading = read_layer(way, load, codec);
	if (reading == READ_NO_MORE)
		return false;
	if (reading == READ && !way->broken)
		return true;
	return guess(way, load, codec) &&
	    (reading == READ || descend(way, &plain));
}

static void
too_deep(struct way *way)
{
	way->odd = true;
	note(way, OUTCOME_TOO_DEEP, "Encoding.TooDeep", "");
}

/* False: nothing more needs to be looked at. */
static bool
descend(struct way *way, const struct load *load)
{
	if (load->layers > 0 && load->len > 0) {
		if (way->budget->depth > 0)
			return take_layer(way, load);
		too_deep(way);
	}
	return way->path_len == 0 || way->sink->visit(way->sink->ctx,
	    load->bytes, load->len, way->path);
}

void
encodings_read(const struct told *told, const uint8_t *body, size_t len,
    struct budget *budget, const struct sink *sink)
{
	struct way way = {
		.codings = encodings_parse(&told->encodings),
		.budget = budget,
		.sink = sink,
		.odd = (told->flags & TOLD_RAW_TOO) != 0,
	};
	const struct load load = { body, len, way.codings.count };
	bool go_on = true;

	if ((told->flags & TOLD_ENCODINGS_CUT) != 0 && len > 0)
		damaged(&way, "Encoding.TooLong", "");
	if (way.codings.unknown != NULL && len > 0)
		unknown(&way, way.codings.unknown);
	if (way.codings.more && len > 0)
		too_deep(&way);
	else
		go_on = descend(&way, &load);
	if (go_on && (way.odd || load.layers == 0 || len == 0))
		sink->visit(sink->ctx, body, len, "");
}
