/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * places - containers that begin elsewhere in a body than where it begins, or
 * at the same byte as another: behind the end of an archive, behind a script
 * that opens it, an image whose first sectors are an archive. Worker only.
 *
 * Others than zip, which is read wherever it is (zip.h), and of that members
 * without a directory.
 */
#ifndef UNPACK_PLACES_H
#define UNPACK_PLACES_H

#include "unpack/contents.h"
#include "unpack/slice.h"

/* What was read already, to its end. */
struct places_known {
	const struct contents *first;	/* at the first byte; NULL: none */
	size_t from, to;		/* of a zip archive; to 0: none */
	bool members;			/* of zips, wherever they are */
};

/* Visits what is in them, as pieces where nothing but a mark says that they are
 * some (place_proof.h), and what lies between them, as pieces. Notes damage of
 * those alone that are proven. Each that is opened costs, so the work is
 * bounded by what may be spent. False: the sink wants no more. */
bool places_read(struct slice body, const struct places_known *,
    const char *path, const struct sink *);

#endif
