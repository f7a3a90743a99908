/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/proc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

pid_t
proc_parse_parent(const char *stat)
{
	const char *end = strrchr(stat, ')');
	int parent;

	if (end == NULL || sscanf(end, ") %*c %9d", &parent) != 1 ||
	    parent < 0)
		return 0;
	return parent;
}

int
proc_parse_own(const char *statm, uint64_t *pages_out)
{
	uint64_t resident, shared;

	/* sscanf() takes "-1" for a large number. */
	if (strpbrk(statm, "+-") != NULL ||
	    sscanf(statm, "%*u %18" SCNu64 " %18" SCNu64, &resident,
	    &shared) != 2)
		return -1;
	*pages_out = resident < shared ? 0 : resident - shared;
	return 0;
}
