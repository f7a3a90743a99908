/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/parts.h"

#include <string.h>

#define TEXT_MIN 64		/* each program has shorter texts */
#define TEXT_LOOK 32

static const struct begin {
	size_t len;
	const char *bytes;
} begins[] = {
	{ 2, "MZ" },
	{ 2, "#!" },
	{ 4, "%PDF" },
	{ 4, "\x7f" "ELF" },
	{ 4, "\xfe\xed\xfa\xce" }, { 4, "\xce\xfa\xed\xfe" },	/* Mach-O */
	{ 4, "\xfe\xed\xfa\xcf" }, { 4, "\xcf\xfa\xed\xfe" },
	{ 4, "\xca\xfe\xba\xbe" },
	{ 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" },	/* OLE 2 */
	{ 4, "ITSF" },					/* CHM */
	{ 3, "FWS" }, { 3, "CWS" }, { 3, "ZWS" },
	{ 3, "\xef\xbb\xbf" },				/* a mark of text */
};

/* Of two bytes for a letter, with its mark, in both orders. */
static bool
is_wide_text(struct slice s)
{
	return s.len >= TEXT_MIN && ((s.at[0] == 0xff && s.at[1] == 0xfe &&
	    s.at[3] == 0) || (s.at[0] == 0xfe && s.at[1] == 0xff &&
	    s.at[2] == 0));
}

static bool
is_text(struct slice s)
{
	size_t at;

	if (s.len < TEXT_MIN)
		return false;
	for (at = 0; at < TEXT_LOOK; at++)
		if (!is_blank(s.at[at]) && !is_line_end(s.at[at]) &&
		    (s.at[at] < ' ' || s.at[at] > '~'))
			return false;
	return true;
}

static bool
is_file(struct slice s)
{
	const struct begin *b = begins, *end = begins +
	    sizeof begins / sizeof *begins;

	for (; b < end; b++)
		if (s.len > b->len && memcmp(s.at, b->bytes, b->len) == 0)
			return true;
	return is_text(s) || is_wide_text(s);
}

bool
part_visit(struct slice part, const char *path, const struct sink *sink)
{
	return !is_file(part) || (sink->spend(sink->ctx, part.len) &&
	    sink->visit_piece(sink->ctx, part.at, part.len, path));
}

uint64_t
part_number(const struct part_table *t, uint64_t at, struct part_field f)
{
	at += f.at;
	if (at > t->body.len)
		return 0;
	return t->big ? slice_big(t->body, (size_t)at, f.len) :
	    slice_uint(t->body, at, f.len);
}

static uint64_t
begin_of(const struct part_table *t, uint64_t row)
{
	return part_number(t, row, t->offset) - t->cut;
}

static uint64_t
length_of(const struct part_table *t, uint64_t row)
{
	return t->kind.len > 0 && part_number(t, row, t->kind) == t->empty ?
	    0 : part_number(t, row, t->size);
}

/* What begins with the whole is of its kind. */
static struct slice
part(const struct part_table *t, uint64_t row)
{
	const uint64_t at = begin_of(t, row);

	return slice_part(t->body, at, at > 0 ? length_of(t, row) : 0);
}

static uint64_t
later(uint64_t end, uint64_t from, uint64_t len)
{
	return from <= UINT64_MAX - len && from + len > end ? from + len : end;
}

uint64_t
parts_end(const struct part_table *t)
{
	uint64_t row = t->at, left = t->count, end = 0;

	if (left > 0 && left <= t->body.len)
		end = later(end, t->at, left * t->step);
	for (; left > 0 && row < t->body.len; left--, row += t->step)
		end = later(end, begin_of(t, row), length_of(t, row));
	return end;
}

bool
parts_visit(const struct part_table *t, const char *path,
    const struct sink *sink)
{
	uint64_t row = t->at, left = t->count;

	for (; left > 0 && row < t->body.len; left--, row += t->step)
		if (!sink->spend(sink->ctx, t->step) ||
		    !part_visit(part(t, row), path, sink))
			return false;
	return true;
}
