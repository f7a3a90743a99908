/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/policy_counts.h"

#include <string.h>

static const struct counted {
	const char *name, *help;
} counted[POLICY_COUNTED] = {
	[POLICY_REQUESTS] = { "glassgate_policy_requests_total",
	    "Requests that were decided, by policy." },
	[POLICY_BLOCKED] = { "glassgate_policy_blocked_total",
	    "Of them, those that were blocked." },
	[POLICY_WATCHED] = { "glassgate_policy_watched_total",
	    "Of them, those that passed in watch mode alone." },
};

const char *
policy_counted_name(enum policy_counted which)
{
	return counted[which].name;
}

const char *
policy_counted_help(enum policy_counted which)
{
	return counted[which].help;
}

/* FNV-1a, never 0. Names are the administrator's: nobody seeks two with one. */
static uint64_t
key_of(const char *name)
{
	uint64_t key = 0xcbf29ce484222325ULL;

	for (; *name != '\0'; name++)
		key = (key ^ (unsigned char)*name) * 0x100000001b3ULL;
	return key != 0 ? key : 1;
}

static struct policy_count *
find(struct policy_counts *counts, uint64_t key)
{
	size_t i;

	for (i = 0; i < POLICY_COUNTS; i++)
		if (atomic_load_explicit(&counts->place[i].key,
		    memory_order_acquire) == key)
			return &counts->place[i];
	return NULL;
}

static int
is_named(uint64_t key, const char *const *names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (key_of(names[i]) == key)
			return 1;
	return 0;
}

static void
free_others(struct policy_counts *counts, const char *const *names,
    size_t count)
{
	size_t i;

	for (i = 0; i < POLICY_COUNTS; i++)
		if (!is_named(atomic_load(&counts->place[i].key), names,
		    count))
			atomic_store(&counts->place[i].key, 0);
}

static void
take_place(struct policy_count *place, const char *name)
{
	size_t i, len = strnlen(name, POLICY_COUNT_NAME - 1);

	for (i = 0; i < POLICY_COUNTED; i++) {
		atomic_store(&place->value[i], 0);
		atomic_store(&place->told[i], 0);
	}
	memset(place->name, 0, sizeof place->name);
	memcpy(place->name, name, len);
	atomic_store_explicit(&place->key, key_of(name),
	    memory_order_release);
}

void
policy_counts_name(struct policy_counts *counts, const char *const *names,
    size_t count)
{
	struct policy_count *place;
	size_t i;

	free_others(counts, names, count);
	for (i = 0; i < count; i++) {
		if (find(counts, key_of(names[i])) != NULL)
			continue;
		place = find(counts, 0);
		if (place != NULL)
			take_place(place, names[i]);
	}
}

void
policy_counts_add(struct policy_counts *counts, const char *name,
    enum policy_counted which)
{
	struct policy_count *place = find(counts, key_of(name));

	if (place != NULL)
		atomic_fetch_add_explicit(&place->value[which], 1,
		    memory_order_relaxed);
}

int
policy_counts_get(const struct policy_counts *counts, size_t n,
    char name[static POLICY_COUNT_NAME],
    uint64_t value[static POLICY_COUNTED])
{
	const struct policy_count *place = &counts->place[n];
	uint64_t key = atomic_load_explicit(&place->key,
	    memory_order_acquire);
	size_t i;

	memcpy(name, place->name, POLICY_COUNT_NAME);
	name[POLICY_COUNT_NAME - 1] = '\0';
	for (i = 0; i < POLICY_COUNTED; i++)
		value[i] = atomic_load(&place->value[i]);
	return key != 0 && key_of(name) == key &&
	    atomic_load(&place->key) == key ? 0 : -1;
}
