/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zip - a zip archive as each of its readers may read it: by every end record
 * in it, and by the local headers that no directory names. Worker only.
 *
 * Stored and deflated members are visited; all that names a member twice is
 * compared. What contradicts itself is noted with "Zip..." causes.
 */
#ifndef UNPACK_ZIP_H
#define UNPACK_ZIP_H

#include "unpack/sink.h"
#include "unpack/slice.h"

#define ZIP_ENDS_MAX 64		/* outside of members */

/* In the keeper, before the first cage. */
void zip_prepare(void);

struct zip_extent {
	bool whole;		/* all that any reader sees was visited, or
				 * noted; false, too, when it is no zip */
	bool by_marks;		/* so was what no directory names */
	size_t from, to;	/* from its first member to behind its end, when
				 * nothing lies between; else 0 */
};

/* Time linear in the bytes and in what is spent. False: the sink wants no
 * more. */
bool zip_walk(struct slice, const char *path, const struct sink *,
    struct zip_extent *extent_out);

/* Is here what zip_alone() opens: a member that the engine does not, though no
 * directory is there? */
bool zip_alone_likely(struct slice);

/* Visits it. Puts how many bytes are its. False: the sink wants no more. */
bool zip_alone(struct slice, const char *path, const struct sink *,
    size_t *used_out);

/* Where the directory that most readers take begins, if it names more than so
 * many files, or so many empty ones, which the engine does not count, or so
 * many, folders too, that it takes quadratic time for; else body.len. Linear in
 * the directory. */
size_t zip_crowd(struct slice body, size_t most);

#endif
