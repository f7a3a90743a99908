/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libclamav as its manual has it: no setting is changed but the sizes, without
 * which it would not look at a body of 100 MB, and the folder for its files.
 * From memory, which costs least: no server built on it can pay less.
 */
#include <clamav.h>
#include <stdio.h>

#include "bench/loop.h"

#define SIZE_MOST (400LL << 20)

static struct cl_engine *engine;

static cl_error_t
set_up(const char *signatures, const char *scratch)
{
	unsigned count = 0;
	cl_error_t code = cl_init(CL_INIT_DEFAULT);

	engine = code == CL_SUCCESS ? cl_engine_new() : NULL;
	if (engine == NULL)
		return CL_EMEM;
	cl_engine_set_num(engine, CL_ENGINE_MAX_SCANSIZE, SIZE_MOST);
	cl_engine_set_num(engine, CL_ENGINE_MAX_FILESIZE, SIZE_MOST);
	cl_engine_set_str(engine, CL_ENGINE_TMPDIR, scratch);
	code = cl_load(signatures, engine, &count, CL_DB_STDOPT);
	return code == CL_SUCCESS ? cl_engine_compile(engine) : code;
}

static int
load(const char *signatures, const char *scratch)
{
	cl_error_t code = set_up(signatures, scratch);

	if (code == CL_SUCCESS)
		return 0;
	fprintf(stderr, "loop: %s\n", cl_strerror(code));
	return -1;
}

static enum loop_says
scan(const void *body, size_t len)
{
	struct cl_scan_options options = { .parse = ~0U };
	unsigned long scanned = 0;
	const char *name = NULL;
	cl_fmap_t *map = cl_fmap_open_memory(body, len);
	cl_error_t code;

	if (map == NULL)
		return LOOP_ELSE;
	code = cl_scanmap_callback(map, "body", &name, &scanned, engine,
	    &options, NULL);
	cl_fmap_close(map);
	if (code == CL_CLEAN)
		return LOOP_CLEAN;
	return code == CL_VIRUS ? LOOP_INFECTED : LOOP_ELSE;
}

const struct loop_engine loop_libclamav = {
	.name = "libclamav",
	.load = load,
	.scan = scan,
};
