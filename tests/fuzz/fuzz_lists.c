/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "policy/lists.h"

static struct lists lists, again;

/* What is taken is written as what reads back to the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = NULL;
	struct list_entry entry;
	struct err err;
	size_t len;
	FILE *out;

	list_entry_read(&entry, (const char *)data, size, &err);
	if (lists_read(&lists, (const char *)data, size, &err) == -1)
		return 0;
	out = open_memstream(&text, &len);
	if (out == NULL)
		return 0;
	lists_print(&lists, out);
	fclose(out);
	if (lists_read(&again, text, len, &err) == -1 ||
	    again.count != lists.count ||
	    memcmp(again.entry, lists.entry, lists.count *
	    sizeof lists.entry[0]) != 0)
		abort();
	return 0;
}
