/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * place_proof - is it a container that begins here, whatever its reader says of
 * it? Marks lie in programs and texts by chance; what proves a container is
 * a checksum of its header, or numbers in it that fit each other. Worker only;
 * pure functions.
 */
#ifndef UNPACK_PLACE_PROOF_H
#define UNPACK_PLACE_PROOF_H

#include "unpack/contents.h"
#include "unpack/slice.h"

/* Looks at PLACE_PROOF bytes at most, however long the header is. */
#define PLACE_PROOF 4096

bool place_is_proven(struct slice, enum contents_kind);

/* The same for what begins a file: of any kind. */
bool place_is_proven_first(struct slice);

#endif
