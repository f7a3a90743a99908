/* SPDX-License-Identifier: GPL-2.0-only */
#include "cache/poison.h"

#include <string.h>

/* One entry, copied: `deaths` has the epoch in its upper half. */
struct entry {
	uint64_t digest[4];
	uint64_t len, deaths;
	int64_t seen_ms;
	uint64_t check;
};

_Static_assert(sizeof(struct entry) == POISON_WORDS * sizeof(uint64_t),
    "an entry is its words");

/* FNV-1a: against torn copies, not against forgers. Nobody but c-icap's own
 * children writes here. */
static uint64_t
check_of(const struct entry *entry)
{
	uint64_t words[POISON_WORDS], check = 14695981039346656037ULL;
	size_t i;

	memcpy(words, entry, sizeof words);
	for (i = 0; i < POISON_WORDS - 1; i++) {
		check = (check ^ words[i]) * 1099511628211ULL;
		check ^= check >> 29;
	}
	return check;
}

static uint32_t
epoch_of(const struct poison_list *list)
{
	return atomic_load_explicit(&list->epoch, memory_order_relaxed);
}

/* Whole and of this epoch, or with no deaths. */
static struct entry
take(const struct poison_list *list, size_t i)
{
	uint64_t words[POISON_WORDS];
	struct entry entry;
	size_t w;

	for (w = 0; w < POISON_WORDS; w++)
		words[w] = atomic_load_explicit(&list->entry[i][w],
		    memory_order_relaxed);
	memcpy(&entry, words, sizeof entry);
	if (entry.check != check_of(&entry) ||
	    entry.deaths >> 32 != epoch_of(list))
		return (struct entry){ 0 };
	entry.deaths &= UINT32_MAX;
	return entry;
}

static void
put(struct poison_list *list, size_t i, struct entry entry)
{
	uint64_t words[POISON_WORDS];
	size_t w;

	entry.deaths |= (uint64_t)epoch_of(list) << 32;
	entry.check = check_of(&entry);
	memcpy(words, &entry, sizeof words);
	for (w = 0; w < POISON_WORDS; w++)
		atomic_store_explicit(&list->entry[i][w], words[w],
		    memory_order_relaxed);
}

static bool
is_same(const struct entry *entry, const struct poison_key *key)
{
	return entry->deaths > 0 && entry->len == key->len &&
	    memcmp(entry->digest, key->digest, sizeof key->digest) == 0;
}

/* Its place, or POISON_MAX. */
static size_t
find(const struct poison_list *list, const struct poison_key *key,
    struct entry *entry_out)
{
	size_t i;

	for (i = 0; i < POISON_MAX; i++) {
		*entry_out = take(list, i);
		if (is_same(entry_out, key))
			break;
	}
	return i;
}

/* An empty one first, then who killed once, then who was seen longest ago. */
static size_t
place_for_new(const struct poison_list *list)
{
	struct entry least = take(list, 0), entry;
	size_t place = 0, i;

	for (i = 1; i < POISON_MAX; i++) {
		entry = take(list, i);
		if (entry.deaths > least.deaths ||
		    (entry.deaths == least.deaths &&
		    entry.seen_ms >= least.seen_ms))
			continue;
		least = entry;
		place = i;
	}
	return place;
}

bool
poison_may_know(const struct poison_list *list, uint64_t len)
{
	struct entry entry;
	size_t i;

	if (atomic_load(&list->any) != epoch_of(list) + 1)
		return false;
	for (i = 0; i < POISON_MAX; i++) {
		entry = take(list, i);
		if (entry.deaths > 0 && entry.len == len)
			return true;
	}
	return false;
}

struct poison_key
poison_key(const uint8_t digest[static POISON_DIGEST], uint64_t len)
{
	struct poison_key key = { .len = len };

	memcpy(key.digest, digest, sizeof key.digest);
	return key;
}

unsigned
poison_deaths(const struct poison_list *list, const struct poison_key *key)
{
	struct entry entry;

	if (find(list, key, &entry) == POISON_MAX)
		return 0;
	return (unsigned)entry.deaths;
}

unsigned
poison_add(struct poison_list *list, const struct poison_key *key,
    int64_t now_ms)
{
	struct entry entry;
	size_t i = find(list, key, &entry);

	if (i == POISON_MAX) {
		i = place_for_new(list);
		entry = (struct entry){ .len = key->len };
		memcpy(entry.digest, key->digest, sizeof entry.digest);
	}
	if (entry.deaths < POISON_DEATHS)
		entry.deaths++;
	entry.seen_ms = now_ms;
	put(list, i, entry);
	atomic_store(&list->any, epoch_of(list) + 1);
	return (unsigned)entry.deaths;
}

void
poison_forgive(struct poison_list *list, const struct poison_key *key)
{
	struct entry entry;
	size_t i = find(list, key, &entry);

	if (i < POISON_MAX && entry.deaths < POISON_DEATHS)
		put(list, i, (struct entry){ 0 });
}

void
poison_next(struct poison_list *list)
{
	atomic_fetch_add_explicit(&list->epoch, 1, memory_order_relaxed);
}
