/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf_parts.h"

#include <stdio.h>
#include <string.h>

#include "unpack/pdf_token.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define COST 1024		/* of a look at one, whatever comes out */

struct reading {
	struct pdf *pdf;
	const struct pdf_stream *stream;
	const struct pdf_dict *dict;
	bool is_file;		/* a reader gives it out */
	bool alone;		/* nobody reads it in another way */
	char name[PATH_MAX_LEN + 1];
};

static bool
note(const struct reading *r, enum outcome outcome, const char *cause)
{
	r->pdf->sink->note(r->pdf->sink->ctx, outcome, cause, r->name);
	return true;
}

static bool
visit(const struct reading *r, struct slice s)
{
	const struct sink *sink = r->pdf->sink;

	if (s.len == 0)
		return true;
	return (r->is_file && r->alone ? sink->visit : sink->visit_piece)(
	    sink->ctx, s.at, s.len, r->name);
}

/* Where a reader gives up on how it is packed, it may give it out as it is. */
static bool
visit_raw(const struct reading *r, struct slice data)
{
	const struct sink *sink = r->pdf->sink;

	if (!r->is_file || r->dict->values[PDF_FILTER].count == 0 ||
	    pdf_dict_is_plain(r->dict) || data.len == 0)
		return true;
	return sink->spend(sink->ctx, data.len) &&
	    sink->visit_piece(sink->ctx, data.at, data.len, r->name);
}

/* Of a picture that nobody gives out as a file no more than pixels come. */
static bool
read_data(const struct reading *r, struct slice data)
{
	const struct sink *sink = r->pdf->sink;
	struct slice out, left;

	if (!sink->spend(sink->ctx, COST + data.len) ||
	    !visit_raw(r, data) ||
	    !pdf_undo(r->pdf, r->dict, data, &out, &left))
		return false;
	if (left.len > 0 && r->is_file)
		note(r, OUTCOME_UNSUPPORTED, "Pdf.Filter");
	if (left.len > 0 && r->dict->image && !r->is_file)
		return true;
	return visit(r, out);
}

/* Without the end of a line in front of the word. */
static struct slice
data_to_word(const struct pdf *pdf, const struct pdf_stream *stream)
{
	struct slice s = slice_part(pdf->body, stream->data,
	    stream->end - stream->data);

	if (s.len > 0 && s.at[s.len - 1] == '\n')
		s.len--;
	if (s.len > 0 && s.at[s.len - 1] == '\r')
		s.len--;
	return s;
}

static bool
is_near(struct slice a, struct slice b)
{
	return a.len <= b.len + 2 && b.len <= a.len + 2;
}

static bool
read_one(struct reading *r)
{
	const struct slice data = data_to_word(r->pdf, r->stream);
	struct slice told;
	const bool is_told = pdf_data_told(r->pdf, r->stream, r->dict, &told);
	const bool same = is_told && is_near(told, data);

	r->alone = same && r->pdf->index.readings == 1;
	if (is_told && !read_data(r, told))
		return false;
	return same || read_data(r, data);
}

static bool
read_all(struct reading *r)
{
	struct pdf_index *index = &r->pdf->index;
	bool on = true;

	index->readings = 1;
	index->cut = false;
	for (index->reading = 0; on && index->reading < index->readings &&
	    index->reading < PDF_READINGS; index->reading++)
		on = read_one(r);
	if (index->readings > PDF_READINGS || index->cut)
		note(r, OUTCOME_SUSPICIOUS, "Pdf.Readings");
	return on;
}

/* Where the length that is told is another than the data has, the engine takes
 * what it has. */
static bool
is_plain(struct pdf *pdf, const struct pdf_stream *stream,
    const struct pdf_dict *dict)
{
	struct slice told;

	if (!stream->plain)
		return false;
	pdf->index.reading = 0;
	pdf->index.readings = 1;
	return pdf_data_told(pdf, stream, dict, &told) &&
	    pdf->index.readings == 1 && !pdf->index.full &&
	    stream->data + told.len <= stream->end &&
	    stream->data + told.len + 2 >= stream->end;
}

/* Not that of its tables. Of pages alone honest programs encrypt much that the
 * engine leaves out, too. */
static bool
is_sealed(const struct reading *r)
{
	return r->pdf->secret && !r->dict->xref;
}

bool
pdf_read_stream(struct pdf *pdf, struct pdf_stream *stream)
{
	struct slice s = slice_tail(pdf->body, stream->dict);
	struct pdf_dict dict;
	struct reading r = { .pdf = pdf, .stream = stream, .dict = &dict };
	char name[32];
	bool plain;

	if (!pdf_dict_read(&s, &dict))
		return true;
	r.is_file = dict.file || pdf_is_file(pdf, stream->number);
	plain = is_plain(pdf, stream, &dict);
	if (!r.is_file && (plain || dict.image || dict.xref))
		return true;
	snprintf(name, sizeof name, "object %u", stream->number);
	texts_path(r.name, sizeof r.name, pdf->path, name);
	if (!is_sealed(&r))
		return read_all(&r);
	return plain || !r.is_file ||
	    note(&r, OUTCOME_ENCRYPTED, "Pdf.Encrypted");
}
