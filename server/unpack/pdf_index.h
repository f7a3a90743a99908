/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pdf_index - the numbered objects of a PDF, wherever they are. Worker only.
 * None of the tables of a PDF is asked: of all objects of a number each counts.
 */
#ifndef UNPACK_PDF_INDEX_H
#define UNPACK_PDF_INDEX_H

#include "unpack/pile.h"
#include "unpack/slice.h"

#define PDF_ANY UINT32_MAX	/* the number of one could not be read */
#define PDF_OBJECTS_MAX (1 << 20)
#define PDF_OBJECT_MAX 4096	/* bytes of one that are kept */

struct pdf_index {
	struct pile objects;
	bool sorted;
	bool full;		/* some are missing */
	bool cut;		/* one that was asked for is longer */
	unsigned reading;	/* which of several is asked for, from 0 on */
	unsigned readings;	/* the most that something has had */
};

void pdf_index_add(struct pdf_index *, uint32_t number, struct slice);

/* What is not a reference is itself. False: there is no such object. */
bool pdf_index_find(struct pdf_index *, struct slice value,
    struct slice *found_out);

/* The number that a value or the object that it refers to is. */
bool pdf_index_number(struct pdf_index *, struct slice value,
    uint32_t *number_out);

void pdf_index_free(struct pdf_index *);

#endif
