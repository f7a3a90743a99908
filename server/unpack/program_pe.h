/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program_pe - the sections of programs for Windows and UEFI (PE, COFF, TE),
 * their resources, certificates and what lies behind them, as 7z takes them out
 * (see parts.h). Worker only.
 */
#ifndef UNPACK_PROGRAM_PE_H
#define UNPACK_PROGRAM_PE_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool pe_likely(struct slice);
bool coff_likely(struct slice);
bool te_likely(struct slice);

/* Where what its tables name ends, be it there or not; 0: they name nothing. */
uint64_t pe_end(struct slice);

/* Each: false if the sink wants no more. */
bool pe_walk(struct slice, const char *path, const struct sink *);
bool coff_walk(struct slice, const char *path, const struct sink *);
bool te_walk(struct slice, const char *path, const struct sink *);

#endif
