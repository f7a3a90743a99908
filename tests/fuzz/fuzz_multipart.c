/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "unpack/boundary.h"
#include "unpack/multipart.h"
#include "unpack/part_head.h"

static void
must_be_in(struct slice s, struct slice all)
{
	if (s.at < all.at || s.len > all.len ||
	    (size_t)(s.at - all.at) > all.len - s.len)
		abort();
}

/* Pieces come in order and do not overlap; a part that comes again ends where
 * it ended. */
static void
split(struct slice body, struct slice delimiter, bool loose)
{
	const uint8_t *from = body.at, *end = body.at;
	struct part_head head;
	struct multipart m;
	struct piece piece;

	multipart_start(&m, body, delimiter, loose);
	while (multipart_next(&m, &piece)) {
		must_be_in(piece.body, body);
		if (piece.kind == PIECE_PART) {
			must_be_in(piece.head, body);
			if (piece.head.at + piece.head.len != piece.body.at)
				abort();
		}
		if (piece.again && piece.body.at + piece.body.len != end)
			abort();
		if (piece.body.at < from)
			abort();
		if (!piece.again && piece.body.at < end)
			abort();
		end = piece.body.at + piece.body.len;
		part_head_read(&head, piece.head);
		if (strnlen(head.name, sizeof head.name) == sizeof head.name)
			abort();
		if (head.type.len > 0)
			must_be_in(head.type, piece.head);
	}
	if (multipart_end(&m) == MULTIPART_NONE && end != body.at)
		abort();
}

/* The first line is the Content-Type, the rest is the body. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice body = slice_on(data, size);
	struct slice type = slice_cut(&body, '\n');
	struct boundaries b;
	unsigned i;

	if (boundaries_find(&b, type, body, NULL) == -1)
		abort();
	for (i = 0; i < b.count; i++) {
		if (b.list[i].len < 3 || memcmp(b.list[i].at, "--", 2) != 0)
			abort();
		split(body, b.list[i], false);
		split(body, b.list[i], true);
	}
	boundaries_free(&b);
	return 0;
}
