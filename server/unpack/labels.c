/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Members that libarchive gives are no labels. Where one of these walks loses
 * its way, all that is left is one.
 */
#include "unpack/labels.h"

#include <string.h>

#include "unpack/cpio.h"
#include "unpack/gzip.h"
#include "unpack/place_search.h"
#include "unpack/tar_header.h"
#include "unpack/tar_sparse.h"
#include "unpack/warc.h"

#define MARK_REACH 512		/* a mark lies that far in its container */
#define TAR_KIND 156
#define AR_MARK 8		/* bytes */
#define AR_HEAD 60
#define AR_SIZE 48
#define AR_SIZE_LEN 10
#define GZIP_LABEL 28		/* bytes of a head: none is in a shorter one */

struct walk {
	struct labels *labels;
	struct slice body;
	size_t at, end;		/* of the next head, of the container */
};

/* The first that is not before it. */
static size_t
index_of(const struct labels *l, size_t at)
{
	size_t from = 0, to = l->count, middle;

	while (from < to) {
		middle = (from + to) / 2;
		if (l->at[middle] < at)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

bool
labels_have(const struct labels *l, size_t at)
{
	const size_t i = index_of(l, at);

	return i < l->count && l->at[i] == at;
}

static bool
put(struct labels *l, size_t at)
{
	const size_t i = index_of(l, at);

	if (i < l->count && l->at[i] == at)
		return true;
	if (l->count == LABELS_MAX)
		return false;
	memmove(l->at + i + 1, l->at + i, (l->count - i) * sizeof *l->at);
	l->at[i] = at;
	l->count++;
	return true;
}

/* Who looks for others knows nothing of WARC. */
static bool
look(const struct walk *w, size_t from, uint64_t len)
{
	const size_t end = from >= w->end || len >= w->end - from ? w->end :
	    from + (size_t)len;
	struct place_search marks = places_in(w->body);
	struct place p;

	marks.from = from;
	while (place_next_before(&marks, end + MARK_REACH, &p))
		if (p.kind != KIND_WARC && p.at >= from && p.at < end &&
		    !put(w->labels, p.at))
			return false;
	return true;
}

static struct slice
rest_of(const struct walk *w)
{
	return slice_tail(slice_head(w->body, w->end), w->at);
}

static void
step(struct walk *w, uint64_t len)
{
	w->at += len < w->end - w->at ? (size_t)len : w->end - w->at;
}

/* Whose content libarchive does not take for a file. */
static bool
is_tar_label(uint8_t kind)
{
	return kind != '\0' && strchr("xXgLK123456VAMND", kind) != NULL;
}

static bool
tar(struct walk *w)
{
	struct slice s;
	uint64_t size;
	size_t head;
	bool odd;

	while (tar_sum(s = rest_of(w)) != TAR_SUM_WRONG) {
		size = tar_size(s.at);
		head = TAR_BLOCK;
		if (s.at[TAR_KIND] == 'S')
			head += tar_sparse_map(s, &odd);
		if (is_tar_label(s.at[TAR_KIND]) &&
		    !look(w, w->at + head, size))
			return false;
		step(w, head);
		step(w, size);
		step(w, -size % TAR_BLOCK);
	}
	return true;
}

static bool
cpio(struct walk *w)
{
	struct cpio_head head;

	while (cpio_read_head(rest_of(w), &head)) {
		if (!look(w, w->at + head.len, head.label))
			return false;
		step(w, head.member);
	}
	return true;
}

static uint64_t
decimal(struct slice s)
{
	uint64_t value = 0;

	while (s.len > 0 && is_blank(*s.at))
		s = slice_tail(s, 1);
	for (; s.len > 0 && *s.at >= '0' && *s.at <= '9'; s = slice_tail(s, 1))
		value = value * 10 + (*s.at - '0');
	return value;
}

/* A name as BSD writes it stands before the content; of tables all is one. */
static uint64_t
ar_label(struct slice head, uint64_t size)
{
	if (memcmp(head.at, "#1/", 3) == 0)
		return decimal(slice_part(head, 3, 13));
	return *head.at == '/' && (head.at[1] < '0' || head.at[1] > '9') ?
	    size : 0;
}

static bool
ar(struct walk *w)
{
	struct slice s;
	uint64_t size;

	step(w, AR_MARK);
	while ((s = rest_of(w)).len >= AR_HEAD &&
	    memcmp(s.at + AR_HEAD - 2, "`\n", 2) == 0) {
		size = decimal(slice_part(s, AR_SIZE, AR_SIZE_LEN));
		step(w, AR_HEAD);
		if (!look(w, w->at, ar_label(s, size)))
			return false;
		step(w, size + size % 2);
	}
	return true;
}

/* What is packed may have such bytes, too, and is looked at for nothing; not
 * again where one of these lies in the other. */
static bool
gzip(struct walk *w)
{
	size_t len, looked = 0;

	while ((w->at += slice_find_pair(rest_of(w), 0, 0x1f, 0x8b)) <
	    w->end) {
		len = gzip_head(rest_of(w));
		if (len >= GZIP_LABEL && w->at + len > looked) {
			looked = w->at + len;
			if (!look(w, w->at + 2, len - 2))
				return false;
		}
		step(w, 2);
	}
	return true;
}

static bool
warc(struct walk *w)
{
	struct warc_record record;

	while (warc_read_record(rest_of(w), &record)) {
		if (!look(w, w->at, record.given ? record.head :
		    record.head + record.content))
			return false;
		step(w, record.head);
		step(w, record.content);
		while (w->at < w->end && is_line_end(w->body.at[w->at]))
			step(w, 1);
	}
	return true;
}

static bool (*const walks[KIND_COUNT])(struct walk *) = {
	[KIND_AR] = ar,
	[KIND_COMPRESSED] = gzip,
	[KIND_CPIO] = cpio,
	[KIND_TAR] = tar,
	[KIND_WARC] = warc,
};

bool
labels_add(struct labels *l, enum contents_kind kind, struct slice body,
    size_t from, size_t end)
{
	struct walk w = { .labels = l, .body = body, .at = from,
		.end = end < body.len ? end : body.len };

	if (walks[kind] == NULL || w.at >= w.end)
		return true;
	return walks[kind](&w) && look(&w, w.at, w.end - w.at);
}
