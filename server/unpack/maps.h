/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * maps - the partitions that a GPT or an APM (of old Macs) names, visited as
 * files: the engine takes each for a file system without a look. Worker only.
 * Those of an MBR: mbr.h.
 */
#ifndef UNPACK_MAPS_H
#define UNPACK_MAPS_H

#include "unpack/sink.h"
#include "unpack/slice.h"

#define GPT_MARK 0x4546492050415254	/* "EFI PART", in the second sector */

bool gpt_likely(struct slice);
bool apm_likely(struct slice);

/* Both: false if the sink wants no more. */
bool gpt_walk(struct slice, const char *path, const struct sink *);
bool apm_walk(struct slice, const char *path, const struct sink *);

#endif
