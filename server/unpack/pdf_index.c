/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf_index.h"

#include <stdlib.h>

#include "unpack/pdf_token.h"

#define HOPS_MAX 8

struct object {
	uint32_t number;
	struct slice at;	/* and all behind it */
};

static size_t
count(const struct pdf_index *index)
{
	return index->objects.len / sizeof(struct object);
}

void
pdf_index_add(struct pdf_index *index, uint32_t number, struct slice s)
{
	const struct object object = { number, s };
	uint8_t *to = count(index) < PDF_OBJECTS_MAX ?
	    pile_room(&index->objects, sizeof object) : NULL;

	if (to == NULL) {
		index->full = true;
		return;
	}
	*(struct object *)(void *)to = object;
	index->objects.len += sizeof object;
	index->sorted = false;
}

/* Of equal ones the last one comes first: it is what most readers take. */
static int
by_number(const void *a, const void *b)
{
	const struct object *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->at.at < y->at.at) - (x->at.at > y->at.at);
}

static struct object *
objects(struct pdf_index *index)
{
	struct object *all = (void *)index->objects.bytes;

	if (!index->sorted && all != NULL)
		qsort(all, count(index), sizeof *all, by_number);
	index->sorted = true;
	return all;
}

/* Where those of the number begin. */
static size_t
first_of(const struct object *all, size_t len, uint32_t number)
{
	size_t low = 0, high = len, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (all[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
find(struct pdf_index *index, uint32_t number, struct slice *found_out)
{
	const struct object *all = objects(index);
	const size_t len = count(index), at = first_of(all, len, number);
	const size_t any = first_of(all, len, PDF_ANY);
	const size_t same = (number == PDF_ANY ? len :
	    first_of(all, len, number + 1)) - at;
	const size_t readings = same + (len - any);
	size_t reading;

	if (readings > index->readings)
		index->readings = (unsigned)readings;
	if (readings == 0)
		return false;
	reading = index->reading < readings ? index->reading : readings - 1;
	*found_out = reading < same ? all[at + reading].at :
	    all[any + reading - same].at;
	return true;
}

static bool
value_of(struct pdf_index *index, struct slice s, struct slice *value_out)
{
	const bool most = s.len == PDF_OBJECT_MAX;
	const bool has = pdf_value(&s, value_out);

	index->cut = index->cut || (most && s.len == 0);
	return has;
}

bool
pdf_index_find(struct pdf_index *index, struct slice value,
    struct slice *found_out)
{
	unsigned hops = 0;
	uint32_t number;
	struct slice s;

	while (s = value, pdf_reference(&s, &number)) {
		if (hops++ == HOPS_MAX || !find(index, number, &s) ||
		    !value_of(index, s, &value))
			return false;
	}
	*found_out = value;
	return true;
}

bool
pdf_index_number(struct pdf_index *index, struct slice value,
    uint32_t *number_out)
{
	return pdf_index_find(index, value, &value) &&
	    pdf_number(value, number_out);
}

void
pdf_index_free(struct pdf_index *index)
{
	pile_free(&index->objects);
}
