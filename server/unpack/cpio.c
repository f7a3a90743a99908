/* SPDX-License-Identifier: GPL-2.0-only */
/* A mark of six bytes, then numbers of eight digits; the name; the content. */
#include "unpack/cpio.h"

#include <string.h>

#define HEADER 110
#define CONTENT_LEN 54
#define NAME_LEN 94
#define NAME_MAX_LEN 0x1fff	/* as busybox masks it; paths are shorter */

static bool
number(struct slice s, size_t at, uint64_t *value_out)
{
	const size_t end = at + 8;
	int digit;

	for (*value_out = 0; at < end; at++) {
		digit = hex_value(s.at[at]);
		if (digit < 0)
			return false;
		*value_out = *value_out << 4 | (unsigned)digit;
	}
	return true;
}

static bool
is_header(struct slice s, uint64_t *name_out, uint64_t *content_out)
{
	return s.len >= HEADER && memcmp(s.at, "07070", 5) == 0 &&
	    (s.at[5] == '1' || s.at[5] == '2') &&
	    number(s, NAME_LEN, name_out) &&
	    number(s, CONTENT_LEN, content_out);
}

static uint64_t
padded(uint64_t len)
{
	return (len + 3) & ~(uint64_t)3;
}

bool
cpio_check(struct slice s, const char *path, const struct sink *sink)
{
	uint64_t name, content, len;

	while (is_header(s, &name, &content)) {
		if (!sink->spend(sink->ctx, HEADER))
			return false;
		if (name > NAME_MAX_LEN) {
			sink->note(sink->ctx, OUTCOME_DAMAGED,
			    "Container.Broken", path);
			break;
		}
		len = padded(HEADER + name) + padded(content);
		s = slice_tail(s, len < s.len ? (size_t)len : s.len);
	}
	return true;
}
