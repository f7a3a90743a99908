/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/outcome.h"

#include <string.h>

static const char *const names[OUTCOME_COUNT] = {
#define X(id, name) [OUTCOME_##id] = name,
	OUTCOMES(X)
#undef X
};

const char *
outcome_name(enum outcome outcome)
{
	if ((unsigned)outcome >= OUTCOME_COUNT)
		return names[OUTCOME_NONE];
	return names[outcome];
}

int
outcome_parse(const char *word, enum outcome *outcome_out)
{
	unsigned i;

	for (i = 0; i < OUTCOME_COUNT; i++)
		if (strcmp(word, names[i]) == 0) {
			*outcome_out = (enum outcome)i;
			return 0;
		}
	return -1;
}
