/* SPDX-License-Identifier: GPL-2.0-only */
/* c-icap is no build of ours: it must load the sanitizer before our module. Its
 * own faults are not ours: leaks, the crash of a child by a chunk size; and
 * what GLASSGATE_ICAP_ASAN says besides (tests name a file of suppressions). */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "supervisor/environment.h"

#define OPTION_MAX 1024

/* "NAME=<what we were given>", so that a test may choose. */
static const char *
inherited(char *out, const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	snprintf(out, OPTION_MAX, "%s=%s", name,
	    value != NULL ? value : otherwise);
	return out;
}

const char *const *
environment_of_keeper(void)
{
	static char asan[OPTION_MAX], ubsan[OPTION_MAX];
	static const char *variables[] = { "TZ=UTC0", NULL, NULL, NULL };

	variables[1] = inherited(asan, "ASAN_OPTIONS", "");
	variables[2] = inherited(ubsan, "UBSAN_OPTIONS", "print_stacktrace=1");
	return variables;
}

const char *const *
environment_of_icap(void)
{
	static char asan[OPTION_MAX], ubsan[OPTION_MAX];
	static const char *variables[] = {
		"TZ=UTC0", "RES_OPTIONS=timeout:1 attempts:1",
		"LD_PRELOAD=" SANITIZER_PRELOAD, asan, ubsan, NULL,
	};
	const char *more = getenv("GLASSGATE_ICAP_ASAN");

	snprintf(asan, sizeof(asan), "ASAN_OPTIONS=detect_leaks=0:handle_segv=0"
	    ":%s", more != NULL ? more : "");
	inherited(ubsan, "UBSAN_OPTIONS", "print_stacktrace=1");
	return variables;
}
