/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/proc.h"
#include "fuzz.h"

/* The input is a line of /proc/<pid>/stat, and one of statm. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = malloc(size + 1);
	uint64_t pages;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (proc_parse_parent(text) < 0)
		abort();
	if (proc_parse_own(text, &pages) == 0 && pages >= UINT64_C(1) << 60)
		abort();
	return 0;
}
