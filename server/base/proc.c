/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/proc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

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

pid_t
proc_parent(pid_t pid)
{
	AUTO_FILE FILE *file = NULL;
	char path[64], line[512];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL || fgets(line, sizeof(line), file) == NULL)
		return 0;
	return proc_parse_parent(line);
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
