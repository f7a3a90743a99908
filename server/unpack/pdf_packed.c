/* SPDX-License-Identifier: GPL-2.0-only */
/* Objects that lie in a stream of objects: where they are is told in front of
 * the first of them. */
#include "unpack/pdf_parts.h"

#include <string.h>

#include "unpack/pdf_token.h"

#define KEPT_MAX (64 << 20)

struct pdf_packed {
	struct slice bytes;
	uint32_t first;
	struct pile own;	/* holds them, if the body does not */
};

static struct pdf_packed *
all_packed(const struct pdf *pdf, size_t *count_out)
{
	*count_out = pdf->packed.len / sizeof(struct pdf_packed);
	return (void *)pdf->packed.bytes;
}

static void
index_all(struct pdf *pdf, const struct pdf_packed *packed)
{
	struct slice head = slice_part(packed->bytes, 0, packed->first), word;
	uint32_t number, at;

	while (pdf_value(&head, &word) && pdf_number(word, &number) &&
	    pdf_value(&head, &word) && pdf_number(word, &at))
		pdf_index_add(&pdf->index, number, slice_part(packed->bytes,
		    (uint64_t)packed->first + at, PDF_OBJECT_MAX));
}

/* What does not lie in the body is copied: where it came out more will. */
static bool
own(struct pdf *pdf, struct pdf_packed *packed)
{
	const struct slice s = packed->bytes;
	uint8_t *to = s.len > KEPT_MAX - pdf->kept ? NULL :
	    pile_room(&packed->own, s.len);

	if (to == NULL)
		return false;
	memcpy(to, s.at, s.len);
	packed->bytes = slice_on(to, s.len);
	pdf->kept += s.len;
	return true;
}

/* Too much of it is not kept: then what it refers to is not known. */
static bool
keep(struct pdf *pdf, struct pdf_packed *packed)
{
	const uint8_t *at = packed->bytes.at;
	uint8_t *to;

	if ((at == pdf->out[0].pile.bytes || at == pdf->out[1].pile.bytes) &&
	    !own(pdf, packed))
		return false;
	to = pile_room(&pdf->packed, sizeof *packed);
	if (to == NULL) {
		pile_free(&packed->own);
		return false;
	}
	memcpy(to, packed, sizeof *packed);
	pdf->packed.len += sizeof *packed;
	return true;
}

static bool
open_reading(struct pdf *pdf, const struct pdf_stream *stream,
    const struct pdf_dict *dict)
{
	struct pdf_packed packed = { .first = 0 };
	struct slice first, left, data;

	if (!pdf_data_told(pdf, stream, dict, &data))
		data = slice_part(pdf->body, stream->data,
		    stream->end - stream->data);
	if (!pdf_undo(pdf, dict, data, &packed.bytes, &left))
		return false;
	if (pdf_told(pdf, dict, PDF_FIRST, &first))
		(void)pdf_number(first, &packed.first);
	if (packed.bytes.len > 0 && (left.len > 0 || !keep(pdf, &packed)))
		pdf->unsure = true;
	return true;
}

static bool
open_one(struct pdf *pdf, const struct pdf_stream *stream)
{
	struct slice s = slice_tail(pdf->body, stream->dict);
	struct pdf_index *index = &pdf->index;
	struct pdf_dict dict;

	if (!pdf_dict_read(&s, &dict))
		return true;
	index->readings = 1;
	for (index->reading = 0; index->reading < index->readings &&
	    index->reading < PDF_READINGS; index->reading++)
		if (!open_reading(pdf, stream, &dict))
			return false;
	return true;
}

/* All are opened before the first object of theirs is put into the index, which
 * is sorted anew then. */
bool
pdf_open_objects(struct pdf *pdf)
{
	size_t count, i;
	const struct pdf_stream *streams = pdf_streams(pdf, &count);
	const struct pdf_packed *packed;

	for (i = 0; !pdf->secret && i < count; i++)
		if (streams[i].is_packed_objects &&
		    !open_one(pdf, &streams[i]))
			return false;
	packed = all_packed(pdf, &count);
	for (i = 0; i < count; i++) {
		index_all(pdf, &packed[i]);
		if (!pdf_find_names(pdf, packed[i].bytes))
			return false;
	}
	return true;
}

void
pdf_forget_objects(struct pdf *pdf)
{
	size_t count, i;
	struct pdf_packed *packed = all_packed(pdf, &count);

	for (i = 0; i < count; i++)
		pile_free(&packed[i].own);
	pile_free(&pdf->packed);
}
