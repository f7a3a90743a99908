/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/program_pe.h"

#include <string.h>

#include "unpack/parts.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define PE_AT 0x3c		/* where a PE says where its header is */
#define COFF_HEADER 20
#define TE_HEADER 40
#define ROW 40			/* of a section */
#define SYMBOL 18
#define WIDE_OPTIONAL 0x20b	/* the mark of 64 bits */
#define RESOURCES 2		/* which of the directories */
#define CERTIFICATES 4
#define LEVELS 3		/* of resources: kind, name, language */
#define DEEPER (UINT32_C(1) << 31)

/* One that is read. */
struct pe {
	struct part_table sections;
	struct slice body, resources;
	uint64_t optional;
	char path[PATH_MAX_LEN + 1];
	const struct sink *sink;
};

static void
as_sections(struct part_table *t)
{
	t->step = ROW;
	t->size = (struct part_field){ 16, 4 };
	t->offset = (struct part_field){ 20, 4 };
}

static bool
visit_sections(struct part_table *t, const char *path,
    const struct sink *sink)
{
	char name[PATH_MAX_LEN + 1];

	texts_path(name, sizeof name, path, "section");
	as_sections(t);
	return parts_visit(t, name, sink);
}

bool
te_likely(struct slice s)
{
	return s.len > TE_HEADER && memcmp(s.at, "VZ", 2) == 0;
}

/* The first bytes of what it was made of are cut off. */
bool
te_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct part_table t = { .body = s, .at = TE_HEADER,
		.count = s.at[4], .cut = slice_uint(s, 6, 2) - TE_HEADER };

	return visit_sections(&t, path, sink);
}

/* Of the machines that 7z knows objects of. */
bool
coff_likely(struct slice s)
{
	const uint64_t machine = slice_uint(s, 0, 2);

	return s.len > COFF_HEADER && slice_uint(s, 16, 2) == 0 &&
	    (machine == 0x14c || machine == 0x8664 || machine == 0x1c0 ||
	    machine == 0x1c2 || machine == 0x1c4 || machine == 0xaa64);
}

bool
coff_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct part_table t = { .body = s, .at = COFF_HEADER,
		.count = slice_uint(s, 2, 2) };

	return visit_sections(&t, path, sink);
}

static uint64_t
header_of(struct slice s)
{
	const uint64_t at = slice_uint(s, PE_AT, 4);

	return slice_uint(s, at, 4) == 0x4550 ? at + 4 : 0;
}

bool
pe_likely(struct slice s)
{
	return s.len > PE_AT && memcmp(s.at, "MZ", 2) == 0 &&
	    header_of(s) > 0;
}

/* A directory's address, and its length behind it. */
static uint64_t
directory(const struct pe *pe, unsigned which)
{
	const bool wide = slice_uint(pe->body, pe->optional, 2) ==
	    WIDE_OPTIONAL;

	return pe->optional + (wide ? 112 : 96) + which * 8;
}

static struct slice
by_address(const struct pe *pe, uint64_t address, uint64_t len)
{
	const struct part_table *t = &pe->sections;
	uint64_t row, i, begin, size;

	for (i = 0; i < t->count; i++) {
		row = t->at + i * ROW;
		begin = slice_uint(pe->body, row + 12, 4);
		size = slice_uint(pe->body, row + 16, 4);
		if (address >= begin && address - begin < size)
			return slice_part(pe->body, slice_uint(pe->body,
			    row + 20, 4) + (address - begin), len);
	}
	return slice_part(pe->body, 0, 0);
}

static bool
visit_data(const struct pe *pe, uint64_t at)
{
	const uint64_t address = slice_uint(pe->resources, at, 4);
	const uint64_t len = slice_uint(pe->resources, at + 4, 4);

	return part_visit(by_address(pe, address, len), pe->path, pe->sink);
}

/* A directory names others, whatever they are: each entry is paid, and that its
 * section is looked for. */
static bool
visit_level(const struct pe *pe, uint64_t at, unsigned level)
{
	const uint64_t count = slice_uint(pe->resources, at + 12, 2) +
	    slice_uint(pe->resources, at + 14, 2);
	uint64_t i, to;
	bool on = true;

	for (i = 0; on && i < count; i++) {
		to = slice_uint(pe->resources, at + 16 + i * 8 + 4, 4);
		on = pe->sink->spend(pe->sink->ctx, ROW + pe->sections.count);
		if (on && (to & DEEPER) == 0)
			on = visit_data(pe, to);
		else if (on && level < LEVELS)
			on = visit_level(pe, to & ~DEEPER, level + 1);
	}
	return on;
}

static bool
visit_resources(struct pe *pe, const char *path)
{
	const uint64_t at = directory(pe, RESOURCES);

	texts_path(pe->path, sizeof pe->path, path, "resource");
	pe->resources = by_address(pe, slice_uint(pe->body, at, 4),
	    UINT32_MAX);
	return pe->resources.len == 0 || visit_level(pe, 0, 1);
}

static struct slice
certificates(const struct pe *pe)
{
	const uint64_t at = directory(pe, CERTIFICATES);

	return slice_part(pe->body, slice_uint(pe->body, at, 4),
	    slice_uint(pe->body, at + 4, 4));
}

static bool
visit_as(struct pe *pe, struct slice part, const char *path, const char *name)
{
	texts_path(pe->path, sizeof pe->path, path, name);
	return part_visit(part, pe->path, pe->sink);
}

static bool
visit_behind(struct pe *pe, const char *path)
{
	const uint64_t end = parts_end(&pe->sections);

	return end == 0 || visit_as(pe, slice_part(pe->body, end, UINT64_MAX),
	    path, "behind");
}

static struct pe
open_pe(struct slice s, const struct sink *sink)
{
	const uint64_t header = header_of(s);
	struct pe pe = { .body = s, .sink = sink,
		.optional = header + COFF_HEADER };

	pe.sections = (struct part_table){ .body = s,
		.at = pe.optional + slice_uint(s, header + 16, 2),
		.count = slice_uint(s, header + 2, 2) };
	as_sections(&pe.sections);
	return pe;
}

/* A table of symbols, and the text behind it. */
static uint64_t
symbols_end(struct slice s)
{
	const uint64_t at = header_of(s);
	const uint64_t from = slice_uint(s, at + 8, 4);
	const uint64_t text = from + slice_uint(s, at + 12, 4) * SYMBOL;

	return from == 0 ? 0 : text + slice_uint(s, text, 4);
}

uint64_t
pe_end(struct slice s)
{
	const struct pe pe = open_pe(s, NULL);
	const uint64_t at = directory(&pe, CERTIFICATES);
	const uint64_t ends[] = {
		parts_end(&pe.sections), symbols_end(s),
		slice_uint(s, at, 4) + slice_uint(s, at + 4, 4),
	};
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		end = ends[i] > end ? ends[i] : end;
	return end;
}

bool
pe_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct pe pe = open_pe(s, sink);

	return visit_sections(&pe.sections, path, sink) &&
	    visit_as(&pe, certificates(&pe), path, "certificate") &&
	    visit_behind(&pe, path) && visit_resources(&pe, path);
}
