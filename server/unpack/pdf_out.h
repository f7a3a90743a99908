/* SPDX-License-Identifier: GPL-2.0-only */
/* pdf_out - where the filters of a PDF put what comes out, byte by byte. What
 * it costs is paid through the sink. Worker only. */
#ifndef UNPACK_PDF_OUT_H
#define UNPACK_PDF_OUT_H

#include "unpack/pile.h"
#include "unpack/sink.h"
#include "unpack/slice.h"

#define PDF_CHUNK 4096

struct pdf_out {
	const struct sink *sink;
	struct pile pile;
	bool stopped;			/* nothing more is wanted */
	size_t filled;
	uint8_t chunk[PDF_CHUNK];	/* not yet in the pile */
};

/* False: nothing more is wanted. */
bool pdf_out_flush(struct pdf_out *);

static inline void
pdf_out_byte(struct pdf_out *out, uint8_t byte)
{
	out->chunk[out->filled++] = byte;
	if (out->filled == PDF_CHUNK)
		(void)pdf_out_flush(out);
}

/* What came out, until something is put into it again. */
struct slice pdf_out_bytes(const struct pdf_out *);

#endif
