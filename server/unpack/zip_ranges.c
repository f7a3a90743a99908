/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known to belong to members, directories and ends. */
#include "unpack/zip_parts.h"

#include <stdlib.h>
#include <string.h>

struct zip_range *
zip_ranges(const struct zip *z, size_t *count_out)
{
	*count_out = z->ranges.len / sizeof(struct zip_range);
	return (struct zip_range *)(void *)z->ranges.bytes;
}

void
zip_belongs(struct zip *z, size_t from, size_t to)
{
	const struct zip_range range = { from, to };
	uint8_t *at = pile_room(&z->ranges, sizeof range);

	if (at == NULL) {
		zip_note(z, OUTCOME_ENGINE_ERROR, "Container.Memory",
		    slice_text(""));
		z->ended = true;
		return;
	}
	memcpy(at, &range, sizeof range);
	z->ranges.len += sizeof range;
}

static int
by_start(const void *a, const void *b)
{
	const struct zip_range *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

/* For its first long list glibc's qsort() asks how much memory the machine has,
 * which nobody in a cage may (glibc 2.36). */
void
zip_prepare(void)
{
	struct zip_range many[256] = { { 1, 0 } };

	qsort(many, sizeof many / sizeof *many, sizeof *many, by_start);
}

bool
zip_has_twins(struct zip *z, size_t first)
{
	size_t count, i;
	struct zip_range *r = zip_ranges(z, &count);

	if (count - first < 2)
		return false;
	qsort(r + first, count - first, sizeof *r, by_start);
	for (i = first + 1; i < count; i++)
		if (r[i].from == r[i - 1].from)
			return true;
	return false;
}

void
zip_tidy(struct zip *z)
{
	size_t count, i, kept = 0;
	struct zip_range *r = zip_ranges(z, &count);

	if (count == 0)
		return;
	qsort(r, count, sizeof *r, by_start);
	for (i = 1; i < count; i++)
		if (r[i].from > r[kept].to)
			r[++kept] = r[i];
		else if (r[i].to > r[kept].to)
			r[kept].to = r[i].to;
	z->ranges.len = (kept + 1) * sizeof *r;
}

size_t
zip_past(const struct zip *z, size_t at)
{
	size_t low = 0, high, middle;
	const struct zip_range *r = zip_ranges(z, &high);

	while (low < high) {
		middle = low + (high - low) / 2;
		if (r[middle].to <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == z->ranges.len / sizeof *r || r[low].from > at)
		return at;
	return r[low].to;
}
