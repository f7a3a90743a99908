/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/merge.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Of several findings in one body the most severe is told. */
static const enum outcome severity[] = {
	OUTCOME_INFECTED, OUTCOME_SUSPICIOUS, OUTCOME_UNWANTED,
	OUTCOME_ENGINE_ERROR, OUTCOME_TIMEOUT, OUTCOME_TOO_DEEP,
	OUTCOME_TOO_BIG, OUTCOME_UNSUPPORTED, OUTCOME_DAMAGED,
	OUTCOME_ENCRYPTED, OUTCOME_MACRO, OUTCOME_CLEAN, OUTCOME_NONE,
};

static size_t
rank(enum outcome outcome)
{
	size_t i = 0;

	while (i < COUNT(severity) - 1 && severity[i] != outcome)
		i++;
	return i;
}

bool
outcome_is_finding(enum outcome outcome)
{
	return rank(outcome) <= rank(OUTCOME_UNWANTED);
}

bool
outcome_is_worst(enum outcome outcome)
{
	return rank(outcome) == 0;
}

void
verdict_note(struct verdict *best, enum outcome outcome, const char *name,
    const char *path)
{
	best->seen |= OUTCOME_BIT(outcome);
	if (rank(outcome) >= rank(best->outcome))
		return;
	best->outcome = outcome;
	verdict_set_name(best, name);
	verdict_set_path(best, path);
}

void
verdict_merge(struct verdict *best, const struct verdict *part,
    const char *inside)
{
	uint32_t seen = best->seen | part->seen;
	enum type_group bytes = best->bytes;
	size_t len;

	best->seen = seen;
	if (rank(part->outcome) >= rank(best->outcome))
		return;
	*best = *part;
	best->seen = seen;
	best->bytes = bytes;
	if (*inside == '\0' || part->outcome == OUTCOME_CLEAN)
		return;
	verdict_set_path(best, inside);
	len = strlen(best->path);
	/* Its path is printable already. */
	if (part->path[0] != '\0')
		snprintf(best->path + len, sizeof best->path - len, "/%s",
		    part->path);
}
