/* SPDX-License-Identifier: GPL-2.0-only */
/* What a keeper counts, in the counters of all. */
#include <stddef.h>
#include <string.h>

#include "supervisor/keeper_child.h"

#define STAT(member) offsetof(struct keeper_stats, member)

/* What STATS counts since the keeper's start, and we since ours. */
static const struct counted {
	size_t offset;
	enum metric metric;
} counted[] = {
	{ STAT(deaths[DEATH_SIGNAL]), METRIC_DEATHS_SIGNAL },
	{ STAT(deaths[DEATH_EXIT]), METRIC_DEATHS_EXIT },
	{ STAT(deaths[DEATH_DEADLINE]), METRIC_DEATHS_DEADLINE },
	{ STAT(deaths[DEATH_ABANDONED]), METRIC_DEATHS_ABANDONED },
	{ STAT(deaths[DEATH_PROTOCOL]), METRIC_DEATHS_PROTOCOL },
	{ STAT(deaths[DEATH_MEMORY]), METRIC_DEATHS_MEMORY },
	{ STAT(bad_messages), METRIC_BAD_MESSAGES },
	{ STAT(replaced[REPLACED_BODIES]), METRIC_REPLACED_BODIES },
	{ STAT(replaced[REPLACED_AGE]), METRIC_REPLACED_AGE },
	{ STAT(replaced[REPLACED_BREACH]), METRIC_REPLACED_BREACH },
	{ STAT(fork_waits), METRIC_FORK_WAITS },
};

static uint32_t
counter_of(const struct keeper_stats *stats, const struct counted *row)
{
	uint32_t value;

	memcpy(&value, (const char *)stats + row->offset, sizeof(value));
	return value;
}

int
keeper_child_count(struct keeper_child *keeper,
    const struct keeper_stats *stats, struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(counted) / sizeof(*counted); i++) {
		uint32_t before = counter_of(&keeper->stats, &counted[i]);
		uint32_t now = counter_of(stats, &counted[i]);

		if (now < before)
			return err_set(err, "%s goes back",
			    metric_name(counted[i].metric));
		metrics_add(&keeper->house->segment->metrics,
		    counted[i].metric, now - before);
	}
	keeper->stats = *stats;
	return 0;
}
