/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pdf - the streams of a PDF that the engine does not undo as readers of PDF do
 * (qpdf, browsers), and all that it gives out as a file. Worker only.
 *
 * No table of the file is believed: each object counts, wherever it is, and of
 * several with one number each.
 */
#ifndef UNPACK_PDF_H
#define UNPACK_PDF_H

#include "unpack/sink.h"
#include "unpack/slice.h"

/* Not one behind other bytes: that is visited without them (place_marks.h). */
bool pdf_likely(struct slice);

bool pdf_walk(struct slice, const char *path, const struct sink *);

#endif
