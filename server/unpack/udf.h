/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * udf - the files of a UDF file system, which may also lie in an ISO 9660 image
 * and be others than those. Worker only.
 *
 * No tree is followed: each block that is a file's entry (ECMA-167 4/14.9) is
 * one, so that nobody's way to it is missed, nor a file that was deleted.
 */
#ifndef UNPACK_UDF_H
#define UNPACK_UDF_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool udf_likely(struct slice);	/* has an anchor (ECMA-167 3/10.2) */

/* Visits each file. Where blocks are found by more than the partition's begin
 * (several partitions, UDF 2.5, discs written in steps) it is `unsupported`,
 * Container.UDF. False: the sink wants no more. */
bool udf_walk(struct slice, const char *path, const struct sink *);

#endif
