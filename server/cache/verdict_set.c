/* SPDX-License-Identifier: GPL-2.0-only */
#include "cache/verdict_set.h"

#define HEAT_MOST 3
/* Each step lets one go, moves one into the long queue or cools one there. */
#define STEPS_MOST (SET_WAYS * (HEAT_MOST + 2))

_Static_assert(sizeof(struct verdict_set) == 4096, "a set is a page");

struct label {
	uint16_t tag, generation;
	uint32_t since;		/* on the clock of the set */
	uint8_t heat;
	bool is_long, is_used;
};

static uint32_t
gone_mark(uint64_t word)
{
	return (uint32_t)(word >> 32) | 1;
}

struct set_mark
set_mark(const uint64_t digest[static 4], uint32_t generation)
{
	return (struct set_mark){
		.tag = (uint16_t)digest[1],
		.generation = generation & ((1 << SET_GENERATION_BITS) - 1),
		.gone = gone_mark(digest[1]),
	};
}

static struct label
read_label(const struct verdict_set *set, unsigned way)
{
	uint64_t word = atomic_load_explicit(&set->label[way],
	    memory_order_relaxed);

	return (struct label){
		.tag = (uint16_t)word,
		.since = (uint32_t)(word >> 16),
		.heat = word >> 48 & HEAT_MOST,
		.is_long = word >> 50 & 1,
		.is_used = word >> 51 & 1,
		.generation = (uint16_t)(word >> 52),
	};
}

static void
write_label(struct verdict_set *set, unsigned way, const struct label *label)
{
	atomic_store_explicit(&set->label[way], label->tag |
	    (uint64_t)label->since << 16 | (uint64_t)label->heat << 48 |
	    (uint64_t)label->is_long << 50 | (uint64_t)label->is_used << 51 |
	    (uint64_t)label->generation << 52, memory_order_relaxed);
}

static uint32_t
tick(struct verdict_set *set)
{
	return atomic_fetch_add_explicit(&set->clock, 1, memory_order_relaxed);
}

unsigned
set_find(const struct verdict_set *set, unsigned from,
    const struct set_mark *mark)
{
	for (; from < SET_WAYS; from++) {
		struct label label = read_label(set, from);

		if (label.is_used && label.tag == mark->tag &&
		    label.generation == mark->generation)
			break;
	}
	return from;
}

void
set_asked(struct verdict_set *set, unsigned way)
{
	struct label label = read_label(set, way);

	if (label.heat == HEAT_MOST)
		return;
	label.heat++;
	write_label(set, way, &label);
}

/* Who came first of one queue, and how many there are in it. */
static unsigned
oldest(const struct verdict_set *set, bool is_long, unsigned *count_out)
{
	unsigned way, count = 0, found = SET_WAYS;
	uint32_t since = 0;

	for (way = 0; way < SET_WAYS; way++) {
		struct label label = read_label(set, way);

		if (label.is_long != is_long)
			continue;
		if (count++ > 0 && (int32_t)(label.since - since) >= 0)
			continue;
		found = way;
		since = label.since;
	}
	*count_out = count;
	return found;
}

/* Of the entry that stands there, its second word is digest[1]. */
static void
remember(struct verdict_set *set, unsigned way)
{
	uint32_t hand = atomic_fetch_add_explicit(&set->hand, 1,
	    memory_order_relaxed);
	uint64_t word = atomic_load_explicit(&set->entry[way][1],
	    memory_order_relaxed);

	atomic_store_explicit(&set->gone[hand % SET_WAYS],
	    gone_mark(word), memory_order_relaxed);
}

/* Was it here a while ago? Then it is no more. */
static bool
recall(struct verdict_set *set, const struct set_mark *mark)
{
	unsigned i;

	for (i = 0; i < SET_WAYS; i++)
		if (atomic_load_explicit(&set->gone[i],
		    memory_order_relaxed) == mark->gone) {
			atomic_store_explicit(&set->gone[i], 0,
			    memory_order_relaxed);
			return true;
		}
	return false;
}

/* One step of the queues. True: this one leaves. */
static bool
step(struct verdict_set *set, unsigned *way_out)
{
	unsigned shorts, longs;
	unsigned first = oldest(set, false, &shorts);
	unsigned way = oldest(set, true, &longs);
	bool is_short = shorts >= SET_SHORT || longs == 0;
	struct label label;

	if (is_short)
		way = first;
	if (way == SET_WAYS)		/* others changed all meanwhile */
		way = 0;
	label = read_label(set, way);
	*way_out = way;
	if (label.heat == 0) {
		if (is_short)
			remember(set, way);
		return true;
	}
	label.heat = is_short ? 0 : label.heat - 1;
	label.is_long = true;
	label.since = tick(set);
	write_label(set, way, &label);
	return false;
}

static unsigned
find_free(const struct verdict_set *set, const struct set_mark *mark)
{
	unsigned way;

	for (way = 0; way < SET_WAYS; way++) {
		struct label label = read_label(set, way);

		if (!label.is_used || label.generation != mark->generation)
			break;
	}
	return way;
}

enum set_place
set_place(struct verdict_set *set, const struct set_mark *mark,
    unsigned *way_out)
{
	unsigned steps;

	*way_out = find_free(set, mark);
	if (*way_out < SET_WAYS)
		return PLACE_FREE;
	for (steps = 0; steps < STEPS_MOST; steps++)
		if (step(set, way_out))
			break;
	return PLACE_TAKEN;
}

void
set_entered(struct verdict_set *set, const struct set_mark *mark, unsigned way)
{
	const struct label label = {
		.tag = mark->tag,
		.generation = mark->generation,
		.since = tick(set),
		.is_long = recall(set, mark),
		.is_used = true,
	};

	write_label(set, way, &label);
}
