/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fields are those of POSIX pax, with numbers in base 256 as GNU and star
 * write them. Members without a size are libarchive's.
 */
#include "unpack/tar.h"

#include <stdlib.h>
#include <string.h>

#include "unpack/tar_header.h"
#include "unpack/tar_sparse.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define NAME_LEN 100
#define KIND 156
#define LONG_NAME 4096		/* names are no longer */

struct tar {
	struct slice rest;		/* from the next header on */
	const struct sink *sink;
	const char *path;
	bool has_size;			/* a record says how long the next is */
	uint64_t size;
	struct tar_sparse sparse;	/* of the next */
	bool alone;			/* libarchive read nothing of it */
};

static void
name_of(const struct tar *t, char *out, size_t size)
{
	char name[NAME_LEN + 1] = "";

	memcpy(name, t->rest.at, NAME_LEN);
	texts_path(out, size, t->path, name);
}

static void
note(const struct tar *t, const char *cause)
{
	char path[PATH_MAX_LEN + 1];

	name_of(t, path, sizeof path);
	t->sink->note(t->sink->ctx, OUTCOME_SUSPICIOUS, cause, path);
}

static bool
is_decimal(struct slice s)
{
	const bool is_number = s.len > 0 && s.len <= 19;

	while (s.len > 0 && *s.at >= '0' && *s.at <= '9')
		s = slice_tail(s, 1);
	return is_number && s.len == 0;
}

/* Readers disagree on one for all members, and on signs and the like. */
static void
read_size(struct tar *t, struct slice record)
{
	char digits[24] = "";

	if (record.len < 5 || memcmp(record.at, "size=", 5) != 0)
		return;
	record = slice_tail(record, 5);
	if (record.len < sizeof digits)
		memcpy(digits, record.at, record.len);
	if (t->rest.at[KIND] == 'g' || !is_decimal(record) ||
	    (t->has_size && t->size != strtoull(digits, NULL, 10)))
		note(t, "Tar.Sizes");
	t->size = strtoull(digits, NULL, 10);
	t->has_size = true;
}

/* Readers disagree on those for all members. */
static void
read_sparse(struct tar *t, struct slice records)
{
	if (!tar_sparse_records(&t->sparse, records) ||
	    (t->sparse.seen != 0 && t->rest.at[KIND] == 'g'))
		note(t, "Tar.Sparse");
}

static bool
is_records(struct tar *t, struct slice content)
{
	struct slice record;

	read_sparse(t, content);
	while (tar_next_record(&content, &record))
		read_size(t, record);
	return content.len == 0;
}

static bool
is_long_name(struct tar *t, struct slice content)
{
	(void)t;
	return content.len > 1 && content.len <= LONG_NAME &&
	    memchr(content.at, '\0', content.len) ==
	    content.at + content.len - 1 &&
	    memchr(content.at, '\n', content.len) == NULL;
}

static bool
is_nothing(struct tar *t, struct slice content)
{
	(void)t, (void)content;
	return false;
}

/* Content that libarchive does not take for a file, and what it must be. */
static const struct kind {
	char letter;
	bool (*is_right)(struct tar *, struct slice content);
} kinds[] = {
	{ 'x', is_records }, { 'X', is_records }, { 'g', is_records },
	{ 'L', is_long_name }, { 'K', is_long_name },
	{ '1', is_nothing }, { '2', is_nothing }, { '3', is_nothing },
	{ '4', is_nothing }, { '5', is_nothing }, { '6', is_nothing },
	{ 'A', is_nothing }, { 'V', is_nothing },
};

static const struct kind *
kind_of(uint8_t letter)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].letter == (char)letter)
			return &kinds[i];
	return NULL;
}

/* Links, devices, folders: for most readers nothing follows, whatever the size
 * says. */
static bool
has_none(uint8_t letter)
{
	return letter >= '1' && letter <= '6';
}

static bool
visit(const struct tar *t, struct slice content)
{
	char path[PATH_MAX_LEN + 1];

	if (content.len == 0)
		return true;
	name_of(t, path, sizeof path);
	return t->sink->spend(t->sink->ctx, content.len) &&
	    t->sink->visit_piece(t->sink->ctx, content.at, content.len, path);
}

/* A size that is too large for the field stands in a record alone. */
static void
compare(struct tar *t, uint64_t *size)
{
	t->sparse = (struct tar_sparse){ .seen = 0 };
	if (!t->has_size)
		return;
	t->has_size = false;
	if (*size != t->size && *size != 0)
		note(t, "Tar.Sizes");
	*size = t->size;
}

/* Libarchive has read it, or it is none to be read. */
static bool
is_passed(struct tar *t, const struct kind *kind, struct slice content)
{
	return kind == NULL ? !t->alone : kind->is_right(t, content);
}

/* Of an old sparse one: between its header and its content. */
static size_t
map_len(struct tar *t)
{
	bool odd;
	size_t len;

	if (t->rest.at[KIND] != 'S')
		return 0;
	len = tar_sparse_map(t->rest, &odd);
	if (odd || t->sparse.seen != 0)
		note(t, "Tar.Sparse");
	return len;
}

static bool
member(struct tar *t)
{
	const struct kind *kind = kind_of(t->rest.at[KIND]);
	uint64_t size = tar_size(t->rest.at);
	struct slice behind = slice_tail(t->rest, TAR_BLOCK + map_len(t));
	struct slice content = behind;

	if (!has_none(t->rest.at[KIND]) && !tar_size_is_plain(t->rest.at))
		note(t, "Tar.Sizes");
	if (kind == NULL || kind->is_right == is_nothing)
		compare(t, &size);
	if (size < content.len)
		content = slice_head(content, (size_t)size);
	if (!is_passed(t, kind, content) && !visit(t, content))
		return false;
	size = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
	t->rest = slice_tail(behind, size < behind.len ? (size_t)size :
	    behind.len);
	return true;
}

/* From a sum that libarchive cannot read on it reads nothing. */
static bool
is_header(struct tar *t)
{
	const enum tar_sum sum = tar_sum(t->rest);

	if (sum == TAR_SUM_ODD) {
		note(t, "Tar.Checksum");
		t->alone = true;
	}
	return sum != TAR_SUM_WRONG;
}

bool
tar_walk(struct slice body, const char *path, const struct sink *sink)
{
	struct tar t = { .rest = body, .sink = sink, .path = path };

	if (tar_has_magic(body) && tar_sum(body) == TAR_SUM_WRONG)
		note(&t, "Tar.Checksum");
	while (is_header(&t))
		if (!sink->spend(sink->ctx, 0) || !member(&t))
			return false;
	return true;
}
