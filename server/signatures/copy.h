/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * copy - signature files, copied as they are, with their digests. Nothing in
 * them is read for its meaning. Whatever the mode of the source, a copy is
 * readable by us and by its reader, and by nobody else: signatures may be
 * licensed or secret. What is copied is on the disk when it is told.
 */
#ifndef SIGNATURES_COPY_H
#define SIGNATURES_COPY_H

#include "base/account.h"
#include "signatures/manifest.h"

struct copy_to {
	const char *state;		/* where all sets are */
	const char *folder;		/* of the new set */
	uint32_t origin;
	const struct account *reader;	/* NULL: only we */
	struct manifest *manifest;
};

/* Every regular file of `from` that an engine loads into the new folder, added
 * to the manifest as of that origin; at most SET_FILES_MAX are in it. One that
 * cannot be read, or changes meanwhile, or is a symbolic link refuses it all. A
 * folder that is not there has no files. */
int copy_folder(const char *from, const struct copy_to *, struct err *);

/* Older copies, and those for another reader: as above. */
int copy_guard(const char *folder, const struct account *reader,
    const struct manifest *, struct err *);

/* Are all files of the set in `folder` there, with the manifest's sizes? */
int copy_whole(const char *folder, const struct manifest *, struct err *);

/* Do all files of the set in `folder` have the digests of the manifest, and are
 * there no others? */
int copy_verify(const char *folder, const struct manifest *, struct err *);

#endif
