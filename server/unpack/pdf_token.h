/* SPDX-License-Identifier: GPL-2.0-only */
/* pdf_token - the smallest parts of a PDF: blanks, names, values. Worker only;
 * pure functions, each linear in the bytes that it goes over. */
#ifndef UNPACK_PDF_TOKEN_H
#define UNPACK_PDF_TOKEN_H

#include "unpack/slice.h"

bool pdf_is_space(uint8_t);
bool pdf_is_delimiter(uint8_t);

/* To the next byte that is neither blank nor in a remark; s.len: none. */
size_t pdf_skip(struct slice, size_t at);

/* Behind the word, name or number at that byte. */
size_t pdf_word_end(struct slice, size_t at);

/* Takes the next value off, with all that is in it, or a whole reference.
 * False: there is none before the end of what it would be in. */
bool pdf_value(struct slice *, struct slice *value_out);

/* A name with its slash; either may have bytes as #xx. */
bool pdf_name_is(struct slice name, const char *word);

/* Takes two numbers and an R off. */
bool pdf_reference(struct slice *, uint32_t *number_out);

/* All of it digits, with a sign perhaps. False: it is none, or too large. */
bool pdf_number(struct slice, uint32_t *number_out);

#endif
