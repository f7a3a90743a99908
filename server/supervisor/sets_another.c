/* SPDX-License-Identifier: GPL-2.0-only */
/* Another kept set, for a main generation that cannot load its own. */
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

/* Of a set that served; 0 of all others. */
static uint64_t
good_count(const struct store *store, uint32_t n)
{
	struct manifest m;
	struct err err;
	uint64_t count;

	if (store_manifest(store, n, &m, &err) == -1)
		return 0;
	count = m.good != 0 ? m.count : 0;
	manifest_free(&m);
	return count;
}

bool
sets_another(struct sets *sets)
{
	const struct store *store = &sets->house->store;
	uint32_t all[STORE_SETS_MAX];
	size_t i = store_list(store, all);

	if (sets->current == 0 || sets->failed_count == STORE_SETS_MAX)
		return false;
	sets->failed[sets->failed_count++] = sets->current;
	while (i-- > 0)
		if (!has_failed(sets, all[i]) &&
		    good_count(store, all[i]) != 0) {
			sets->current = sets->next = all[i];
			return true;
		}
	return false;
}

void
sets_none_failed(struct sets *sets)
{
	sets->failed_count = 0;
}

uint64_t
sets_count(const struct sets *sets)
{
	return good_count(&sets->house->store, sets->current);
}
