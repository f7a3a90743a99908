/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pdf_filter - what the streams of a PDF are packed with (ISO 32000, 7.4).
 * Worker only. Each goes on behind a fault as far as any reader does: what came
 * out before it is there.
 */
#ifndef UNPACK_PDF_FILTER_H
#define UNPACK_PDF_FILTER_H

#include "unpack/pdf_out.h"

/* 0: not told. */
struct pdf_parms {
	uint32_t predictor, columns, colors, bits;
	bool late;			/* LZW: the code grows one later */
};

struct pdf_filter {
	const char *name, *short_name;
	void (*run)(struct slice, const struct pdf_parms *, struct pdf_out *);
	bool predicts;			/* the predictor is undone behind it */
};

/* By its name; NULL: nobody here undoes it. */
const struct pdf_filter *pdf_filter_of(struct slice name);

void pdf_hex(struct slice, const struct pdf_parms *, struct pdf_out *);
void pdf_85(struct slice, const struct pdf_parms *, struct pdf_out *);
void pdf_runs(struct slice, const struct pdf_parms *, struct pdf_out *);
void pdf_flate(struct slice, const struct pdf_parms *, struct pdf_out *);
void pdf_lzw(struct slice, const struct pdf_parms *, struct pdf_out *);

bool pdf_has_predictor(const struct pdf_parms *);
void pdf_unpredict(struct slice, const struct pdf_parms *, struct pdf_out *);

#endif
