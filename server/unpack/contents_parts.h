/* SPDX-License-Identifier: GPL-2.0-only */
/* contents_parts - what the files of contents share; nobody else's. */
#ifndef UNPACK_CONTENTS_PARTS_H
#define UNPACK_CONTENTS_PARTS_H

#include <archive.h>

#include "unpack/contents.h"

struct contents {
	struct archive *archive;
	struct archive_entry *entry;	/* the next one */
	int state;			/* of reading its header */
	bool weak;			/* may be something else altogether */
	bool by_chance;			/* looks like one, and odd for that */
	bool gave;			/* something came out */
	const uint8_t *next;		/* of what is compressed: the rest */
	size_t left, given, step;	/* by pieces that grow: see open_as() */
	struct slice feed[2];		/* not yet read: of a zip member */
};

bool contents_is_iso(const uint8_t *, size_t len);	/* by a look */

/* contents_open() without a look first. */
struct contents *contents_try(const uint8_t *, size_t len);

/* What these read, NULL at their end, in two pieces that must stay. */
struct contents *contents_open_fed(int (*const *kinds)(struct archive *),
    struct slice header, struct slice data);

struct contents *contents_open_zip_member(struct slice header,
    struct slice data);

void contents_next(struct contents *);
const char *contents_name(const struct contents *);	/* NULL: has none */

#endif
