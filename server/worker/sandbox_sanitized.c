/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In place of sandbox_limits.c in sanitizer builds: the sanitizer maps
 * terabytes of address space, starts a helper and looks into its own process.
 */
#include "worker/sandbox.h"

#include <sys/resource.h>

int
sandbox_limits(const struct cage *cage, struct err *err)
{
	const struct rlimit none = { 0, 0 }, files = { 256, 256 };
	const struct rlimit size = { cage->scratch_max, cage->scratch_max };

	if (setrlimit(RLIMIT_CORE, &none) == -1 ||
	    setrlimit(RLIMIT_NOFILE, &files) == -1 ||
	    setrlimit(RLIMIT_FSIZE, &size) == -1)
		return err_sys(err, "setrlimit");
	return 0;
}
