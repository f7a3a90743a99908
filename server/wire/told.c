/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/told.h"

#include <string.h>

static void
put_told_text(struct writer *w, const struct told_text *text)
{
	if (text->len > TOLD_TEXT_MAX)
		w->bad = true;
	put_u16(w, text->len);
	put_bytes(w, text->at, text->len);
}

void
told_put(struct writer *w, const struct told *told)
{
	put_u8(w, (uint8_t)told->flags);
	put_u64(w, told->limits.scan_max);
	put_u32(w, told->limits.recursion);
	put_u32(w, told->limits.files);
	put_told_text(w, &told->encodings);
	put_told_text(w, &told->type);
}

static bool
has_line_end(const struct told_text *text)
{
	return memchr(text->at, '\0', text->len) != NULL ||
	    memchr(text->at, '\r', text->len) != NULL ||
	    memchr(text->at, '\n', text->len) != NULL;
}

static int
get_told_text(struct told_text *text, struct reader *r, struct err *err)
{
	text->len = get_u16(r);
	text->at = (const char *)get_bytes(r, text->len);
	if (text->at == NULL)
		return err_set(err, "message ends in a header's value");
	if (text->len > TOLD_TEXT_MAX || has_line_end(text))
		return err_set(err, "a header's value that is none");
	return 0;
}

static bool
is_between(uint64_t value, uint64_t least, uint64_t most)
{
	return value == 0 || (value >= least && value <= most);
}

static int
get_limits(struct told_limits *limits, struct reader *r, struct err *err)
{
	limits->scan_max = get_u64(r);
	limits->recursion = get_u32(r);
	limits->files = get_u32(r);
	if (is_between(limits->scan_max, SCAN_MAX_LEAST, SCAN_MAX_MOST) &&
	    is_between(limits->recursion, RECURSION_LEAST, RECURSION_MOST) &&
	    is_between(limits->files, FILES_LEAST, FILES_MOST))
		return 0;
	return err_set(err, "limits that none can be");
}

int
told_get(struct told *told_out, struct reader *r, struct err *err)
{
	struct told told = { .flags = get_u8(r) };

	if ((told.flags & ~(unsigned)TOLD_FLAGS) != 0)
		return err_set(err, "unknown flags %u", told.flags);
	if (get_limits(&told.limits, r, err) == -1)
		return -1;
	if (get_told_text(&told.encodings, r, err) == -1 ||
	    get_told_text(&told.type, r, err) == -1)
		return -1;
	*told_out = told;
	return 0;
}
