/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows of which each byte was written as a difference: PNG's kinds, told in
 * front of each row, and TIFF's. */
#include "unpack/pdf_filter.h"

#include <stdlib.h>
#include <string.h>

#define TIFF 2
#define PNG 10
#define ROW_MAX (64U << 20)

struct rows {
	size_t len;			/* of one, without its kind */
	size_t pixel;			/* bytes, at least one */
	uint32_t colors, bits;
	uint8_t *above, *row;
};

bool
pdf_has_predictor(const struct pdf_parms *parms)
{
	return parms->predictor == TIFF || parms->predictor >= PNG;
}

static int
paeth(int left, int above, int corner)
{
	const int guess = left + above - corner;
	const int a = abs(guess - left), b = abs(guess - above);
	const int c = abs(guess - corner);

	if (a <= b && a <= c)
		return left;
	return b <= c ? above : corner;
}

static uint8_t
png_guess(const struct rows *r, uint8_t kind, size_t i)
{
	const int left = i >= r->pixel ? r->row[i - r->pixel] : 0;
	const int corner = i >= r->pixel ? r->above[i - r->pixel] : 0;
	const int above = r->above[i];
	const int guesses[] = { 0, left, above, (left + above) / 2,
		paeth(left, above, corner) };

	return kind < 5 ? (uint8_t)guesses[kind] : 0;
}

static void
png_row(struct rows *r, uint8_t kind)
{
	size_t i;

	for (i = 0; i < r->len; i++)
		r->row[i] = (uint8_t)(r->row[i] + png_guess(r, kind, i));
}

static unsigned
sample(const struct rows *r, size_t number)
{
	const size_t at = number * r->bits;

	if (r->bits == 16)
		return (unsigned)(r->row[at / 8] << 8 | r->row[at / 8 + 1]);
	return r->row[at / 8] >> (8 - r->bits - at % 8) &
	    ((1U << r->bits) - 1);
}

static void
set_sample(struct rows *r, size_t number, unsigned value)
{
	const size_t at = number * r->bits;
	const unsigned mask = (1U << r->bits) - 1;
	const unsigned shift = r->bits < 8 ?
	    (unsigned)(8 - r->bits - at % 8) : 0;

	value &= mask;
	if (r->bits == 16) {
		r->row[at / 8] = (uint8_t)(value >> 8);
		r->row[at / 8 + 1] = (uint8_t)value;
	} else
		r->row[at / 8] = (uint8_t)((r->row[at / 8] &
		    ~(mask << shift)) | value << shift);
}

static void
tiff_row(struct rows *r)
{
	const size_t samples = r->len * 8 / r->bits;
	size_t i;

	for (i = r->colors; i < samples; i++)
		set_sample(r, i, sample(r, i) + sample(r, i - r->colors));
}

/* The last row may be short: then zeros fill it up, as in qpdf. */
static struct slice
take_row(struct rows *r, struct slice s)
{
	const size_t len = s.len < r->len ? s.len : r->len;

	memset(r->row, 0, r->len);
	memcpy(r->row, s.at, len);
	return slice_tail(s, len);
}

static void
put_row(struct rows *r, struct pdf_out *out)
{
	uint8_t *above = r->above;
	size_t i;

	for (i = 0; i < r->len && !out->stopped; i++)
		pdf_out_byte(out, r->row[i]);
	r->above = r->row;
	r->row = above;
}

static bool
set_up(struct rows *r, const struct pdf_parms *parms)
{
	const uint64_t columns = parms->columns > 0 ? parms->columns : 1;
	uint64_t pixel, len;

	r->colors = parms->colors > 0 ? parms->colors : 1;
	r->bits = parms->bits > 0 ? parms->bits : 8;
	pixel = (uint64_t)r->colors * r->bits;
	if (r->bits > 16 || (r->bits & (r->bits - 1)) != 0 ||
	    pixel > ROW_MAX || columns > ROW_MAX)
		return false;
	len = (columns * pixel + 7) / 8;
	r->pixel = (size_t)(pixel + 7) / 8;
	r->len = (size_t)len;
	return len <= ROW_MAX;
}

static void
rows(struct rows *r, struct slice s, bool png, struct pdf_out *out)
{
	uint8_t kind;

	while (s.len > png && !out->stopped) {
		kind = png ? s.at[0] : 0;
		s = take_row(r, slice_tail(s, png));
		if (png)
			png_row(r, kind);
		else
			tiff_row(r);
		put_row(r, out);
	}
}

void
pdf_unpredict(struct slice s, const struct pdf_parms *parms,
    struct pdf_out *out)
{
	const struct sink *sink = out->sink;
	uint8_t *memory;
	struct rows r;

	if (!set_up(&r, parms)) {
		sink->note(sink->ctx, OUTCOME_UNSUPPORTED, "Pdf.Predictor", "");
		return;
	}
	out->stopped = !sink->spend(sink->ctx, 2 * r.len);
	memory = out->stopped ? NULL : calloc(2, r.len);
	if (memory == NULL && !out->stopped)
		sink->note(sink->ctx, OUTCOME_ENGINE_ERROR, "Container.Memory",
		    "");
	out->stopped = memory == NULL;
	r.above = memory;
	r.row = memory == NULL ? NULL : memory + r.len;
	rows(&r, s, parms->predictor >= PNG, out);
	free(memory);
}
