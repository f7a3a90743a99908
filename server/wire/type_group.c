/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/type_group.h"

#include <string.h>

static const char *const names[GROUP_COUNT] = {
#define X(id, name) [GROUP_##id] = name,
	TYPE_GROUPS(X)
#undef X
};

const char *
type_group_name(enum type_group group)
{
	return names[(unsigned)group < GROUP_COUNT ? group : GROUP_NONE];
}

int
type_group_parse(const char *word, enum type_group *group_out)
{
	unsigned i;

	for (i = GROUP_NONE + 1; i < GROUP_COUNT; i++)
		if (strcmp(word, names[i]) == 0) {
			*group_out = (enum type_group)i;
			return 0;
		}
	return -1;
}

enum type_group
type_group_worse(enum type_group a, enum type_group b)
{
	if (a == GROUP_NONE || (b != GROUP_NONE && b < a))
		return b;
	return a;
}
