/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iso_boot - what an ISO 9660 image starts machines with (El Torito), which
 * need be none of its files. Worker only.
 */
#ifndef UNPACK_ISO_BOOT_H
#define UNPACK_ISO_BOOT_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool iso_boot_likely(struct slice);	/* has a catalogue of such */

/* Visits each image, and the files of one that is a FAT file system: what is
 * said of its length is often less than it has. False: the sink wants no
 * more. */
bool iso_boot_walk(struct slice, const char *path, const struct sink *);

#endif
