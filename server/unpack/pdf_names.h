/* SPDX-License-Identifier: GPL-2.0-only */
/* pdf_names - names that say that a PDF carries more than pages. Worker only;
 * pure functions. */
#ifndef UNPACK_PDF_NAMES_H
#define UNPACK_PDF_NAMES_H

#include "unpack/slice.h"

enum pdf_names {
	PDF_FILES = 1,		/* files that a reader gives out */
	PDF_CODE = 2,		/* scripts, forms of XML */
	PDF_SECRET = 4,		/* it is encrypted */
};

/* Goes behind the next of them. 0: there is none. */
unsigned pdf_names_next(struct slice *);

#endif
