/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "signatures/manifest.h"

static char folder[] = "/tmp/glassgate-fuzz.XXXXXX";
static char path[64];

static void
leave(void)
{
	unlink(path);
	rmdir(folder);
}

static int
put(const uint8_t *data, size_t size)
{
	FILE *file;

	if (path[0] == '\0') {
		if (mkdtemp(folder) == NULL)
			return -1;
		snprintf(path, sizeof path, "%s/manifest", folder);
		atexit(leave);
	}
	file = fopen(path, "w");
	if (file == NULL)
		return -1;
	fwrite(data, 1, size, file);
	return fclose(file);
}

/* The input is the manifest of a signature set. What was read is written and
 * read again as the same set. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest first, again;
	struct err err;

	if (put(data, size) != 0 || manifest_load(&first, folder, &err) == -1)
		return 0;
	if (manifest_save(&first, folder, &err) == -1)
		abort();
	if (manifest_load(&again, folder, &err) == -1)
		abort();
	if (!manifest_same(&first, &again))
		abort();
	manifest_free(&first);
	manifest_free(&again);
	return 0;
}
