/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/samples.h"

void
samples_add(struct samples *s, int64_t ns)
{
	int64_t *more;

	if (s->count == s->room) {
		s->room = s->room > 0 ? 2 * s->room : 4096;
		more = realloc(s->ns, s->room * sizeof(*more));
		if (more == NULL)
			abort();
		s->ns = more;
	}
	s->ns[s->count++] = ns;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t
samples_percentile(struct samples *s, double percent)
{
	size_t rank;

	if (s->count == 0)
		return 0;
	qsort(s->ns, s->count, sizeof(*s->ns), by_size);
	rank = (size_t)ceil(percent / 100 * (double)s->count);
	if (rank > 0)
		rank--;
	return s->ns[rank < s->count ? rank : s->count - 1];
}

void
samples_free(struct samples *s)
{
	free(s->ns);
	memset(s, 0, sizeof(*s));
}
