/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/udf.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define TAG 16			/* before each descriptor */
#define ANCHOR_AT 256		/* the block where it is, or near the end */
#define END_LOOK 32768		/* where readers look for it there */
#define END_STEP 256
#define FOLDER 4		/* a kind of file */
#define SPAN_MAX 0x3fffffff	/* of an extent; above are two bits: its kind */

enum tag_id {
	TAG_ANCHOR = 2, TAG_PARTITION = 5, TAG_VOLUME = 6, TAG_FILE = 261,
	TAG_FILE_LONG = 266
};

/* How a file says where it is (4/14.6.8). */
enum extents { SHORT_ONES = 0, LONG_ONES = 1, IN_PLACE = 3 };

enum span_kind { SPAN_WRITTEN = 0, SPAN_MORE = 3 };

struct udf {
	struct slice body;
	const struct sink *sink;
	const char *path;
	size_t block;
	bool has_start;
	uint32_t start;		/* of the partition, in blocks */
	bool is_odd;		/* see udf_walk() */
	unsigned count;
};

/* A file's entry: what it says of the extents. */
struct file {
	uint64_t len;
	unsigned kind;
	bool is_plain;		/* not what keeps the volume */
	struct slice spans;
};

/* 0: the bytes are no descriptor. */
static unsigned
tag_of(struct slice s)
{
	uint8_t sum = 0;
	size_t i;

	if (s.len < 512)
		return 0;
	for (i = 0; i < TAG; i++)
		sum = (uint8_t)(sum + (i == 4 ? 0 : s.at[i]));
	return sum == s.at[4] ? (unsigned)bytes_uint(s.at, 2) : 0;
}

/* The size of a block, by where this anchor is and says to be; 0: none. */
static size_t
block_by(struct slice body, size_t at)
{
	uint64_t number;

	/* Each body is asked 130 times: most end here. */
	if (at >= body.len || body.at[at] != TAG_ANCHOR ||
	    tag_of(slice_tail(body, at)) != TAG_ANCHOR)
		return 0;
	number = bytes_uint(body.at + at + 12, 4);
	return number > 0 && at % number == 0 ? at / number : 0;
}

static size_t
end_from(struct slice body)
{
	const size_t at = body.len > END_LOOK ? body.len - END_LOOK : 0;

	return at - at % END_STEP;
}

static bool
has_anchor(struct slice body, size_t block)
{
	size_t at;

	if (block_by(body, ANCHOR_AT * block) == block)
		return true;
	for (at = end_from(body); at < body.len; at += END_STEP)
		if (block_by(body, at) == block)
			return true;
	return false;
}

static const size_t blocks[] = { 512, 1024, 2048, 4096 };

static bool
is_block(size_t size)
{
	size_t i;

	for (i = 0; i < COUNT(blocks); i++)
		if (blocks[i] == size)
			return true;
	return false;
}

/* Is one of them there? Near the end with one look for all sizes. */
bool
udf_likely(struct slice body)
{
	size_t at, i;

	for (i = 0; i < COUNT(blocks); i++)
		if (block_by(body, ANCHOR_AT * blocks[i]) == blocks[i])
			return true;
	for (at = end_from(body); at < body.len; at += END_STEP)
		if (is_block(block_by(body, at)))
			return true;
	return false;
}

static void
read_partition(struct udf *u, const uint8_t *at)
{
	const uint32_t start = (uint32_t)bytes_uint(at + 188, 4);

	if (u->has_start && u->start != start)
		u->is_odd = true;
	else
		u->start = start;
	u->has_start = true;
}

/* One map that is of the first kind: the partition, as it is. */
static void
read_volume(struct udf *u, const uint8_t *at)
{
	if (bytes_uint(at + 268, 4) != 1 || at[440] != 1)
		u->is_odd = true;
}

static struct slice
extent(const struct udf *u, uint64_t block, size_t len)
{
	const uint64_t at = (u->start + block) * u->block;
	struct slice s = slice_head(u->body, 0);

	if (at < u->body.len)
		s = slice_tail(u->body, (size_t)at);
	return s.len > len ? slice_head(s, len) : s;
}

/* Extents that are not written are zeros. */
static size_t
gather(struct udf *u, const struct file *f, uint8_t *out, size_t most)
{
	const size_t step = f->kind == LONG_ONES ? 16 : 8;
	struct slice s = f->spans, from;
	size_t got = 0, len;

	for (; s.len >= step && got < most; s = slice_tail(s, step)) {
		const uint64_t said = bytes_uint(s.at, 4);

		len = said & SPAN_MAX;
		if (len == 0)
			break;
		if (said >> 30 == SPAN_MORE) {
			u->is_odd = true;
			break;
		}
		if (len > most - got)
			len = most - got;
		memset(out + got, 0, len);
		if (said >> 30 == SPAN_WRITTEN) {
			from = extent(u, bytes_uint(s.at + 4, 4), len);
			memcpy(out + got, from.at, from.len);
			if (from.len < len)
				return got + from.len;
		}
		got += len;
	}
	return got;
}

static bool
visit(struct udf *u, const uint8_t *bytes, size_t len, const char *name)
{
	return len == 0 || u->sink->visit(u->sink->ctx, bytes, len, name);
}

static bool
visit_file(struct udf *u, const struct file *f)
{
	const size_t most = f->len < u->body.len ? (size_t)f->len :
	    u->body.len;
	AUTO_FREE uint8_t *bytes = NULL;
	char name[32], path[PATH_MAX_LEN + 1];
	size_t got;

	snprintf(name, sizeof name, "file %u", ++u->count);
	texts_path(path, sizeof path, u->path, name);
	if (!u->sink->spend(u->sink->ctx, most))
		return false;
	if (f->kind == IN_PLACE)
		return visit(u, f->spans.at, most < f->spans.len ? most :
		    f->spans.len, path);
	bytes = texts_memory(most, u->sink);
	if (bytes == NULL)
		return false;
	got = gather(u, f, bytes, most);
	if (got < f->len && f->is_plain && !u->is_odd)
		u->sink->note(u->sink->ctx, OUTCOME_DAMAGED, "Udf.Cut", path);
	return visit(u, bytes, got, path);
}

static bool
read_file(struct udf *u, struct slice block, size_t head)
{
	const uint8_t *at = block.at;
	const uint64_t more = bytes_uint(at + head - 8, 4);
	const uint64_t len = bytes_uint(at + head - 4, 4);
	const unsigned type = at[27];
	struct file f = {
		.len = bytes_uint(at + 56, 8), .kind = at[34] & 7,
		.is_plain = type >= 5 && type <= 10,
	};

	if (type == FOLDER || f.len == 0)
		return true;
	if (f.kind == 2 || f.kind > IN_PLACE || more > block.len - head ||
	    len > block.len - head - more) {
		u->is_odd = true;
		return true;
	}
	f.spans = slice_head(slice_tail(block, head + (size_t)more),
	    (size_t)len);
	return visit_file(u, &f);
}

static bool
read_volumes(struct udf *u, struct slice block)
{
	const unsigned tag = tag_of(block);

	if (tag == TAG_PARTITION)
		read_partition(u, block.at);
	if (tag == TAG_VOLUME)
		read_volume(u, block.at);
	return true;
}

static bool
read_files(struct udf *u, struct slice block)
{
	const unsigned tag = tag_of(block);

	if (tag == TAG_FILE)
		return read_file(u, block, 176);
	return tag != TAG_FILE_LONG || read_file(u, block, 216);
}

static bool
each_block(struct udf *u, bool (*read)(struct udf *, struct slice))
{
	struct slice s = u->body;

	if (!u->sink->spend(u->sink->ctx, 0))
		return false;
	for (; s.len >= u->block; s = slice_tail(s, u->block))
		if (!read(u, slice_head(s, u->block)))
			return false;
	return true;
}

/* Where the partition begins may be said behind its files. */
static bool
read_all(struct udf *u)
{
	if (!each_block(u, read_volumes) || !each_block(u, read_files))
		return false;
	if (u->is_odd)
		u->sink->note(u->sink->ctx, OUTCOME_UNSUPPORTED,
		    "Container.UDF", u->path);
	return true;
}

bool
udf_walk(struct slice body, const char *path, const struct sink *sink)
{
	size_t i;

	for (i = 0; i < COUNT(blocks); i++) {
		struct udf u = {
			.body = body, .sink = sink, .path = path,
			.block = blocks[i],
		};

		if (has_anchor(body, blocks[i]) && !read_all(&u))
			return false;
	}
	return true;
}
