/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf_parts.h"

#include <string.h>

#include "unpack/pdf_filter.h"
#include "unpack/pdf_token.h"

#define CHAIN_MAX 32
#define BEHIND_MAX 4096		/* between the data and the word */

bool
pdf_told(struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key,
    struct slice *value_out)
{
	struct pdf_index *index = &pdf->index;
	const unsigned count = dict->values[key].count;
	unsigned reading = index->reading;

	if (count == 0)
		return false;
	if (count > index->readings)
		index->readings = count;
	if (reading >= count)
		reading = count - 1;
	if (reading >= PDF_READINGS)
		reading = PDF_READINGS - 1;
	return pdf_index_find(index, dict->values[key].at[reading], value_out);
}

static uint32_t
number_of(struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key)
{
	struct slice value;
	uint32_t number;

	return pdf_told(pdf, dict, key, &value) && pdf_number(value, &number) ?
	    number : 0;
}

bool
pdf_data_told(struct pdf *pdf, const struct pdf_stream *stream,
    const struct pdf_dict *dict, struct slice *data_out)
{
	const struct slice rest = slice_tail(pdf->body, stream->data);
	struct slice value;
	uint32_t len;
	size_t end;

	if (!pdf_told(pdf, dict, PDF_LENGTH, &value) ||
	    !pdf_number(value, &len) || len > rest.len)
		return false;
	end = len + pdf_skip(slice_part(rest, len, BEHIND_MAX), 0);
	*data_out = slice_head(rest, len);
	return slice_starts(slice_tail(rest, end), "endstream");
}

/* The one of that number, or the only one there is. */
static bool
take_item(struct pdf *pdf, struct slice value, size_t number,
    struct slice *item_out)
{
	size_t i = 0;

	if (value.len == 0 || value.at[0] != '[') {
		*item_out = value;
		return true;
	}
	value = slice_tail(value, 1);
	while (pdf_value(&value, item_out))
		if (i++ == number)
			return pdf_index_find(&pdf->index, *item_out,
			    item_out);
	return false;
}

static void
set_parms(struct pdf *pdf, const struct pdf_dict *dict,
    struct pdf_parms *parms_out)
{
	struct slice early;
	uint32_t number;

	*parms_out = (struct pdf_parms){
		.predictor = number_of(pdf, dict, PDF_PREDICTOR),
		.columns = number_of(pdf, dict, PDF_COLUMNS),
		.colors = number_of(pdf, dict, PDF_COLORS),
		.bits = number_of(pdf, dict, PDF_BITS),
		.late = pdf_told(pdf, dict, PDF_EARLY, &early) &&
		    pdf_number(early, &number) && number == 0,
	};
}

static struct pdf_parms
parms_of(struct pdf *pdf, const struct pdf_dict *dict, size_t number)
{
	struct pdf_parms parms = { .predictor = 0 };
	struct slice value;
	struct pdf_dict inner;

	if (pdf_told(pdf, dict, PDF_PARMS, &value) &&
	    take_item(pdf, value, number, &value) &&
	    pdf_dict_read(&value, &inner))
		set_parms(pdf, &inner, &parms);
	return parms;
}

static struct pdf_out *
empty(struct pdf *pdf, const uint8_t *not_this)
{
	struct pdf_out *out = &pdf->out[pdf->out[0].pile.bytes == not_this];

	out->pile.len = 0;
	out->filled = 0;
	out->stopped = false;
	out->sink = pdf->sink;
	return out;
}

static bool
undo_one(struct pdf *pdf, const struct pdf_filter *filter,
    const struct pdf_parms *parms, struct slice *bytes)
{
	struct pdf_out *out = empty(pdf, bytes->at);

	filter->run(*bytes, parms, out);
	if (!pdf_out_flush(out))
		return false;
	*bytes = pdf_out_bytes(out);
	if (!filter->predicts || !pdf_has_predictor(parms))
		return true;
	out = empty(pdf, bytes->at);
	pdf_unpredict(*bytes, parms, out);
	if (!pdf_out_flush(out))
		return false;
	*bytes = pdf_out_bytes(out);
	return true;
}

bool
pdf_undo(struct pdf *pdf, const struct pdf_dict *dict, struct slice data,
    struct slice *bytes_out, struct slice *left_out)
{
	const struct pdf_filter *filter;
	struct pdf_parms parms;
	struct slice names, name;
	size_t i;

	*bytes_out = data;
	*left_out = slice_text("");
	if (!pdf_told(pdf, dict, PDF_FILTER, &names))
		return true;
	for (i = 0; take_item(pdf, names, i, &name); i++) {
		filter = i < CHAIN_MAX ? pdf_filter_of(name) : NULL;
		if (filter == NULL && !slice_same(name, slice_text("null"))) {
			*left_out = name;
			return true;
		}
		parms = parms_of(pdf, dict, i);
		if (filter != NULL &&
		    !undo_one(pdf, filter, &parms, bytes_out))
			return false;
		if (names.at[0] != '[')
			break;
	}
	return true;
}
