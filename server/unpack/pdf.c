/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf.h"

#include <string.h>

#include "unpack/pdf_parts.h"
#include "unpack/place_marks.h"
#include "wire/verdict.h"

#define MARK "%PDF-"
#define WITHIN 4096
#define TAIL 2048
#define TAIL_MARK "startxref"
#define OBJECT " obj"

static bool
has(struct slice s, const char *word)
{
	return s.len > 0 && memmem(s.at, s.len, word, strlen(word)) != NULL;
}

static bool
begins(struct slice s)
{
	return s.len > 5 && memcmp(s.at, MARK, sizeof MARK - 1) == 0;
}

/* The word behind a number, and a dictionary, as a text seldom has them. */
static bool
is_object(struct slice s)
{
	const uint8_t *at = s.len > 0 ?
	    memmem(s.at, s.len, OBJECT, sizeof OBJECT - 1) : NULL;
	const size_t from = at != NULL ? (size_t)(at - s.at) : 0;

	return from > 0 && s.at[from - 1] >= '0' && s.at[from - 1] <= '9' &&
	    has(slice_tail(s, from), "<<");
}

/* Some readers want no more than its end, or an object. */
bool
pdf_likely(struct slice s)
{
	if (s.len == 0 || place_of_pdf(s) < s.len)
		return false;
	return begins(s) || has(slice_part(s, 0, WITHIN), MARK) ||
	    is_object(slice_part(s, 0, WITHIN)) ||
	    has(slice_part(s, s.len > TAIL ? s.len - TAIL : 0, TAIL),
	    TAIL_MARK);
}

static bool
read_streams(struct pdf *pdf)
{
	size_t count, i;
	struct pdf_stream *streams = pdf_streams(pdf, &count);
	bool on = true;

	for (i = 0; on && i < count; i++)
		on = pdf_read_stream(pdf, &streams[i]);
	return on;
}

static bool
walk(struct pdf *pdf)
{
	return pdf_find_names(pdf, pdf->body) && pdf_find_objects(pdf) &&
	    pdf_open_objects(pdf) && pdf_find_files(pdf) &&
	    read_streams(pdf);
}

static void
forget(struct pdf *pdf)
{
	pdf_forget_objects(pdf);
	pile_free(&pdf->values);
	pile_free(&pdf->streams);
	pile_free(&pdf->files);
	pile_free(&pdf->out[0].pile);
	pile_free(&pdf->out[1].pile);
	pdf_index_free(&pdf->index);
}

bool
pdf_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct pdf pdf = {
		.body = s, .path = path, .sink = sink, .known = begins(s),
	};
	const bool on = walk(&pdf);

	if (pdf.index.full)
		sink->note(sink->ctx, OUTCOME_TOO_DEEP, "Limits.Files", path);
	forget(&pdf);
	return on;
}
