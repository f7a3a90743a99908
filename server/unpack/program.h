/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program - the sections and segments of programs, as 7z takes them out (see
 * parts.h): ELF, Mach-O, for one machine or several, of 32 and 64 bits, in both
 * orders of bytes. Worker only.
 */
#ifndef UNPACK_PROGRAM_H
#define UNPACK_PROGRAM_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool elf_likely(struct slice);
bool macho_likely(struct slice);
bool universal_likely(struct slice);

/* Where what its tables name ends, be it there or not; 0: they name nothing. */
uint64_t elf_end(struct slice);

/* Each: false if the sink wants no more. */
bool elf_walk(struct slice, const char *path, const struct sink *);
bool macho_walk(struct slice, const char *path, const struct sink *);
bool universal_walk(struct slice, const char *path, const struct sink *);

#endif
