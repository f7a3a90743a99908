/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf_filter.h"

#include "unpack/deflated.h"
#include "unpack/pdf_token.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define ZLIB_HEAD 2

static void
as_it_is(struct slice s, const struct pdf_parms *parms, struct pdf_out *out)
{
	size_t i;

	(void)parms;
	for (i = 0; i < s.len && !out->stopped; i++)
		pdf_out_byte(out, s.at[i]);
}

static const struct pdf_filter filters[] = {
	{ "FlateDecode", "Fl", pdf_flate, true },
	{ "LZWDecode", "LZW", pdf_lzw, true },
	{ "ASCIIHexDecode", "AHx", pdf_hex, false },
	{ "ASCII85Decode", "A85", pdf_85, false },
	{ "RunLengthDecode", "RL", pdf_runs, false },
	{ "Crypt", "Crypt", as_it_is, false },
};

const struct pdf_filter *
pdf_filter_of(struct slice name)
{
	size_t i;

	for (i = 0; i < COUNT(filters); i++)
		if (pdf_name_is(name, filters[i].name) ||
		    pdf_name_is(name, filters[i].short_name))
			return &filters[i];
	return NULL;
}

void
pdf_hex(struct slice s, const struct pdf_parms *parms, struct pdf_out *out)
{
	int high = -1, digit;
	size_t i;

	(void)parms;
	for (i = 0; i < s.len && s.at[i] != '>' && !out->stopped; i++) {
		digit = hex_value(s.at[i]);
		if (digit >= 0 && high >= 0) {
			pdf_out_byte(out, (uint8_t)(high << 4 | digit));
			high = -1;
		} else if (digit >= 0)
			high = digit;
	}
	if (high >= 0)
		pdf_out_byte(out, (uint8_t)(high << 4));
}

static void
put_85(uint32_t value, unsigned count, struct pdf_out *out)
{
	unsigned i;

	for (i = 0; i < count; i++)
		pdf_out_byte(out, (uint8_t)(value >> (24 - 8 * i)));
}

void
pdf_85(struct slice s, const struct pdf_parms *parms, struct pdf_out *out)
{
	uint32_t value = 0;
	unsigned digits = 0;
	size_t i = s.len > 1 && s.at[0] == '<' && s.at[1] == '~' ? 2 : 0;

	(void)parms;
	for (; i < s.len && s.at[i] != '~' && !out->stopped; i++) {
		if (s.at[i] == 'z' && digits == 0)
			put_85(0, 4, out);
		if (s.at[i] < '!' || s.at[i] > 'u')
			continue;
		value = value * 85 + (s.at[i] - '!');
		if (++digits == 5) {
			put_85(value, 4, out);
			digits = value = 0;
		}
	}
	if (digits < 2)
		return;
	for (i = digits; i < 5; i++)
		value = value * 85 + 84;
	put_85(value, digits - 1, out);
}

void
pdf_runs(struct slice s, const struct pdf_parms *parms, struct pdf_out *out)
{
	size_t i = 0, len;

	(void)parms;
	while (i < s.len && s.at[i] != 128 && !out->stopped) {
		len = s.at[i++];
		if (len < 128)
			for (len++; len > 0 && i < s.len; len--)
				pdf_out_byte(out, s.at[i++]);
		else if (i < s.len) {
			for (len = 257 - len; len > 0; len--)
				pdf_out_byte(out, s.at[i]);
			i++;
		}
	}
}

static bool
piece(void *ctx, const uint8_t *bytes, size_t len)
{
	struct pdf_out *out = ctx;

	(void)bytes;
	out->stopped = !out->sink->spend(out->sink->ctx, len);
	if (!out->stopped)
		out->pile.len += len;
	return !out->stopped;
}

/* Readers differ about a wrong header and checksum: neither is looked at. */
void
pdf_flate(struct slice s, const struct pdf_parms *parms, struct pdf_out *out)
{
	const struct deflated_to to = { out, &out->pile, piece };
	size_t used;

	(void)parms;
	if (s.len > ZLIB_HEAD)
		(void)deflated_read(slice_tail(s, ZLIB_HEAD), &to, &used);
}
