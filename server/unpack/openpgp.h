/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * openpgp - what is signed, stored or compressed by OpenPGP (RFC 4880). What is
 * encrypted is told. Worker only.
 */
#ifndef UNPACK_OPENPGP_H
#define UNPACK_OPENPGP_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool openpgp_likely(struct slice);

/* Visits the content; of what is compressed, the packets that come out. Notes
 * OUTCOME_ENCRYPTED. False: the sink wants no more. */
bool openpgp_walk(struct slice, const char *path, const struct sink *);

#endif
