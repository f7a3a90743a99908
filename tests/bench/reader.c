/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "bench/reader.h"

void
reader_start(struct reader *r, bool chunked, size_t length,
    const char *expected, size_t expected_len)
{
	memset(r, 0, sizeof(*r));
	r->chunked = chunked;
	r->left = chunked ? 0 : length;
	r->in_chunk = !chunked;
	r->expected = expected;
	r->expected_len = expected_len;
}

static void
compare(struct reader *r, const char *data, size_t len)
{
	if (len > r->expected_len - r->seen ||
	    memcmp(r->expected + r->seen, data, len) != 0)
		r->differs = true;
	if (!r->differs)
		r->seen += len;
}

/* A line and its end, or NULL: not yet. */
static const char *
line_end(const char *data, size_t len)
{
	const char *end = memchr(data, '\n', len);

	return end != NULL ? end + 1 : NULL;
}

/* "size\r\n", before it the end of the last chunk's line, behind the last one
 * an empty line. */
static enum reader_state
read_line(struct reader *r, const char *data, size_t len, size_t *used)
{
	const char *end = line_end(data, len);
	char *stop;

	if (end == NULL)
		return len > 256 ? READER_BAD : READER_MORE;
	*used = (size_t)(end - data);
	if (*used == 2)
		return r->last ? READER_DONE : READER_MORE;
	if (r->last)
		return READER_MORE;	/* a trailer */
	r->left = strtoul(data, &stop, 16);
	if (stop == data)
		return READER_BAD;
	r->last = r->left == 0;
	r->in_chunk = !r->last;
	return READER_MORE;
}

static void
read_data(struct reader *r, const char *data, size_t len, size_t *used)
{
	*used = len < r->left ? len : r->left;
	compare(r, data, *used);
	r->left -= *used;
	r->in_chunk = r->left > 0;
}

enum reader_state
reader_feed(struct reader *r, const char *data, size_t len, size_t *used_out)
{
	enum reader_state state = READER_MORE;
	size_t used;

	*used_out = 0;
	if (!r->chunked && r->left == 0)
		return READER_DONE;
	while (state == READER_MORE && *used_out < len) {
		used = 0;
		if (r->in_chunk)
			read_data(r, data + *used_out, len - *used_out, &used);
		else
			state = read_line(r, data + *used_out, len - *used_out,
			    &used);
		*used_out += used;
		if (!r->chunked && r->left == 0)
			state = READER_DONE;
		if (used == 0)
			break;
	}
	return state;
}

bool
reader_same(const struct reader *r)
{
	return !r->differs && r->seen == r->expected_len;
}
