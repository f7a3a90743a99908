/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/program_end.h"

#include "unpack/program.h"
#include "unpack/program_pe.h"

size_t
program_end(struct slice s)
{
	const uint64_t end = elf_likely(s) ? elf_end(s) :
	    pe_likely(s) ? pe_end(s) : 0;

	return end > 0 && end < s.len ? (size_t)end : s.len;
}
