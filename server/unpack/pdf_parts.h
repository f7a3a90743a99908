/* SPDX-License-Identifier: GPL-2.0-only */
/* pdf_parts - what the files of pdf share; nobody else's. */
#ifndef UNPACK_PDF_PARTS_H
#define UNPACK_PDF_PARTS_H

#include "unpack/pdf_dict.h"
#include "unpack/pdf_index.h"
#include "unpack/pdf_out.h"

struct pdf_stream {
	size_t dict, data;	/* where they begin */
	size_t end;		/* of the data, by the word behind it */
	uint32_t number;
	bool plain;		/* the engine reads it as everybody does */
	bool is_packed_objects;
};

struct pdf {
	struct slice body;
	const char *path;
	const struct sink *sink;
	bool known;		/* the engine takes it for a PDF */
	bool secret;		/* encrypted */
	struct pdf_index index;
	struct pile streams;	/* struct pdf_stream */
	struct pile values;	/* struct slice: of names that say so */
	struct pile files;	/* numbers of what is given out, in order */
	bool unsure;		/* some of them may be missing */
	struct pile packed;	/* struct pdf_packed */
	size_t kept;		/* bytes of theirs */
	struct pdf_out out[2];
};

struct pdf_stream *pdf_streams(const struct pdf *, size_t *count_out);

/* Fills the index and the streams. */
bool pdf_find_objects(struct pdf *);

/* The same in streams of objects. */
bool pdf_open_objects(struct pdf *);
void pdf_forget_objects(struct pdf *);

/* The names in it that say that something is given out; then, from all of
 * them, the numbers of that. */
bool pdf_find_names(struct pdf *, struct slice);
bool pdf_find_files(struct pdf *);
bool pdf_is_file(const struct pdf *, uint32_t number);

/* One of the readings of what a key is. False: it has none. */
bool pdf_told(struct pdf *, const struct pdf_dict *, enum pdf_key,
    struct slice *value_out);

/* Up to where its length says that it ends; false: nothing ends there. */
bool pdf_data_told(struct pdf *, const struct pdf_stream *,
    const struct pdf_dict *, struct slice *data_out);

/* Undoes what it can of one reading of its filters. *left_out: one that nobody
 * here undoes; of no bytes: there is none. What came out is good until the next
 * one. False: no more is wanted. */
bool pdf_undo(struct pdf *, const struct pdf_dict *, struct slice data,
    struct slice *bytes_out, struct slice *left_out);

/* Visits what comes out of it in each reading. */
bool pdf_read_stream(struct pdf *, struct pdf_stream *);

#endif
