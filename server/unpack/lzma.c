/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/lzma.h"

#include <string.h>

#include "unpack/contents.h"
#include "unpack/lzma_any.h"
#include "unpack/packed.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define HEADER 13		/* properties, dictionary, length */
#define EMPTY 18		/* one that has no byte, as zeros */
#define LEAST 6			/* the engine looks at nothing shorter */
#define TRIED 1024		/* bytes: what is none does not come so far */
#define STEP (1 << 20)
#define DICTIONARY_MIN 4096	/* what libarchive takes, by powers of two */
#define DICTIONARY_MAX (64U << 20)

static bool
spend(void *ctx, size_t len)
{
	const struct sink *sink = ctx;

	return sink->spend(sink->ctx, len);
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	const struct sink *sink = ctx;

	return len < LEAST || sink->visit_piece(sink->ctx, bytes, len, name);
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	const struct sink *sink = ctx;

	if (outcome != OUTCOME_DAMAGED)
		sink->note(sink->ctx, outcome, cause, name);
}

static bool
is_usual(struct slice s)
{
	uint64_t size = bytes_uint(s.at + 1, 4);

	return size >= DICTIONARY_MIN && size <= DICTIONARY_MAX &&
	    (size & (size - 1)) == 0;
}

static unsigned
properties(struct slice s)
{
	return s.at[0] % 9 + s.at[0] / 9 % 5;
}

/* Properties as xz takes them. The first byte of the coding is zero, but
 * busybox takes any: of others we do where the dictionary is a usual one. */
static bool
is_header(struct slice s)
{
	return s.len > EMPTY && s.at[0] < 225 &&
	    properties(s) <= 4 &&
	    (s.at[HEADER] == 0 || is_usual(s)) &&
	    bytes_uint(s.at + 5, 8) > 0;
}

/* What readers of several files, one behind another, pass over. */
static struct slice
behind_empty(struct slice s)
{
	static const uint8_t none[4096];
	size_t zeros = 0;

	/* Bombs are mostly zeros. */
	while (s.len - zeros >= sizeof none &&
	    memcmp(s.at + zeros, none, sizeof none) == 0)
		zeros += sizeof none;
	while (zeros < s.len && s.at[zeros] == 0)
		zeros++;
	return slice_tail(s, zeros - zeros % EMPTY);
}

/* Who passes over empty ones takes no length of a terabyte. */
static bool
is_behind(struct slice s, struct slice rest)
{
	return rest.len < s.len && (slice_starts(rest, "\3757zXZ") ||
	    (is_header(rest) && (bytes_uint(rest.at + 10, 3) == 0 ||
	    bytes_uint(rest.at + 5, 8) == UINT64_MAX)));
}

static bool
is_86(struct slice s)
{
	return s.len > 1 && s.at[0] <= 1 && is_header(slice_tail(s, 1));
}

static bool
is_sure(struct slice s)
{
	return s.at[0] == 0x5d && s.at[HEADER] == 0 &&
	    (bytes_uint(s.at + 9, 4) == 0 ||
	    bytes_uint(s.at + 5, 8) == UINT64_MAX);
}

/* Who reads packed files at any place reads it, or libarchive does. */
static bool
is_read_elsewhere(struct slice s)
{
	return is_usual(s) && (is_sure(s) || packed_begins(s));
}

/* Any length that is not absurd, or a dictionary as 7z takes it: most that is
 * no lzma has neither. */
static bool
may_be_any(struct slice s)
{
	const uint64_t size = slice_uint(s, 1, 4), low = size & -size;
	const uint64_t len = slice_uint(s, 5, 8);

	return s.len > EMPTY && s.at[0] < 225 && len > 0 &&
	    (len >> 40 == 0 || len == UINT64_MAX ||
	    (size != 0 && (size == low || size == low * 3))) &&
	    (properties(s) > 4 || (s.at[HEADER] != 0 && !is_usual(s)));
}

/* Zeros are a coding, too: of more zeros, without an end. */
static bool
is_any(struct slice s)
{
	struct pile out = { NULL, 0, 0 };
	struct lzma_any d;
	bool is_one;

	if (!may_be_any(s) || slice_uint(s, HEADER + 1, 4) == 0)
		return false;
	lzma_any_start(&d, s);
	is_one = d.chances != NULL && lzma_any_step(&d, &out, TRIED) &&
	    !d.bad && out.len >= LEAST;
	lzma_any_stop(&d);
	pile_free(&out);
	return is_one;
}

/* False: no memory, which was noted, or the sink wants no more. */
static bool
take_any(struct lzma_any *d, struct pile *out, const char *name,
    const struct sink *sink)
{
	size_t before;

	while (!d->ended && !d->cut && !d->bad) {
		before = out->len;
		if (d->chances == NULL || !lzma_any_step(d, out, STEP)) {
			sink->note(sink->ctx, OUTCOME_ENGINE_ERROR,
			    "Container.Memory", name);
			return false;
		}
		if (!sink->spend(sink->ctx, out->len - before))
			return false;
	}
	return true;
}

static bool
read_any(struct slice s, const char *path, const struct sink *sink)
{
	char name[PATH_MAX_LEN + 1];
	struct pile out = { NULL, 0, 0 };
	struct lzma_any d;
	bool on;

	texts_path(name, sizeof name, path, "content");
	lzma_any_start(&d, s);
	on = take_any(&d, &out, name, sink) && (out.len < LEAST ||
	    sink->visit_piece(sink->ctx, out.bytes, out.len, name));
	lzma_any_stop(&d);
	pile_free(&out);
	return on;
}

bool
lzma_likely(struct slice s)
{
	return (is_header(s) && !is_read_elsewhere(s)) || is_86(s) ||
	    is_any(s) || is_behind(s, behind_empty(s));
}

/* With the least dictionary that is not smaller. */
static struct tame
other_header(struct slice s)
{
	const uint64_t said = bytes_uint(s.at + 1, 4);
	struct tame t = { .len = HEADER + 1, .instead_of = HEADER + 1,
		.good_for = SIZE_MAX };
	uint32_t size = DICTIONARY_MIN;
	unsigned i;

	while (size < said && size < DICTIONARY_MAX)
		size *= 2;
	if (size < said)
		t.good_for = size;
	memcpy(t.head, s.at, HEADER);
	for (i = 0; i < 4; i++)
		t.head[1 + i] = (uint8_t)(size >> 8 * i);
	return t;
}

static bool
read_sure(struct slice s, const char *path, const struct sink *sink,
    bool *whole_out)
{
	const struct tame t = other_header(s);
	struct contents *c = contents_open_lzma(slice_on(t.head, HEADER),
	    slice_tail(s, HEADER));
	bool on = contents_read(c, path, sink);

	*whole_out = contents_is_whole(c) && contents_gave(c);
	contents_close(&c);
	return on;
}

/* Others tell any length and end by a mark, or where the bytes do. */
static bool
read_one(struct slice s, const char *path, const struct sink *sink,
    bool *whole_out)
{
	const struct sink quiet = {
		(void *)(uintptr_t)sink, spend, visit, visit, visit, note,
	};
	const struct tame t = other_header(s);
	struct packed packed;
	bool on;

	if (is_sure(s))
		return read_sure(s, path, sink, whole_out);
	on = packed_read_lzma(s, &t, path, &quiet, &packed);
	*whole_out = packed.whole;
	return on;
}

static bool
read_86(struct slice s, const char *path, const struct sink *sink)
{
	bool whole;

	if (!read_one(slice_tail(s, 1), path, sink, &whole))
		return false;
	if (whole && s.at[0] == 1)
		sink->note(sink->ctx, OUTCOME_UNSUPPORTED, "Container.lzma86",
		    path);
	return true;
}

bool
lzma_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct slice rest = behind_empty(s);
	bool whole;

	if (is_any(s) && !read_any(s, path, sink))
		return false;
	if (is_header(s) && !is_read_elsewhere(s) &&
	    !read_one(s, path, sink, &whole))
		return false;
	if (is_86(s) && !read_86(s, path, sink))
		return false;
	return !is_behind(s, rest) || (sink->spend(sink->ctx, rest.len) &&
	    sink->visit_piece(sink->ctx, rest.at, rest.len, path));
}
