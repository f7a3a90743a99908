/* SPDX-License-Identifier: GPL-2.0-only */
/* zip_parts - what the files of the zip reader share; nobody else's. */
#ifndef UNPACK_ZIP_PARTS_H
#define UNPACK_ZIP_PARTS_H

#include "unpack/pile.h"
#include "unpack/zip.h"

enum zip_method {
	ZIP_STORED = 0, ZIP_IMPLODED = 6, ZIP_DEFLATED = 8, ZIP_DEFLATE64 = 9
};
#define ZIP_METHOD_MAX 99
enum zip_flag { ZIP_ENCRYPTED = 1, ZIP_DESCRIPTOR = 8 };

/* What a header says of a member: of its own, or the directory's. */
struct zip_header {
	unsigned flags, method, crc;
	uint64_t packed, size;
	struct slice name;
	uint64_t local;		/* the directory's: where its own should be */
	size_t at, end;		/* of this header */
};

#define END_LEN 22
#define END64_LEN 56

struct zip_end {
	uint64_t count, size, offset;	/* of the directory */
	bool is_64;
	bool two;			/* zip64 says otherwise */
	bool again;			/* the offset is another reading's */
	size_t at;			/* where the directory must end */
};

/* zip_records.c: false: there is none. Nothing of it is believed but that it
 * lies within the bytes. */
bool zip_local(struct slice, uint64_t at, struct zip_header *header_out);
bool zip_central(struct slice, uint64_t at, struct zip_header *header_out);

/* What readers may take the end record at `at` for. 0: it is none. */
#define ZIP_END_WAYS 3
unsigned zip_ends(struct slice, size_t at,
    struct zip_end ends_out[ZIP_END_WAYS]);

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
	bool whole, ended, by_marks;
	bool has_encrypted;
	struct slice for_engine;	/* a member that nobody else opens */
	uint64_t visited;		/* members */
	size_t no_descriptor;		/* no mark of one from here on; 0: not
					 * known */
};

/* zip_ranges.c: what no memory is for is noted. */
void zip_belongs(struct zip *, size_t from, size_t to);
struct zip_range *zip_ranges(const struct zip *, size_t *count_out);

/* Do two of those from the `first` on begin at one place? Sorts these. */
bool zip_has_twins(struct zip *, size_t first);

/* Sorted, and what overlaps or touches is one. */
void zip_tidy(struct zip *);

/* Of tidy ranges: the end of the one that `at` lies in, or `at`. */
size_t zip_past(const struct zip *, size_t at);

/* zip_member.c: unpacks it, by what each header says. central NULL: no
 * directory names it. Puts where it ends. */
void zip_member(struct zip *, const struct zip_header *local,
    const struct zip_header *central, size_t *end_out);

/* Has it the checksum that its own header tells? Nothing is visited or noted;
 * what it takes is spent. Puts where it ends. */
bool zip_is_sound(struct zip *, const struct zip_header *local,
    size_t *end_out);

/* zip_other.c */
bool zip_is_likely_name(const struct zip_header *local);

/* Unpacks one that is neither, by one header. */
bool zip_is_other(const struct zip_header *);
void zip_other(struct zip *, const struct zip_header *local,
    const struct zip_header *says, size_t *end_out);

void zip_path(const struct zip *, struct slice name, char *out, size_t size);
void zip_note(struct zip *, enum outcome, const char *cause, struct slice name);

#endif
