/* SPDX-License-Identifier: GPL-2.0-only */
/* Kept sets: one to start with, and another one for a main generation that
 * cannot load its own. */
#include "supervisor/sets.h"

static bool
has_failed(const struct sets *sets, uint32_t n)
{
	unsigned i;

	for (i = 0; i < sets->failed_count; i++)
		if (sets->failed[i] == n)
			return true;
	return false;
}

void
sets_failed(struct sets *sets, uint32_t n)
{
	if (sets->failed_count < STORE_SETS_MAX)
		sets->failed[sets->failed_count++] = n;
}

/* 0: there is none. */
static uint32_t
newest(const struct sets *sets)
{
	const struct store *store = &sets->house->store;
	uint32_t all[STORE_SETS_MAX];
	size_t i = store_list(store, all);

	/* No room to note one more: it would never end. */
	if (sets->failed_count == STORE_SETS_MAX)
		return 0;
	while (i-- > 0)
		if (!has_failed(sets, all[i]) &&
		    store_good(store, all[i]) != 0)
			return all[i];
	return 0;
}

uint32_t
sets_kept(const struct sets *sets)
{
	const struct store *store = &sets->house->store;
	uint32_t pinned = store_pinned(store), last = store_current(store);

	if (pinned != 0 && !has_failed(sets, pinned))
		return pinned;
	if (last != 0 && !has_failed(sets, last))
		return last;
	return newest(sets);
}

bool
sets_another(struct sets *sets)
{
	uint32_t n;

	if (sets->current == 0)
		return false;
	sets_failed(sets, sets->current);
	n = newest(sets);
	if (n == 0)
		return false;
	sets->current = sets->next = n;
	return true;
}

void
sets_none_failed(struct sets *sets)
{
	sets->failed_count = 0;
}
