/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/utf8.h"

/* By the first byte: its mask and value, and the least code that needs so many
 * bytes. */
static const struct form {
	uint8_t mask, value;
	uint32_t least;
} forms[] = {
	{ 0x80, 0x00, 0x0 },
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

static const struct range {
	uint32_t first, last;
} unprintable[] = {
	{ 0x0, 0x1f }, { 0x7f, 0x9f },
	{ 0x200b, 0x200b }, { 0x200e, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f },
	{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xfffe, 0xffff },
};

static bool
is_valid(uint32_t code, uint32_t least)
{
	return code >= least && code <= 0x10ffff &&
	    (code < 0xd800 || code > 0xdfff);
}

size_t
utf8_next(const char *text, size_t len, uint32_t *code_out)
{
	uint8_t first = (uint8_t)*text;
	uint32_t code;
	size_t n, i;

	for (n = 0; n < sizeof forms / sizeof *forms; n++)
		if ((first & forms[n].mask) == forms[n].value)
			break;
	if (n == sizeof forms / sizeof *forms || n + 1 > len)
		return 0;
	code = first & (uint8_t)~forms[n].mask;
	for (i = 1; i <= n; i++) {
		uint8_t byte = (uint8_t)text[i];

		if ((byte & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (byte & 0x3fU);
	}
	if (!is_valid(code, forms[n].least))
		return 0;
	*code_out = code;
	return n + 1;
}

bool
utf8_printable(uint32_t code)
{
	size_t i;

	for (i = 0; i < sizeof unprintable / sizeof *unprintable; i++)
		if (code >= unprintable[i].first && code <= unprintable[i].last)
			return false;
	return true;
}
