/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/program.h"

#include <string.h>

#include "unpack/parts.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define CLASS 4			/* of an ELF: 1 or 2, for 32 or 64 bits */
#define ORDER 5			/* 1 or 2: the highest byte first */
#define NO_BITS 8		/* a kind of section */
#define ALIGNED 4
#define COMMAND_MIN 8		/* of Mach-O: its kind and length */
#define UNIVERSAL 0xcafebabe	/* the highest byte first; so has Java, with */
#define MACHINES_MAX 44		/* 45 and more */
#define UNIVERSAL_EFI 0x0ef1fab9

/* Where in the header of an ELF, and in the rows of its tables. */
static const struct elf_form {
	struct part_field sections, segments;
	unsigned numbers;	/* five of 16 bits, from the size of segments */
	struct part_field section_at, section_size, segment_at, segment_size;
	unsigned section_min, segment_min;
} elf_forms[] = {
	{ { 32, 4 }, { 28, 4 }, 42,
	  { 16, 4 }, { 20, 4 }, { 4, 4 }, { 16, 4 }, 40, 32 },
	{ { 40, 8 }, { 32, 8 }, 54,
	  { 24, 8 }, { 32, 8 }, { 8, 8 }, { 32, 8 }, 64, 56 },
};

static const struct macho_form {
	uint32_t mark;
	unsigned header, kind, sections_at;
	struct part_field segment_at, segment_size, count;
	struct part_field section_at, section_size;
	unsigned section;
} macho_forms[] = {
	{ 0xfeedface, 28, 0x01, 56, { 32, 4 }, { 36, 4 }, { 48, 4 },
	  { 40, 4 }, { 36, 4 }, 68 },
	{ 0xfeedfacf, 32, 0x19, 72, { 40, 8 }, { 48, 8 }, { 64, 4 },
	  { 48, 4 }, { 40, 8 }, 80 },
};

bool
elf_likely(struct slice s)
{
	return s.len > ORDER && memcmp(s.at, "\x7f" "ELF", 4) == 0 &&
	    (s.at[CLASS] == 1 || s.at[CLASS] == 2);
}

static uint64_t
short_at(const struct part_table *t, unsigned at)
{
	return part_number(t, at, (struct part_field){ 0, 2 });
}

/* Of more than 65,279 the first one says how many. */
static uint64_t
count_sections(const struct part_table *t, const struct elf_form *f)
{
	const uint64_t count = short_at(t, f->numbers + 6);

	return count > 0 ? count : part_number(t, t->at, f->section_size);
}

static struct part_table
elf_sections(struct slice s, const struct elf_form *f)
{
	struct part_table t = { .body = s, .offset = f->section_at,
		.size = f->section_size, .kind = { 4, 4 },
		.empty = NO_BITS, .big = s.at[ORDER] == 2 };

	t.at = part_number(&t, 0, f->sections);
	t.step = short_at(&t, f->numbers + 4);
	t.count = t.at == 0 || t.step < f->section_min ? 0 :
	    count_sections(&t, f);
	return t;
}

static struct part_table
elf_segments(struct slice s, const struct elf_form *f)
{
	struct part_table t = { .body = s, .offset = f->segment_at,
		.size = f->segment_size, .big = s.at[ORDER] == 2 };

	t.at = part_number(&t, 0, f->segments);
	t.step = short_at(&t, f->numbers);
	t.count = t.step < f->segment_min ? 0 : short_at(&t, f->numbers + 2);
	return t;
}

/* Is it as compilers write it? Then its segments are no parts of their own. */
static bool
is_sound(const struct part_table *t, const struct elf_form *f)
{
	return t->count > 0 && t->step == f->section_min &&
	    t->at % ALIGNED == 0 && t->at < t->body.len &&
	    (t->body.len - t->at) / t->step >= t->count;
}

bool
elf_walk(struct slice s, const char *path, const struct sink *sink)
{
	const struct elf_form *f = &elf_forms[s.at[CLASS] - 1];
	const struct part_table sections = elf_sections(s, f);
	const struct part_table segments = elf_segments(s, f);
	char name[PATH_MAX_LEN + 1];

	texts_path(name, sizeof name, path, "section");
	return parts_visit(&sections, name, sink) &&
	    (is_sound(&sections, f) || parts_visit(&segments, name, sink));
}

uint64_t
elf_end(struct slice s)
{
	const struct elf_form *f = &elf_forms[s.at[CLASS] - 1];
	const struct part_table sections = elf_sections(s, f);
	const struct part_table segments = elf_segments(s, f);
	const uint64_t one = parts_end(&sections), two = parts_end(&segments);

	return one > two ? one : two;
}

/* The mark is a number, in the order of the file. */
static bool
macho_is_big(struct slice s)
{
	return s.at[0] == 0xfe;
}

static const struct macho_form *
macho_form(struct slice s)
{
	const struct macho_form *f = macho_forms;
	const struct macho_form *end = f + sizeof macho_forms / sizeof *f;

	while (f < end && slice_big(s, 0, 4) != f->mark &&
	    slice_uint(s, 0, 4) != f->mark)
		f++;
	return f < end ? f : NULL;
}

bool
macho_likely(struct slice s)
{
	return macho_form(s) != NULL;
}

static bool
read_segment(struct part_table *t, uint64_t at, const struct macho_form *f,
    const char *path, const struct sink *sink)
{
	t->at = at;
	t->count = 1;
	t->step = f->sections_at;
	t->offset = f->segment_at;
	t->size = f->segment_size;
	if (!parts_visit(t, path, sink))
		return false;
	t->at = at + f->sections_at;
	t->count = part_number(t, at, f->count);
	t->step = f->section;
	t->offset = f->section_at;
	t->size = f->section_size;
	return parts_visit(t, path, sink);
}

bool
macho_walk(struct slice s, const char *path, const struct sink *sink)
{
	const struct macho_form *f = macho_form(s);
	struct part_table t = { .body = s, .big = macho_is_big(s) };
	const struct part_field kind = { 0, 4 }, length = { 4, 4 };
	uint64_t left = part_number(&t, 16, kind), at = f->header, len;
	char name[PATH_MAX_LEN + 1];

	texts_path(name, sizeof name, path, "section");
	for (; left > 0 && at < s.len; left--, at += len) {
		len = part_number(&t, at, length);
		if (len < COMMAND_MIN)
			break;
		if (part_number(&t, at, kind) == f->kind &&
		    !read_segment(&t, at, f, name, sink))
			return false;
	}
	return true;
}

bool
universal_likely(struct slice s)
{
	const uint64_t machines = slice_big(s, 4, 4);

	return (slice_big(s, 0, 4) == UNIVERSAL && machines > 0 &&
	    machines <= MACHINES_MAX) ||
	    (slice_uint(s, 0, 4) == UNIVERSAL_EFI && machines > 0);
}

bool
universal_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct part_table t = { .body = s, .at = 8, .step = 20,
		.offset = { 8, 4 }, .size = { 12, 4 },
		.big = slice_big(s, 0, 4) == UNIVERSAL };
	char name[PATH_MAX_LEN + 1];

	t.count = part_number(&t, 0, (struct part_field){ 4, 4 });
	texts_path(name, sizeof name, path, "machine");
	return parts_visit(&t, name, sink);
}
