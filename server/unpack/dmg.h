/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmg - the partitions of a disk image of Apple's (UDIF), which are packed in
 * runs of sectors. Worker only.
 *
 * Its trailer says where a list is, XML or a resource fork, of one table for
 * each partition. libclamav takes no list but the usual one, and passes over
 * lzfse and xz without a word.
 */
#ifndef UNPACK_DMG_H
#define UNPACK_DMG_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* Has it such a trailer, wherever it is? Old ones have it in front, and 7z
 * looks for it everywhere. */
bool dmg_likely(struct slice);

/* Up to its last byte, with a list that dmg_walk() reads or tells of? Then it
 * may begin as what its first run is packed by. */
bool dmg_ends(struct slice);

/* Visits each partition as a piece. What is packed by lzfse, or otherwise than
 * we know, and a list without a table are "Container.DMG", runs that do not
 * follow each other "Dmg.Order". False: the sink wants no more. */
bool dmg_walk(struct slice, const char *path, const struct sink *);

#endif
