/* SPDX-License-Identifier: GPL-2.0-only */
/* zip_parts - what the files of the zip reader share; nobody else's. */
#ifndef UNPACK_ZIP_PARTS_H
#define UNPACK_ZIP_PARTS_H

#include "unpack/pile.h"
#include "unpack/zip.h"

enum zip_method { ZIP_STORED = 0, ZIP_DEFLATED = 8 };
enum zip_flag { ZIP_ENCRYPTED = 1, ZIP_DESCRIPTOR = 8 };

/* What a header says of a member: of its own, or the directory's. */
struct zip_header {
	unsigned flags, method;
	uint64_t packed, size;
	struct slice name;
	uint64_t local;		/* the directory's: where its own should be */
	size_t at, end;		/* of this header */
};

struct zip_end {
	uint64_t count, size, offset;	/* of the directory */
	bool is_64;
	bool two;			/* zip64 says otherwise */
	size_t at;			/* where the directory must end */
};

/* zip_records.c: false: there is none. Nothing of it is believed but that it
 * lies within the bytes. */
bool zip_local(struct slice, uint64_t at, struct zip_header *header_out);
bool zip_central(struct slice, uint64_t at, struct zip_header *header_out);
bool zip_end(struct slice, size_t at, struct zip_end *end_out);

/* The mark of a descriptor is at `at`: does it say that so much was packed? */
bool zip_descriptor_fits(struct slice, size_t at);

/* The next such mark at or behind `from`; s.len: none. */
size_t zip_mark(struct slice, size_t from, const char *mark);

/* Bytes [from, to) that belong to members and directories. */
struct zip_range {
	size_t from, to;
};

struct zip {
	struct slice body;
	const char *path;
	const struct sink *sink;
	struct pile ranges;		/* of struct zip_range */
	struct pile out;		/* what a member unpacks to */
	bool whole, ended;
	uint64_t visited;		/* members */
};

/* zip_member.c: unpacks it, by what each header says. central NULL: no
 * directory names it. Puts where it ends. */
void zip_member(struct zip *, const struct zip_header *local,
    const struct zip_header *central, size_t *end_out);

void zip_note(struct zip *, enum outcome, const char *cause, struct slice name);

#endif
