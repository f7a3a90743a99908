/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * contents - what is in an archive or a compressed file, as libarchive reads
 * it. The only file that includes <archive.h>. Worker only, but for the
 * preparation.
 *
 * No program is ever run for a format, and no name in an archive is ever a file
 * of ours. Which formats: the tables in contents_open.c.
 */
#ifndef UNPACK_CONTENTS_H
#define UNPACK_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "unpack/sink.h"
#include "unpack/slice.h"

struct contents;

/* In the keeper, before the first cage: does now what would be done lazily. */
int contents_prepare(struct err *);

/* By a look: what is not likely is none that contents_open() knows. */
bool contents_likely(const uint8_t *, size_t len);

/* By a look: contents_open() knows it as a zip, or not at all. */
bool contents_only_zip(const uint8_t *, size_t len);

/* NULL: no container that we know. The bytes must stay until it is closed. */
struct contents *contents_open(const uint8_t *, size_t len);

/* Visits each member that has bytes, once; spends what comes out. Notes with
 * "Container..." causes what is wrong. path: of the container; "" is fine.
 * False: the sink wants no more. */
bool contents_read(struct contents *, const char *path, const struct sink *);

bool contents_is_zip(const struct contents *);
bool contents_is_lzma(const struct contents *);	/* the kind of one stream */

/* One kind alone, whatever else the bytes may be. */
enum contents_kind {
	KIND_COMPRESSED, KIND_7Z, KIND_AR, KIND_CAB, KIND_CPIO, KIND_ISO,
	KIND_LHA, KIND_RAR, KIND_RAR5, KIND_TAR, KIND_WARC, KIND_XAR, KIND_COUNT
};

struct contents *contents_open_as(enum contents_kind, const uint8_t *,
    size_t len);	/* never NULL */
bool contents_is(const struct contents *, enum contents_kind);

/* Begins as an ISO 9660 that libarchive refuses and others read. NULL: it knew
 * nothing else in it either. */
bool contents_broken_iso(const struct contents *, const uint8_t *, size_t len);

/* One member of a zip: a local header, with lengths, and what lies behind it.
 * Both must stay. Visits it under its whole path; puts whether any byte came
 * out, and how many bytes it came through. */
bool contents_zip_member(struct slice header, struct slice data,
    const char *path, const struct sink *, bool *gave_out, size_t *reach_out);

/* One lzma by a header of its own, and what lies behind it. Both must stay.
 * Never NULL; it may be none. */
struct contents *contents_open_lzma(struct slice header, struct slice rest);

bool contents_has_member(const struct contents *);	/* before it is read */
bool contents_is_whole(const struct contents *);	/* after that */
size_t contents_reach(const struct contents *);	/* bytes it came through */

/* Did anything come out? */
bool contents_gave(const struct contents *);

/* Bytes that it was given to read, at least as many; also after a failure. */
size_t contents_given(const struct contents *);

void contents_close(struct contents **);	/* NULL is fine */

#endif
