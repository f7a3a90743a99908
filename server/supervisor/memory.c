/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/memory.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

#define GROUPS "/sys/fs/cgroup"
#define SPARE (32ULL << 20)

/* "Name:   123 kB" of a file of /proc, in bytes. */
static int
find_line(const char *file, const char *name, uint64_t *bytes_out,
    struct err *err)
{
	AUTO_FILE FILE *f = fopen(file, "re");
	char line[256];
	uint64_t kb;

	if (f == NULL)
		return err_sys(err, file);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0 &&
		    sscanf(line + strlen(name), ": %" SCNu64, &kb) == 1) {
			*bytes_out = kb * 1024;
			return 0;
		}
	return err_set(err, "%s: has no %s", file, name);
}

int
memory_of(pid_t pid, uint64_t *bytes_out, struct err *err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	return find_line(path, "RssAnon", bytes_out, err);
}

/* -1: there is none, or it says "max". */
static int
read_number(const char *root, const char *group, const char *name,
    uint64_t *number_out)
{
	AUTO_FILE FILE *f = NULL;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s%s/%s", root, group, name) >=
	    (int)sizeof(path))
		return -1;
	f = fopen(path, "re");
	return f != NULL && fscanf(f, "%" SCNu64, number_out) == 1 ? 0 : -1;
}

/* "name 123" of memory.stat; -1: not there. */
static int
group_line(const char *root, const char *group, const char *name,
    uint64_t *number_out)
{
	AUTO_FILE FILE *f = NULL;
	char path[PATH_MAX], line[128];
	size_t len = strlen(name);

	if (snprintf(path, sizeof(path), "%s%s/memory.stat", root, group) >=
	    (int)sizeof(path))
		return -1;
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, len) == 0 && line[len] == ' ')
			return sscanf(line + len, " %" SCNu64, number_out) ==
			    1 ? 0 : -1;
	return -1;
}

static uint64_t
of_group(const char *root, const char *group)
{
	uint64_t most, now, cached;

	if (read_number(root, group, "memory.max", &most) == -1 ||
	    read_number(root, group, "memory.current", &now) == -1)
		return UINT64_MAX;
	/* Pages of files go when there is need of them. */
	if (group_line(root, group, "inactive_file", &cached) == 0)
		now = now > cached ? now - cached : 0;
	return most > now ? most - now : 0;
}

uint64_t
memory_of_groups(const char *root, const char *path)
{
	uint64_t least = UINT64_MAX, here;
	char group[PATH_MAX], *slash;

	snprintf(group, sizeof(group), "%s", path);
	for (;;) {
		here = of_group(root, group);
		if (here < least)
			least = here;
		slash = strrchr(group, '/');
		if (slash == NULL)
			return least;
		*slash = '\0';
	}
}

/* "0::/system.slice/glassgate.service" */
static void
own_group(char out[PATH_MAX])
{
	AUTO_FILE FILE *f = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX];

	*out = '\0';
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "0::", 3) == 0) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(out, PATH_MAX, "%s", line + 3);
		}
}

int
memory_free(uint64_t *bytes_out, struct err *err)
{
	char group[PATH_MAX];
	uint64_t groups;

	if (find_line("/proc/meminfo", "MemAvailable", bytes_out, err) == -1)
		return -1;
	own_group(group);
	groups = memory_of_groups(GROUPS, group);
	if (groups < *bytes_out)
		*bytes_out = groups;
	return 0;
}

uint64_t
memory_needed(uint64_t now, uint64_t whole)
{
	uint64_t engine = now > whole ? now : whole;

	return engine + engine / 4 + SPARE + (engine - now);
}
