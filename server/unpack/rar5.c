/* SPDX-License-Identifier: GPL-2.0-only */
/* Blocks: a check, then numbers of 7 bits a byte, the lowest first: the head's
 * length, kind, flags and so on; then data. */
#include "unpack/rar5.h"

#include <zlib.h>

#include "unpack/texts.h"
#include "wire/verdict.h"

#define MARK_LEN 8
#define CHECK_LEN 4
#define HEAD_MAX (1 << 21)	/* bytes; readers take no longer one */
#define PRICE 64		/* of a block: a line of memory to look at */

enum { SERVICE = 3, ENCRYPTED = 4, END = 5 };		/* kinds */
enum { HAS_EXTRA = 1, HAS_DATA = 2 };			/* flags */
enum { HAS_TIME = 2, HAS_SUM = 4 };			/* of what it holds */

struct block {
	struct slice head;	/* what follows the numbers that all have */
	uint64_t kind, extra;	/* extra: bytes at the end of the head */
	struct slice data;
};

static uint64_t
number(struct slice *s)
{
	uint64_t value = 0;
	unsigned shift;
	uint8_t byte = 0x80;

	for (shift = 0; s->len > 0 && shift < 64 && byte >= 0x80; shift += 7) {
		byte = *s->at;
		value |= (uint64_t)(byte & 0x7f) << shift;
		*s = slice_tail(*s, 1);
	}
	return value;
}

static void
skip(struct slice *s, uint64_t len)
{
	*s = slice_tail(*s, len < s->len ? (size_t)len : s->len);
}

static bool
is_right(struct slice checked, uint64_t sum)
{
	return crc32(0, checked.at, (unsigned)checked.len) == sum;
}

/* False: that is the last one, or none, or nobody can read on. */
static bool
next_block(struct slice *rest, struct block *b)
{
	const uint64_t sum = slice_uint(*rest, 0, CHECK_LEN);
	struct slice s = *rest, checked;
	uint64_t len, flags;

	skip(&s, CHECK_LEN);
	checked = s;
	len = number(&s);
	if (len == 0 || len > s.len || len > HEAD_MAX)
		return false;
	checked.len -= s.len - (size_t)len;
	if (!is_right(checked, sum))
		return false;
	b->head = slice_head(s, (size_t)len);
	*rest = slice_tail(s, (size_t)len);
	b->kind = number(&b->head);
	flags = number(&b->head);
	b->extra = flags & HAS_EXTRA ? number(&b->head) : 0;
	len = flags & HAS_DATA ? number(&b->head) : 0;
	b->data = slice_part(*rest, 0, len);
	skip(rest, b->data.len);
	return b->kind != ENCRYPTED && b->kind != END;
}

struct service {
	struct slice name;
	unsigned method;
};

static struct service
service_of(const struct block *b)
{
	struct slice s = b->head;
	const uint64_t flags = number(&s);
	struct service service;
	uint64_t len;

	(void)number(&s);	/* its size */
	(void)number(&s);	/* attributes */
	skip(&s, (flags & HAS_TIME ? 4 : 0) + (flags & HAS_SUM ? 4 : 0));
	service.method = number(&s) >> 7 & 7;
	(void)number(&s);	/* the system */
	len = number(&s);
	service.name = slice_part(s, 0, len);
	return service;
}

/* A comment, a list, rights, what repairs: nobody makes a file of them. */
static bool
is_none(struct slice name)
{
	static const char *const names[] = { "CMT", "QO", "ACL", "RR" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_same(name, slice_text(names[i])))
			return true;
	return false;
}

static bool
is_encrypted(const struct block *b)
{
	struct slice extra = b->head, record;
	uint64_t len;

	if (b->extra > extra.len)
		return false;
	extra = slice_tail(extra, extra.len - (size_t)b->extra);
	while (extra.len > 0) {
		len = number(&extra);
		record = slice_part(extra, 0, len);
		if (number(&record) == 1)
			return true;
		skip(&extra, len);
	}
	return false;
}

static bool
visit(struct slice data, const char *path, const struct sink *sink)
{
	char name[PATH_MAX_LEN + 1];

	texts_path(name, sizeof name, path, "stream");
	return sink->spend(sink->ctx, data.len) &&
	    sink->visit(sink->ctx, data.at, data.len, name);
}

static bool
read_service(const struct block *b, const char *path, const struct sink *sink)
{
	const struct service service = service_of(b);

	if (b->data.len == 0 || is_none(service.name))
		return true;
	if (is_encrypted(b))
		sink->note(sink->ctx, OUTCOME_ENCRYPTED, "Container.Encrypted",
		    path);
	else if (service.method != 0)
		sink->note(sink->ctx, OUTCOME_UNSUPPORTED,
		    "Container.Unsupported", path);
	else
		return visit(b->data, path, sink);
	return true;
}

bool
rar5_walk(struct slice body, const char *path, const struct sink *sink)
{
	struct slice rest = body;
	struct block block;

	skip(&rest, MARK_LEN);
	while (next_block(&rest, &block)) {
		if (!sink->spend(sink->ctx, PRICE + block.head.len))
			return false;
		if (block.kind == SERVICE &&
		    !read_service(&block, path, sink))
			return false;
	}
	return true;
}
