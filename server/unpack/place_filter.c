/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/place_filter.h"

#include <string.h>

#include "unpack/wide.h"

#define GROUPS 8
#define NARROW 8		/* places that are looked at together */

/* In the order of this machine. */
static IN_EACH unsigned
pair(const uint8_t *at)
{
	uint16_t both;

	memcpy(&both, at, sizeof both);
	return both;
}

/* Where a short mark has no more byte, any will do. */
static void
add_any(uint8_t halves[16], uint8_t bit)
{
	unsigned i;

	for (i = 0; i < 16; i++)
		halves[i] |= bit;
}

static void
add_to(struct filter_halves *h, unsigned group, struct slice mark)
{
	const uint8_t bit = (uint8_t)(1 << group);
	size_t i;

	for (i = 0; i < FILTER_WIDTH; i++)
		if (i < mark.len) {
			h->low[i][mark.at[i] & 15] |= bit;
			h->high[i][mark.at[i] >> 4] |= bit;
		} else {
			add_any(h->low[i], bit);
			add_any(h->high[i], bit);
		}
}

/* How much fits it, as a measure: small letters are in most bodies. */
static uint64_t
size_of(const struct filter_halves *h, unsigned group)
{
	static const uint8_t weights[16] = {
		2, 1, 3, 3, 2, 2, 8, 8, 1, 1, 1, 1, 1, 1, 1, 1,
	};
	uint64_t size = 1;
	unsigned i, half;

	for (i = 0; i < FILTER_WIDTH; i++) {
		unsigned low = 0, high = 0;

		for (half = 0; half < 16; half++) {
			low += h->low[i][half] >> group & 1;
			high += (h->high[i][half] >> group & 1) *
			    weights[half];
		}
		size *= low * high;
	}
	return size;
}

/* The one that grows least. */
static unsigned
group_for(const struct filter_halves *h, struct slice mark)
{
	uint64_t least = UINT64_MAX, more;
	struct filter_halves larger;
	unsigned group, best = 0;

	for (group = 0; group < GROUPS; group++) {
		larger = *h;
		add_to(&larger, group, mark);
		more = size_of(&larger, group) - size_of(h, group);
		if (more < least) {
			least = more;
			best = group;
		}
	}
	return best;
}

void
place_filter_add(struct place_filter *f, struct slice mark)
{
	f->is_wide = WIDE_HERE;
	f->begins[pair(mark.at)] = 1;
	add_to(&f->halves, group_for(&f->halves, mark), mark);
}

#ifdef __x86_64__
/* For each of 32 places the groups of which this byte may be. */
WIDE static IN_EACH __m256i
groups_by(const struct filter_halves *h, const uint8_t *at, unsigned i)
{
	const __m256i low = _mm256_broadcastsi128_si256(
	    _mm_loadu_si128((const void *)h->low[i]));
	const __m256i high = _mm256_broadcastsi128_si256(
	    _mm_loadu_si128((const void *)h->high[i]));
	const __m256i half = _mm256_set1_epi8(15);
	const __m256i bytes = _mm256_loadu_si256((const void *)(at + i));

	return _mm256_and_si256(
	    _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)),
	    _mm256_shuffle_epi8(high, _mm256_and_si256(
	    _mm256_srli_epi16(bytes, 4), half)));
}

/* A bit for each of 32 places. */
WIDE static IN_EACH uint32_t
wide_places(const struct filter_halves *h, const uint8_t *at)
{
	const __m256i groups = _mm256_and_si256(groups_by(h, at, 0),
	    _mm256_and_si256(groups_by(h, at, 1), groups_by(h, at, 2)));

	return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(groups,
	    _mm256_setzero_si256()));
}
#else
static uint32_t
wide_places(const struct filter_halves *h, const uint8_t *at)
{
	uint32_t places = 0;
	unsigned i, j;
	uint8_t groups;

	for (i = 0; i < WIDE_BYTES; i++) {
		groups = UINT8_MAX;
		for (j = 0; j < FILTER_WIDTH; j++)
			groups &= h->low[j][at[i + j] & 15] &
			    h->high[j][at[i + j] >> 4];
		places |= (uint32_t)(groups != 0) << i;
	}
	return places;
}
#endif

/* To the next place, or so near to the end that less is left. */
WIDE static size_t
skip_wide(const struct place_filter *f, struct slice s, size_t from)
{
	uint32_t places;
	size_t at;

	for (; s.len - from >= WIDE_BYTES + FILTER_WIDTH - 1;
	    from += WIDE_BYTES) {
		places = wide_places(&f->halves, s.at + from);
		for (; places != 0; places &= places - 1) {
			at = from + (size_t)__builtin_ctz(places);
			if (f->begins[pair(s.at + at)] != 0)
				return at;
		}
	}
	return from;
}

static size_t
skip_narrow(const struct place_filter *f, struct slice s, size_t from)
{
	unsigned any, i;

	for (; s.len - from > NARROW; from += NARROW) {
		for (any = 0, i = 0; i < NARROW; i++)
			any |= f->begins[pair(s.at + from + i)];
		if (any != 0)
			break;
	}
	return from;
}

size_t
place_filter_next(const struct place_filter *f, struct slice s, size_t from)
{
	from = f->is_wide ? skip_wide(f, s, from) : skip_narrow(f, s, from);
	for (; from + 1 < s.len; from++)
		if (f->begins[pair(s.at + from)] != 0)
			return from;
	return s.len;
}
