/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/bug.h"

#include <stdlib.h>

#include "base/log.h"

_Noreturn void
bug(const char *file, int line, const char *what)
{
	log_error("bug", "where=%s:%d what=\"%s\"", file, line, what);
	abort();
}
