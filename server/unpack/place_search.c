/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/place_search.h"

#include <string.h>

#include "unpack/place_filter.h"

/* Of the process: made by the keeper, used by each of its workers. */
static struct {
	bool made;
	struct place_filter filter;
} marks;

void
places_prepare(void)
{
	struct slice mark;
	size_t i;

	if (marks.made)
		return;
	for (i = 0; place_mark(i, &mark); i++)
		place_filter_add(&marks.filter, mark);
	marks.made = true;
}

struct place_search
places_in(struct slice body)
{
	places_prepare();
	return (struct place_search){ .body = body };
}

bool
place_next_before(struct place_search *s, size_t end, struct place *place_out)
{
	const struct slice body = slice_part(s->body, 0, end);
	size_t at;

	while ((at = place_filter_next(&marks.filter, body, s->from)) <
	    body.len) {
		s->from = at + 1;
		if (place_at(s->body, at, place_out))
			return true;
	}
	s->from = body.len;
	return false;
}

bool
place_next(struct place_search *s, struct place *place_out)
{
	return place_next_before(s, s->body.len, place_out);
}

bool
place_has_head(struct slice body, size_t at, size_t *end)
{
	const struct slice rest = slice_tail(body, at);
	const uint8_t *found;

	if (*end < at || *end == 0) {
		found = memmem(rest.at, rest.len, "\r\n\r\n", 4);
		*end = found != NULL ? (size_t)(found - body.at) : body.len;
	}
	return *end < body.len && *end - at <= PLACE_HEAD;
}
