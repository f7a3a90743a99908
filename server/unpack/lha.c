/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/lha.h"

#include <string.h>

#define METHOD 2		/* "-lh5-" */
#define RESERVED 19
#define LEVEL 20
#define LEVEL_MAX 3

static bool
is_method(const uint8_t *m)
{
	return m[0] == '-' && m[4] == '-' && (memcmp(m + 1, "lh", 2) == 0 ||
	    memcmp(m + 1, "lz", 2) == 0 || memcmp(m + 1, "pm", 2) == 0);
}

/* Of level 0 it is what the file system says of the file. */
void
lha_check(struct slice s, const char *path, const struct sink *sink)
{
	if (s.len > LEVEL && is_method(s.at + METHOD) && s.at[LEVEL] > 0 &&
	    s.at[LEVEL] <= LEVEL_MAX && s.at[RESERVED] != ' ')
		sink->note(sink->ctx, OUTCOME_DAMAGED, "Container.Broken",
		    path);
}
