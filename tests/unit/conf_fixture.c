/* SPDX-License-Identifier: GPL-2.0-only */
#include "conf_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct override real[REAL] = {
	{ "icap.program", "/bin/sh" }, { "icap.module", "/bin/sh" },
	{ "scan.program", "/bin/sh" }, { "page.templates", "/" },
};

struct settings settings;
char folder[64], path[96];

int
setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/glassgate-conf-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/F", folder);
	return 0;
}

int
teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

void
put_file(const void *bytes, size_t len)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

const char *
load(const char *text, const struct override *overrides, size_t count)
{
	static struct err err;

	if (text != NULL)
		put_file(text, strlen(text));
	if (conf_file_load(&settings, text == NULL ? NULL : path, overrides,
	    count, &err) == 0)
		return "";
	assert_null(strchr(err.text, '\n'));
	if (strncmp(err.text, folder, strlen(folder)) == 0)
		return err.text + strlen(folder) + 1;
	return err.text;
}
