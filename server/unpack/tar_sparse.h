/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tar_sparse - where the pieces of a sparse member of a tar belong, as GNU tar
 * writes it: is it told in a way that all readers take alike? Worker only; pure
 * functions.
 */
#ifndef UNPACK_TAR_SPARSE_H
#define UNPACK_TAR_SPARSE_H

#include "unpack/slice.h"

/* What the pax records in front of one member told; all zeros at first. */
struct tar_sparse {
	unsigned seen;
	bool is_open;		/* an offset without its length, yet */
};

/* The records of one header more. False: they are odd. */
bool tar_sparse_records(struct tar_sparse *, struct slice records);

/* Of an old sparse member, from its header on: the bytes between that and its
 * content. */
size_t tar_sparse_map(struct slice, bool *odd_out);

#endif
