/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lha - an LHA archive that neither libarchive nor the engine takes for one,
 * and others open: by one byte of its first header. Worker only.
 */
#ifndef UNPACK_LHA_H
#define UNPACK_LHA_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* From its first byte on; notes "Container.Broken". */
void lha_check(struct slice, const char *path, const struct sink *);

#endif
