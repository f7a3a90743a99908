/* SPDX-License-Identifier: GPL-2.0-only */
#include "engine_fixture.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct engine_ops *const ops = &engine_clamav;
const struct engine_limits limits = {
	.scan_max = SCAN_MAX,
	.recursion = 17,
	.files = 50,
	.time_limit_ms = 60000,
};

char folder[64];

const char *
inside(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

void
remove_all(const char *path)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof command, "rm -rf '%s'", path);
	assert_int_equal(system(command), 0);
}

int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_engine.XXXXXX");
	if (mkdtemp(folder) == NULL || mkdir(inside("scratch"), 0700) == -1)
		return -1;
	return mkdir(inside("db"), 0700);
}

int
remove_folder(void **state)
{
	(void)state;
	remove_all(folder);
	return 0;
}

struct engine *
fresh(void)
{
	struct engine *engine = NULL;
	struct err err = { "" };

	if (ops->new(&engine, &limits, inside("scratch"), &err) == -1)
		fail_msg("%s", err.text);
	return engine;
}

struct engine *
ready(void)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct err err = { "" };

	if (ops->load_builtin(engine, &info, &err) == -1 ||
	    ops->prepare(engine, &err) == -1)
		fail_msg("%s", err.text);
	return engine;
}

void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}
