/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/mail.h"

#include <string.h>

#define HEAD_MAX (64 << 10)	/* of the headers, what is looked at */
#define MBOX "From "

/* "Name:", or the line that an mbox has before it. */
static bool
begins(struct slice s)
{
	size_t at = 0;

	while (at < s.len && s.at[at] > ' ' && s.at[at] < 127 &&
	    s.at[at] != ':')
		at++;
	return (at > 0 && at < s.len && s.at[at] == ':') ||
	    slice_starts(s, MBOX);
}

/* Content-Type and Content-Transfer-Encoding are alike up to here, and this
 * pair is rare. */
static bool
names(struct slice s, uint8_t letter)
{
	static const char word[] = "content-t";
	const size_t pair = sizeof word - 3;
	size_t at = pair;

	while ((at = slice_find_pair(s, at, '-', letter)) < s.len) {
		if (slice_starts(slice_tail(s, at - pair), word))
			return true;
		at++;
	}
	return false;
}

bool
mail_likely(struct slice s)
{
	s = slice_part(s, 0, HEAD_MAX);
	return begins(s) && (names(s, 'T') || names(s, 't'));
}

struct slice
mail_first(struct slice s)
{
	static const char line[] = "\n" MBOX;
	const uint8_t *next = slice_starts(s, MBOX) ?
	    memmem(s.at, s.len, line, sizeof line - 1) : NULL;

	return next != NULL ? slice_head(s, (size_t)(next - s.at)) : s;
}
