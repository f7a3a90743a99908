/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/environment.h"

#include <stddef.h>

/* UTC: a scanner must not read time zone files. The second one only makes room:
 * titles are written over arguments and environment. */
static const char *const keeper[] = {
	"TZ=UTC0",
	"TITLE=........................................................",
	NULL,
};

/* c-icap asks DNS for the name of a stranger whom it turns away: not for long,
 * a thread waits. */
static const char *const icap[] = {
	"TZ=UTC0", "RES_OPTIONS=timeout:1 attempts:1", NULL,
};

const char *const *
environment_of_keeper(void)
{
	return keeper;
}

const char *const *
environment_of_icap(void)
{
	return icap;
}
