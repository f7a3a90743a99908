/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/base64.h"

/* Value and one; zero is no digit. */
static const uint8_t digits[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6,
	['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12,
	['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
	['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
	['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
	['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
	['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

static bool
is_upper(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool
is_space(uint8_t c)
{
	return is_blank(c) || is_line_end(c) || c == '\0';
}

/* Blanks between two words of a line; those that indent a line are layout. */
static bool
in_line(struct slice s, size_t at)
{
	return s.at[at] == ' ' && at > 0 && at + 1 < s.len &&
	    !is_space(s.at[at - 1]) && !is_space(s.at[at + 1]);
}

struct base64_look
base64_look(struct slice s)
{
	struct base64_look look = { .digits = 0 };
	bool padded = false;
	size_t at;
	uint8_t c;

	for (at = 0; at < s.len; at++) {
		c = s.at[at];
		if (digits[c] != 0 || c == '-' || c == '_') {
			look.digits++;
			look.upper += is_upper(c);
			look.url = look.url || digits[c] == 0;
			look.goes_on = look.goes_on || padded;
		} else if (is_space(c)) {
			look.blanks++;
			look.spaces += in_line(s, at);
		} else if (c == '=') {
			padded = true;
		} else {
			look.foreign++;
		}
	}
	return look;
}

unsigned
base64_readings(const struct base64_look *look, bool forms,
    unsigned readings_out[BASE64_READINGS_MAX])
{
	unsigned can = 0, reading, count = 0;

	can |= look->url ? BASE64_URL : 0;
	can |= forms && look->blanks > 0 ? BASE64_BLANK : 0;
	can |= look->goes_on ? BASE64_STOP | BASE64_RUN_ON : 0;
	for (reading = 0; reading < BASE64_ALL; reading++)
		if ((reading & can) == reading &&
		    (reading & (BASE64_STOP | BASE64_RUN_ON)) !=
		    (BASE64_STOP | BASE64_RUN_ON))
			readings_out[count++] = reading;
	return count;
}

static unsigned
digit(uint8_t c, unsigned reading)
{
	if (digits[c] != 0)
		return digits[c];
	if (c == ' ' && (reading & BASE64_BLANK))
		return digits['+'];
	if (c == '-' && (reading & BASE64_URL))
		return digits['+'];
	if (c == '_' && (reading & BASE64_URL))
		return digits['/'];
	return 0;
}

/* The last one or two bytes of a piece; a single digit is no byte. */
static size_t
finish(uint32_t bits, unsigned have, uint8_t *out)
{
	if (have < 2)
		return 0;
	bits <<= 6 * (4 - have);
	out[0] = (uint8_t)(bits >> 16);
	if (have == 2)
		return 1;
	out[1] = (uint8_t)(bits >> 8);
	return 2;
}

size_t
base64_decode(struct slice s, unsigned reading, uint8_t *out)
{
	unsigned have = 0, value;
	uint32_t bits = 0;
	size_t at, len = 0;

	for (at = 0; at < s.len; at++) {
		value = digit(s.at[at], reading);
		if (value != 0) {
			bits = bits << 6 | (value - 1);
			have++;
		} else if (s.at[at] == '=' && have > 1 &&
		    !(reading & BASE64_RUN_ON)) {
			len += finish(bits, have, out + len);
			have = 0;
			if (reading & BASE64_STOP)
				return len;
		}
		if (have == 4) {
			out[len++] = (uint8_t)(bits >> 16);
			out[len++] = (uint8_t)(bits >> 8);
			out[len++] = (uint8_t)bits;
			have = 0;
		}
	}
	return len + finish(bits, have, out + len);
}
