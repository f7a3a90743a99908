/* SPDX-License-Identifier: GPL-2.0-only */
/* pdf_dict - the dictionary in front of a stream of a PDF. Worker only. */
#ifndef UNPACK_PDF_DICT_H
#define UNPACK_PDF_DICT_H

#include "unpack/slice.h"

#define PDF_READINGS 8		/* of one thing that is told more than once */
#define PDF_DICT_MAX (1 << 20)

enum pdf_key {
	PDF_FILTER, PDF_PARMS, PDF_LENGTH, PDF_FIRST, PDF_COUNT, PDF_PREDICTOR,
	PDF_COLUMNS, PDF_COLORS, PDF_BITS, PDF_EARLY, PDF_KEYS
};

struct pdf_dict {
	struct slice all;
	struct {
		struct slice at[PDF_READINGS];
		unsigned count;		/* may be more than are there */
	} values[PDF_KEYS];
	bool image, xref, file;		/* what it calls itself */
};

/* What begins with two brackets; takes it off. False: it is none. */
bool pdf_dict_read(struct slice *, struct pdf_dict *dict_out);

/* Nothing in it is written in a way that some read differently, and its filter
 * is none, or one that the engine undoes. (Where a blank is behind the length,
 * libclamav 1.4 takes the line ends behind the data for some of it.) */
bool pdf_dict_is_plain(const struct pdf_dict *);

#endif
