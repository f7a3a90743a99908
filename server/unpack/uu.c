/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/uu.h"

#include <string.h>

#include "unpack/pile.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define BEGIN "begin"
#define BEGIN_LOOSE "begin "
#define BEGIN_BASE64 "begin-base64 "
#define END_BASE64 "===="
#define LINE_MAX_OUT 63		/* bytes that a line can be */
#define LOOSE_MAX_OUT 45
#define LEAST 6			/* the engine looks at nothing shorter */

/*
 * Two kinds of readers. Strict ones take 64 letters, fill up a line that is too
 * short, even an empty one, and go by any line that begins with the word; loose
 * ones take any byte for a letter, but no short line, and go by the first line
 * that has a blank behind it.
 */
struct run {
	struct slice rest;	/* lines that are still to be read */
	bool loose;
	bool differs;		/* loose readers would have gone on, or not */
	size_t real;		/* bytes that stand there, not filled up */
};

struct reading {
	const struct sink *sink;
	char name[PATH_MAX_LEN + 1];
	struct pile out;
	bool seen_loose, seen_base64, ended;
};

static bool
begins(struct slice s, const char *with)
{
	return s.len >= strlen(with) &&
	    memcmp(s.at, with, strlen(with)) == 0;
}

/* The next line with the word, and all behind it. False: there is none. */
static bool
next_begin(struct slice s, size_t *from, struct slice *line_out)
{
	size_t at = *from;

	if (at == 0 && begins(s, BEGIN)) {
		*from = 1;
		*line_out = s;
		return true;
	}
	while ((at = slice_find_pair(s, at, '\n', *BEGIN)) < s.len) {
		at++;
		*line_out = slice_tail(s, at);
		*from = at;
		if (begins(*line_out, BEGIN))
			return true;
	}
	return false;
}

static bool
is_end(struct slice line)
{
	line = slice_trim(line);
	return line.len == 3 && begins(line, "end");
}

static unsigned
bits(uint8_t letter)
{
	return (unsigned)(letter - ' ') & 63;
}

static bool
is_letter(uint8_t byte)
{
	return (byte >= ' ' && byte <= '`') || is_line_end(byte);
}

/* The first letter is the number of bytes. */
static size_t
letters_of(size_t bytes)
{
	return (bytes * 4 + 2) / 3;
}

/* As strict readers take it. */
static bool
fits(struct run *r, struct slice line, size_t bytes)
{
	const size_t letters = letters_of(bytes);
	size_t i;

	if (line.len <= letters || bytes > LOOSE_MAX_OUT)
		r->differs = true;
	for (i = 1; i <= letters && i < line.len; i++)
		if (!is_letter(line.at[i])) {
			r->differs = true;
			return false;
		}
	return true;
}

/* To them a line ends with a zero, and a third of a letter is none. */
static bool
fits_loose(struct slice *line, size_t bytes)
{
	const uint8_t *zero = memchr(line->at, '\0', line->len);

	if (zero != NULL)
		*line = slice_head(*line, (size_t)(zero - line->at));
	return bytes <= LOOSE_MAX_OUT && line->len > bytes * 4 / 3;
}

/* False: it is none. Loose readers take letters from behind a line's end. */
static bool
next_line(struct run *r, struct slice *line_out, size_t *bytes_out)
{
	const struct slice before = r->rest;
	struct slice line = slice_cut(&r->rest, '\n');

	if (before.len == 0 || is_end(line))
		return false;
	*bytes_out = bits(*before.at);
	*line_out = line;
	if (!r->loose)
		return fits(r, line, *bytes_out);
	return line.len > 0 && fits_loose(line_out, *bytes_out);
}

static unsigned
letter_at(const struct run *r, struct slice line, size_t at)
{
	return at < line.len && (r->loose || !is_line_end(line.at[at])) ?
	    bits(line.at[at]) : 0;
}

static void
decode(const struct run *r, struct slice line, size_t bytes, uint8_t *out)
{
	size_t i, at;
	unsigned shift;

	for (i = 0; i < bytes; i++) {
		at = 1 + i / 3 * 4 + i % 3;
		shift = 2 + 2 * (unsigned)(i % 3);
		out[i] = (uint8_t)(letter_at(r, line, at) << shift |
		    letter_at(r, line, at + 1) >> (6 - shift));
	}
}

static void
count(struct run *r, struct slice line, size_t bytes)
{
	const size_t there = line.len > 0 ? (line.len - 1) * 3 / 4 : 0;

	r->real += there < bytes ? there : bytes;
}

static bool
is_run(struct slice behind, bool loose)
{
	struct run r = { .rest = behind, .loose = loose };
	struct slice line;
	size_t bytes;

	while (r.real < LEAST && next_line(&r, &line, &bytes))
		count(&r, line, bytes);
	return r.real >= LEAST;
}

bool
uu_likely(struct slice s)
{
	bool seen_loose = false, for_loose;
	struct slice line;
	size_t from = 0;

	while (next_begin(s, &from, &line)) {
		for_loose = begins(line, BEGIN_LOOSE) && !seen_loose;
		seen_loose |= for_loose;
		if (begins(line, BEGIN_BASE64))
			return true;
		(void)slice_cut(&line, '\n');
		if (is_run(line, false) || (for_loose && is_run(line, true)))
			return true;
	}
	return false;
}

static bool
add(struct reading *r, const struct run *run, struct slice line, size_t bytes)
{
	uint8_t *to;

	r->ended = !r->sink->spend(r->sink->ctx, bytes);
	to = r->ended ? NULL : pile_room(&r->out, LINE_MAX_OUT);
	if (to == NULL && !r->ended) {
		r->sink->note(r->sink->ctx, OUTCOME_ENGINE_ERROR,
		    "Container.Memory", r->name);
		r->ended = true;
	}
	if (r->ended)
		return false;
	decode(run, line, bytes, to);
	r->out.len += bytes;
	return true;
}

static void
read_run(struct reading *r, struct run *run)
{
	struct slice line;
	size_t bytes;

	r->out.len = 0;
	while (!r->ended && next_line(run, &line, &bytes) &&
	    add(r, run, line, bytes))
		count(run, line, bytes);
	if (!r->ended && run->real >= LEAST)
		r->ended = !r->sink->visit_piece(r->sink->ctx, r->out.bytes,
		    r->out.len, r->name);
}

static void
read_uu(struct reading *r, struct slice line)
{
	const bool for_loose = begins(line, BEGIN_LOOSE) && !r->seen_loose;
	struct run strict = { .loose = false }, loose = { .loose = true };

	(void)slice_cut(&line, '\n');
	strict.rest = loose.rest = line;
	read_run(r, &strict);
	if (!r->ended && for_loose && strict.differs)
		read_run(r, &loose);
	r->seen_loose |= for_loose;
}

static bool
piece(void *ctx, struct slice s)
{
	const struct reading *r = ctx;

	return s.len < LEAST || r->sink->visit_piece(r->sink->ctx, s.at,
	    s.len, r->name);
}

/* Its readers take the first one only. */
static void
read_base64(struct reading *r, struct slice line)
{
	struct slice rest, next;

	(void)slice_cut(&line, '\n');
	rest = line;
	while (rest.len > 0) {
		next = rest;
		if (begins(slice_cut(&rest, '\n'), END_BASE64)) {
			line.len -= next.len;
			break;
		}
	}
	r->seen_base64 = true;
	r->ended = line.len > 0 &&
	    !texts_base64(line, false, r->sink, piece, r);
}

bool
uu_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct reading r = { .sink = sink };
	struct slice line;
	size_t from = 0;

	texts_path(r.name, sizeof r.name, path, "uu");
	while (!r.ended && next_begin(s, &from, &line)) {
		if (begins(line, BEGIN_BASE64) && !r.seen_base64)
			read_base64(&r, line);
		if (!r.ended)
			read_uu(&r, line);
	}
	pile_free(&r.out);
	return !r.ended;
}
