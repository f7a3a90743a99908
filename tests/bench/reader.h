/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reader - takes the body of an answer as it comes, chunked or of a known
 * length, and compares it with what it should be.
 */
#ifndef BENCH_READER_H
#define BENCH_READER_H

#include <stdbool.h>
#include <stddef.h>

enum reader_state { READER_MORE, READER_DONE, READER_BAD };

struct reader {
	bool chunked, in_chunk, last;
	size_t left;		/* of the chunk, or of it all */
	const char *expected;
	size_t expected_len, seen;
	bool differs;		/* whole and the same only if not, and
				 * seen == expected_len */
};

void	reader_start(struct reader *, bool chunked, size_t length,
	    const char *expected, size_t expected_len);

/* used_out: how much it took; the rest is to be offered again with more. */
enum reader_state reader_feed(struct reader *, const char *data, size_t len,
	    size_t *used_out);

bool	reader_same(const struct reader *);

#endif
