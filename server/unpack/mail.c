/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/mail.h"

#include <string.h>

#define HEAD_MAX (64 << 10)	/* of the headers, what is looked at */
#define MBOX "From "
#define MMDF "\1\1\1\1"

/* "Name:" */
static bool
begins_header(struct slice s)
{
	size_t at = 0;

	while (at < s.len && s.at[at] > ' ' && s.at[at] < 127 &&
	    s.at[at] != ':')
		at++;
	return at > 0 && at < s.len && s.at[at] == ':';
}

/* Or the line that an mbox has before it. */
static bool
begins(struct slice s)
{
	return begins_header(s) || slice_starts(s, MBOX);
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

/* Where a line begins with the mark, at `from` or behind; s.len: nowhere. */
static size_t
next_start(struct slice s, size_t from, const char *mark)
{
	const size_t len = strlen(mark);

	if (from == 0 && s.len >= len && memcmp(s.at, mark, len) == 0)
		return 0;
	for (from = from > 0 ? from - 1 : 0;
	    (from = slice_find_pair(s, from, '\n', (uint8_t)*mark)) < s.len;
	    from++)
		if (s.len - from > len &&
		    memcmp(s.at + from + 1, mark, len) == 0)
			return from + 1;
	return s.len;
}

/* Behind its first line, the mark. */
static bool
is_mail(struct slice s)
{
	(void)slice_cut(&s, '\n');
	s = slice_part(s, 0, HEAD_MAX);
	return begins_header(s) && (names(s, 'T') || names(s, 't'));
}

static struct slice
upto(struct slice s, size_t from, size_t end)
{
	if (end < s.len)
		end--;		/* the line end before the mark */
	return slice_head(slice_tail(s, from), end - from);
}

/* From `at` on the next that is a mail up to where another may begin. */
static bool
find_mail(struct slice s, const char *mark, size_t *at, size_t *end_out)
{
	size_t from = next_start(s, *at, mark);

	while (from < s.len) {
		*end_out = next_start(s, from + 1, mark);
		if (is_mail(upto(s, from, *end_out)))
			break;
		from = *end_out;
	}
	*at = from;
	return from < s.len;
}

bool
mail_next(struct slice s, size_t *from, struct mail_place *place_out)
{
	const char *mark = slice_starts(s, MMDF) ? MMDF : MBOX;
	size_t end, last;

	if (!find_mail(s, mark, from, &end))
		return false;
	place_out->mail = upto(s, *from, end);
	(void)find_mail(s, mark, &end, &last);
	place_out->more = upto(s, *from, end);
	if (*s.at == *MMDF) {
		(void)slice_cut(&place_out->mail, '\n');
		place_out->more = place_out->mail;
	}
	*from = end;
	return true;
}

bool
mail_alone(struct slice s)
{
	struct mail_place place;
	size_t from = 0;

	return mail_likely(s) && (!mail_next(s, &from, &place) ||
	    place.mail.at != s.at);
}

bool
mails_likely(struct slice s)
{
	struct mail_place place;
	size_t from = 0;

	return mail_likely(s) || mail_next(s, &from, &place);
}
