/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/strict_real.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "worker/strict.h"

void
strict_find(void *slot, const char *name)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	if (symbol == NULL)
		abort();
	memcpy(slot, &symbol, sizeof symbol);
}

static bool
ran_out(int error)
{
	static const int all[] = {
		EMFILE, ENFILE, ENOMEM, ENOSPC, EDQUOT, EFBIG, EROFS, EIO,
	};
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] == error)
			return true;
	return false;
}

void
strict_watch(bool failed, bool makes, const char *call)
{
	int error = errno;

	if (failed && (makes || ran_out(error)))
		strict_note(call, error);
	errno = error;
}
