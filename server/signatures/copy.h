/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * copy - signature files, copied as they are, with their digests. Nothing in
 * them is read for its meaning.
 */
#ifndef SIGNATURES_COPY_H
#define SIGNATURES_COPY_H

#include "signatures/manifest.h"

/* Every regular file of `from` into the new folder `to`, added to the manifest
 * as of that origin. A file that cannot be read, or changes meanwhile, or is
 * a symbolic link refuses it all. A folder that is not there has no files. */
int copy_folder(const char *from, const char *to, uint32_t origin,
    struct manifest *, struct err *);

/* Do all files of the set in `folder` have the digests of the manifest? */
int copy_verify(const char *folder, const struct manifest *, struct err *);

#endif
