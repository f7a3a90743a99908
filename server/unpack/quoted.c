/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/quoted.h"

static int
escaped(struct slice s, size_t at)
{
	int high, low;

	if (s.len - at < 3)
		return -1;
	high = hex_value(s.at[at + 1]);
	low = hex_value(s.at[at + 2]);
	return high == -1 || low == -1 ? -1 : high << 4 | low;
}

/* Length of "=", blanks and a line end (or the end of all); 0: none. */
static size_t
soft_break(struct slice s, size_t at)
{
	size_t end = at + 1;

	while (end < s.len && is_blank(s.at[end]))
		end++;
	if (end == s.len)
		return end - at;
	if (s.at[end] == '\n')
		return end + 1 - at;
	if (s.at[end] != '\r')
		return 0;
	return end + 1 + (end + 1 < s.len && s.at[end + 1] == '\n') - at;
}

size_t
quoted_decode(struct slice s, uint8_t *out)
{
	size_t at, len = 0, soft;
	int byte;

	for (at = 0; at < s.len; at++) {
		if (s.at[at] != '=') {
			out[len++] = s.at[at];
			continue;
		}
		byte = escaped(s, at);
		soft = byte == -1 ? soft_break(s, at) : 0;
		if (byte != -1) {
			out[len++] = (uint8_t)byte;
			at += 2;
		} else if (soft > 0) {
			at += soft - 1;
		} else {
			out[len++] = '=';
		}
	}
	return len;
}
