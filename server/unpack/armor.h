/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * armor - OpenPGP and CMS as text (RFC 4880, 6.2; RFC 7468). Worker only.
 */
#ifndef UNPACK_ARMOR_H
#define UNPACK_ARMOR_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool armor_likely(struct slice);

/* Visits each block that openpgp.h or cms.h reads. False: the sink wants no
 * more. */
bool armor_walk(struct slice, const char *path, const struct sink *);

#endif
