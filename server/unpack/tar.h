/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tar - what libarchive passes over in a tar archive, but others take out:
 * content of kinds that should have none, names that are no names. Notes with
 * "Tar..." causes what readers read differently. Worker only.
 */
#ifndef UNPACK_TAR_H
#define UNPACK_TAR_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* From a first header on, as far as headers go, in linear time. Visits pieces.
 * False: the sink wants no more. */
bool tar_walk(struct slice, const char *path, const struct sink *);

#endif
