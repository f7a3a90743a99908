/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf_parts.h"

#include <stdlib.h>
#include <string.h>

#include "unpack/pdf_names.h"
#include "unpack/pdf_token.h"

#define VALUE_MAX 65536
#define COST 1024		/* of what it refers to */

static size_t
count(const struct pdf *pdf)
{
	return pdf->files.len / sizeof(uint32_t);
}

static void
add(struct pdf *pdf, struct pile *to, const void *it, size_t len)
{
	uint8_t *at = to->len / len < PDF_OBJECTS_MAX ? pile_room(to, len) :
	    NULL;

	if (at == NULL) {
		pdf->index.full = true;
		return;
	}
	memcpy(at, it, len);
	to->len += len;
}

/* All that it refers to, in whatever it lies. */
static void
add_all(struct pdf *pdf, struct slice s)
{
	uint32_t number;
	size_t at;

	while (s.len > 0) {
		if (pdf_reference(&s, &number)) {
			add(pdf, &pdf->files, &number, sizeof number);
			continue;
		}
		at = pdf_skip(s, 0);
		if (at < s.len)
			at = pdf_is_delimiter(s.at[at]) ? at + 1 :
			    pdf_word_end(s, at);
		s = slice_tail(s, at);
	}
}

/* What is meant may lie two objects away: a dictionary or list of its own. */
static void
follow(struct pdf *pdf, struct slice value)
{
	struct pdf_index *index = &pdf->index;
	struct slice found;

	add_all(pdf, value);
	index->readings = 1;
	for (index->reading = 0; index->reading < index->readings &&
	    index->reading < PDF_READINGS; index->reading++)
		if (pdf_index_find(index, value, &found) &&
		    !slice_same(found, value))
			add_all(pdf, found);
}

bool
pdf_find_names(struct pdf *pdf, struct slice s)
{
	const struct sink *sink = pdf->sink;
	struct slice rest, value;
	unsigned means;

	while ((means = pdf_names_next(&s)) != 0) {
		pdf->secret = pdf->secret || means == PDF_SECRET;
		rest = slice_part(s, 0, VALUE_MAX);
		if (means == PDF_SECRET || !pdf_value(&rest, &value))
			continue;
		pdf->unsure = pdf->unsure || value.len == VALUE_MAX;
		if (!sink->spend(sink->ctx, value.len))
			return false;
		add(pdf, &pdf->values, &value, sizeof value);
	}
	return true;
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

bool
pdf_find_files(struct pdf *pdf)
{
	const struct sink *sink = pdf->sink;
	const struct slice *values = (void *)pdf->values.bytes;
	size_t i;

	pdf->index.cut = false;
	for (i = 0; i < pdf->values.len / sizeof *values; i++) {
		if (!sink->spend(sink->ctx, values[i].len + COST))
			return false;
		follow(pdf, values[i]);
	}
	pdf->unsure = pdf->unsure || pdf->index.cut;
	if (count(pdf) > 0)
		qsort(pdf->files.bytes, count(pdf), sizeof(uint32_t),
		    by_number);
	return true;
}

bool
pdf_is_file(const struct pdf *pdf, uint32_t number)
{
	if (pdf->unsure || count(pdf) == 0)
		return pdf->unsure;
	return number == PDF_ANY ||
	    bsearch(&number, pdf->files.bytes, count(pdf), sizeof number,
	    by_number) != NULL;
}
