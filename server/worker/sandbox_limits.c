/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Depth 17 with two descriptors each, and some room: with too few libclamav
 * says clean (worker/strict.c sees it). */
#define DESCRIPTORS 256

/* What is mapped already: mostly signatures, shared with the keeper. */
static int
mapped_now(unsigned long long *bytes_out, struct err *err)
{
	AUTO_FILE FILE *file = fopen("/proc/self/statm", "re");
	unsigned long long pages;

	if (file == NULL)
		return err_sys(err, "/proc/self/statm");
	if (fscanf(file, "%llu", &pages) != 1)
		return err_set(err, "/proc/self/statm: no number");
	*bytes_out = pages * (unsigned long long)sysconf(_SC_PAGESIZE);
	return 0;
}

/* The kernel lets anybody lower a limit. valgrind does not: there the soft one
 * must do. */
static int
lower(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit limit = { most, most };

	if (setrlimit(what, &limit) == 0)
		return 0;
	if (errno != EPERM || getrlimit(what, &limit) == -1)
		return -1;
	limit.rlim_cur = most;
	return setrlimit(what, &limit);
}

int
sandbox_limits(const struct cage *cage, struct err *err)
{
	unsigned long long mapped = 0;

	if (mapped_now(&mapped, err) == -1)
		return -1;

	const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} limits[] = {
		{ RLIMIT_CORE, 0 },
		/* One more byte is SIGXFSZ: a death, not an unseen part. */
		{ RLIMIT_FSIZE, cage->scratch_max },
		{ RLIMIT_NOFILE, DESCRIPTORS },
		/* Wide: a failed allocation kills (worker/strict_alloc.c). */
		{ RLIMIT_AS, mapped + cage->memory_max },
		{ RLIMIT_MEMLOCK, 0 },
		{ RLIMIT_MSGQUEUE, 0 },
		{ RLIMIT_NPROC, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof limits / sizeof *limits; i++)
		if (lower(limits[i].what, limits[i].most) == -1)
			return err_sys(err, "setrlimit");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return err_sys(err, "PR_SET_DUMPABLE");
	return 0;
}
