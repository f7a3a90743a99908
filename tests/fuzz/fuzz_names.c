/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "policy/names.h"

/* URL, newline, Content-Disposition. More names never make it less odd. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *url = strndup((const char *)data, size);
	char *disposition = url == NULL ? NULL : strchr(url, '\n');
	struct names alone, both;

	if (url == NULL)
		return 0;
	if (disposition != NULL)
		*disposition++ = '\0';
	alone = names_look(url, NULL);
	both = names_look(url, disposition);
	if ((alone.odd & ~both.odd) != 0 || both.group >= GROUP_COUNT)
		abort();
	(void)name_oddities(both.odd);
	(void)type_group_declared((const char *)data, size);
	(void)type_is_events((const char *)data, size);
	return 0;
}
