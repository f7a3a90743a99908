/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/strict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of the process, as malloc() itself is. */
static struct {
	bool begun, failed;
	char failure[128];
} self;

void
strict_begin(void)
{
	self.begun = true;
}

bool
strict_begun(void)
{
	return self.begun;
}

void
strict_reset(void)
{
	self.failed = false;
}

void
strict_note(const char *call, int error)
{
	if (!self.begun || self.failed)
		return;
	self.failed = true;
	snprintf(self.failure, sizeof self.failure, "%s: %s", call,
	    strerrordesc_np(error));
}

const char *
strict_failure(void)
{
	return self.failed ? self.failure : NULL;
}

/* Nothing here may allocate. */
void
strict_no_memory(size_t wanted)
{
	char line[96];
	int len = snprintf(line, sizeof line,
	    "glassgate-worker: no memory for %zu bytes\n", wanted);

	if (write(STDERR_FILENO, line, (size_t)len) == -1)
		_exit(1);
	abort();
}
