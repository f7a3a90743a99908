/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/sandbox.h"

#include "cage/landlock.h"

int
sandbox_landlock(const struct cage *cage, struct err *err)
{
	const struct landlock_rule scratch = {
		.path = cage->scratch,
		.rights = FILES_READ | FILES_WRITE | FILES_MAKE |
		    FILES_REMOVE | FILES_CUT,
	};
	const struct landlock_cage files = {
		.rules = &scratch,
		.count = 1,
		.abi_max = (int)cage->info.landlock_abi,
	};

	return landlock_enter(&files, err);
}
