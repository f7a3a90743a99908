/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/program_end.h"

#include <string.h>

#define PE_AT 60		/* where the header is told */
#define PE_HEADER 24		/* up to its own numbers */
#define PE_SECTION 40
#define PE_CERTIFICATE 4	/* of its directories */
#define SYMBOL 18
#define NO_BYTES 8		/* kind of a section */

/* Numbers of an ELF, by the width of its addresses and the order of bytes. */
struct elf {
	struct slice s;
	bool wide, big;
};

static uint64_t
number(const struct elf *e, uint64_t at, unsigned len)
{
	if (at > e->s.len)
		return 0;
	return e->big ? slice_big(e->s, (size_t)at, len) :
	    slice_uint(e->s, at, len);
}

static void
reach(uint64_t *end, uint64_t from, uint64_t len)
{
	if (from <= UINT64_MAX - len && from + len > *end)
		*end = from + len;
}

/* What a section or segment takes of the file. */
static void
reach_parts(const struct elf *e, uint64_t *end, uint64_t at, uint64_t size,
    uint64_t count, bool sections)
{
	const unsigned width = e->wide ? 8 : 4;
	const unsigned from = sections ? (e->wide ? 24 : 16) :
	    (e->wide ? 8 : 4);
	const unsigned len = sections ? from + width : (e->wide ? 32 : 16);

	reach(end, at, size * count);
	for (; count > 0 && size > 0 && at < e->s.len; count--, at += size)
		if (!sections || number(e, at + 4, 4) != NO_BYTES)
			reach(end, number(e, at + from, width),
			    number(e, at + len, width));
}

static uint64_t
elf_end(struct slice s)
{
	const struct elf e = { s, slice_uint(s, 4, 1) == 2,
		slice_uint(s, 5, 1) == 2 };
	const unsigned width = e.wide ? 8 : 4, sizes = e.wide ? 54 : 42;
	uint64_t end = 0;

	reach_parts(&e, &end, number(&e, e.wide ? 32 : 28, width),
	    number(&e, sizes, 2), number(&e, sizes + 2, 2), false);
	reach_parts(&e, &end, number(&e, e.wide ? 40 : 32, width),
	    number(&e, sizes + 4, 2), number(&e, sizes + 6, 2), true);
	return end;
}

/* A table of symbols, and the text behind it. */
static void
reach_symbols(struct slice s, uint64_t *end, uint64_t at)
{
	const uint64_t from = slice_uint(s, at + 12, 4);
	const uint64_t text = from + slice_uint(s, at + 16, 4) * SYMBOL;

	if (from != 0)
		reach(end, text, slice_uint(s, text, 4));
}

static uint64_t
pe_end(struct slice s)
{
	const uint64_t at = slice_uint(s, PE_AT, 4);
	const uint64_t own = at + PE_HEADER;
	const uint64_t certificate = own + 8 * PE_CERTIFICATE +
	    (slice_uint(s, own, 2) == 0x20b ? 112 : 96);
	uint64_t section = own + slice_uint(s, at + 20, 2);
	uint64_t count = slice_uint(s, at + 6, 2), end = 0;

	if (slice_uint(s, at, 4) != 0x4550)
		return 0;
	for (; count > 0 && section < s.len; count--, section += PE_SECTION)
		reach(&end, slice_uint(s, section + 20, 4),
		    slice_uint(s, section + 16, 4));
	reach_symbols(s, &end, at);
	reach(&end, slice_uint(s, certificate, 4),
	    slice_uint(s, certificate + 4, 4));
	return end;
}

size_t
program_end(struct slice s)
{
	uint64_t end = 0;

	if (s.len > 4 && memcmp(s.at, "\x7f" "ELF", 4) == 0)
		end = elf_end(s);
	if (s.len > 4 && memcmp(s.at, "MZ", 2) == 0)
		end = pe_end(s);
	return end > 0 && end < s.len ? (size_t)end : s.len;
}
