/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Python takes what int() does: signs, underscores, "0o". Others take what
 * strtoul() does, whatever comes behind, and many take base 256.
 */
#include "unpack/tar_header.h"

#include <string.h>

#define MODE 100		/* where the fields stand */
#define UID 108
#define GID 116
#define SIZE 124
#define SIZE_LEN 12
#define TIME 136
#define CHECK 148
#define CHECK_LEN 8
#define MAGIC 257
#define SUM_MAX (TAR_BLOCK * 255)
#define SUM_MIN (CHECK_LEN * ' ')	/* of bytes without a sign */

static bool
is_octal(uint8_t byte)
{
	return byte >= '0' && byte <= '7';
}

static bool
is_padding(uint8_t byte)
{
	return byte == ' ' || byte == '\0';
}

static struct slice
without_padding(struct slice s)
{
	while (s.len > 0 && is_padding(*s.at))
		s = slice_tail(s, 1);
	return s;
}

static bool
is_plain(struct slice s)
{
	s = without_padding(s);
	while (s.len > 0 && is_octal(*s.at))
		s = slice_tail(s, 1);
	return without_padding(s).len == 0;
}

/* Of these bytes only: of a checksum libarchive takes no others. */
static bool
is_octal_or_padding(struct slice s)
{
	while (s.len > 0 && (is_octal(*s.at) || is_padding(*s.at)))
		s = slice_tail(s, 1);
	return s.len == 0;
}

/* With nothing but digits counted. */
static int64_t
all_digits(struct slice s)
{
	int64_t value = 0;

	for (; s.len > 0; s = slice_tail(s, 1))
		if (is_octal(*s.at))
			value = value * 8 + (*s.at - '0');
	return value;
}

static bool
skip(struct slice *s, const char *any_of)
{
	if (s->len == 0 || *s->at == '\0' || strchr(any_of, *s->at) == NULL)
		return false;
	*s = slice_tail(*s, 1);
	return true;
}

/* Up to what is no digit; the joints of Python are "_". */
static int64_t
first_digits(struct slice s, const char *joints)
{
	int64_t value = 0;
	bool minus;

	while (s.len > 0 && *s.at > '\0' && *s.at <= ' ')
		s = slice_tail(s, 1);
	minus = s.len > 0 && *s.at == '-';
	(void)skip(&s, "+-");
	if (s.len > 1 && *s.at == '0' && (s.at[1] | 0x20) == 'o')
		s = slice_tail(s, 2);
	for (; s.len > 0; s = slice_tail(s, 1)) {
		while (skip(&s, joints))
			;
		if (s.len == 0 || !is_octal(*s.at))
			break;
		value = value * 8 + (*s.at - '0');
	}
	return minus ? -value : value;
}

/* The first byte says so, and has the sign. */
static int64_t
wide(struct slice s)
{
	uint64_t value = (*s.at & 0x40) != 0 ? UINT64_MAX : 0;

	if ((*s.at & 0x80) == 0)
		return 0;
	while ((s = slice_tail(s, 1)).len > 0)
		value = value << 8 | *s.at;
	return (int64_t)value;
}

/* Old ones added up signed bytes. */
static bool
is_sum(struct slice header, int64_t value)
{
	int64_t sum = SUM_MIN, high = 0;
	size_t i;

	if (value == 0 || value > SUM_MAX || value < -SUM_MAX)
		return false;
	for (i = 0; i < TAR_BLOCK; i++)
		if (i < CHECK || i >= CHECK + CHECK_LEN) {
			sum += header.at[i];
			high += header.at[i] >> 7;
		}
	return value == sum || value == sum - high * 256;
}

static bool
is_of_number(uint8_t byte)
{
	return is_octal(byte) || (byte >= '\t' && byte <= '\r') ||
	    (byte >= 0x1c && byte <= ' ') || memchr("+-_oO", byte, 5) != NULL;
}

static bool
is_number(struct slice s)
{
	if (*s.at == 0x80 || *s.at == 0xff)
		return true;
	while (s.len > 0 && is_of_number(*s.at))
		s = slice_tail(s, 1);
	return s.len == 0 || *s.at == '\0';
}

static bool
has_numbers(struct slice header)
{
	static const struct { size_t at, len; } fields[] = {
		{ MODE, 8 }, { UID, 8 }, { GID, 8 }, { SIZE, SIZE_LEN },
		{ TIME, SIZE_LEN },
	};
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!is_number(slice_part(header, fields[i].at,
		    fields[i].len)))
			return false;
	return true;
}

/* In a file of LLVM a digit was the sum of signed bytes by chance: who adds up
 * such reads the other numbers, too. */
static bool
is_odd_sum(struct slice header, int64_t value)
{
	return is_sum(header, value) &&
	    (value >= SUM_MIN || has_numbers(header));
}

enum tar_sum
tar_sum(struct slice s)
{
	struct slice field;

	if (s.len < TAR_BLOCK)
		return TAR_SUM_WRONG;
	field = slice_head(slice_tail(s, CHECK), CHECK_LEN);
	if (is_octal_or_padding(field))
		return is_sum(s, all_digits(field)) ||
		    is_sum(s, first_digits(field, "")) ?
		    TAR_SUM_RIGHT : TAR_SUM_WRONG;
	return is_odd_sum(s, first_digits(field, "")) ||
	    is_odd_sum(s, first_digits(field, "_")) ||
	    is_sum(s, wide(field)) ?
	    TAR_SUM_ODD : TAR_SUM_WRONG;
}

bool
tar_has_magic(struct slice s)
{
	return s.len >= TAR_BLOCK && memcmp(s.at + MAGIC, "ustar", 5) == 0;
}

bool
tar_has_gnu_magic(struct slice s)
{
	return s.len >= TAR_BLOCK && memcmp(s.at + MAGIC, "ustar  ", 8) == 0;
}

uint64_t
tar_size(const uint8_t *header)
{
	const uint8_t *at = header + SIZE, *end = at + SIZE_LEN;
	const bool is_wide = (*at & 0x80) != 0;
	uint64_t value = 0;

	if (is_wide)
		value = *at++ & 0x7f;
	for (; at < end; at++)
		if (is_wide)
			value = value << 8 | *at;
		else if (is_octal(*at))
			value = value << 3 | (*at - '0');
		else if (*at != ' ')
			break;
	return value;
}

bool
tar_number_is_plain(const uint8_t *number)
{
	return *number == 0x80 || is_plain(slice_on(number, SIZE_LEN));
}

bool
tar_size_is_plain(const uint8_t *header)
{
	return tar_number_is_plain(header + SIZE);
}

bool
tar_next_record(struct slice *rest, struct slice *record_out)
{
	uint64_t len = 0;
	size_t i = 0;

	for (; i < rest->len && i < 19 && rest->at[i] >= '0' &&
	    rest->at[i] <= '9'; i++)
		len = len * 10 + (rest->at[i] - '0');
	if (i == 0 || i == rest->len || rest->at[i] != ' ' || len <= i + 1 ||
	    len > rest->len || rest->at[len - 1] != '\n')
		return false;
	*record_out = slice_tail(slice_head(*rest, (size_t)len - 1), i + 1);
	*rest = slice_tail(*rest, (size_t)len);
	return true;
}
