/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/clamav.h"

#include <link.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* libclamav's own largest: it refuses files of 2 GiB - 2 and more. */
#define FILE_LIMIT (2147483647ULL - 2)

#define HEAP_PAD (64 << 20)
#define HEAP_KEPT (256 << 20)

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static int
library_once(struct err *err)
{
	static bool done;
	cl_error_t code;

	if (done)
		return 0;
	complaints_install();
	code = cl_init(CL_INIT_DEFAULT);
	if (code != CL_SUCCESS)
		return err_set(err, "libclamav: %s", cl_strerror(code));
	done = true;
	return 0;
}

static int
is_unrar(struct dl_phdr_info *info, size_t size, void *found)
{
	(void)size;
	if (strstr(info->dlpi_name, "libclamunrar_iface") != NULL)
		*(bool *)found = true;
	return 0;
}

struct number {
	enum cl_engine_field field;
	uint64_t value;
};

static int
set_each(struct engine *engine, const struct number *numbers, size_t count,
    struct err *err)
{
	cl_error_t code;
	size_t i;

	for (i = 0; i < count; i++) {
		code = cl_engine_set_num(engine->cl, numbers[i].field,
		    (long long)numbers[i].value);
		if (code != CL_SUCCESS)
			return err_set(err, "libclamav: setting %d: %s",
			    (int)numbers[i].field, cl_strerror(code));
	}
	return 0;
}

/*
 * MAX_SCANSIZE is no more than MAX_FILESIZE: else a zip member over the file
 * limit is cut and passed without a note (unzip.c:unz, measured). The other
 * sizes turn a step off without a note, so none is below the file limit. The
 * cache is off: it would hide layers from the witness, and a verdict cache of
 * our own sits in front.
 */
static int
set_numbers(struct engine *engine, const struct engine_limits *limits,
    struct err *err)
{
	const struct number numbers[] = {
		{ CL_ENGINE_MAX_FILESIZE, engine->file_max },
		{ CL_ENGINE_MAX_SCANSIZE, engine->file_max },
		{ CL_ENGINE_MAX_EMBEDDEDPE, engine->file_max },
		{ CL_ENGINE_MAX_HTMLNORMALIZE, engine->file_max },
		{ CL_ENGINE_MAX_HTMLNOTAGS, engine->file_max },
		{ CL_ENGINE_MAX_SCRIPTNORMALIZE, engine->file_max },
		{ CL_ENGINE_MAX_ZIPTYPERCG, engine->file_max },
		{ CL_ENGINE_PCRE_MAX_FILESIZE, engine->file_max },
		{ CL_ENGINE_MAX_RECURSION, limits->recursion },
		{ CL_ENGINE_MAX_FILES, limits->files },
		{ CL_ENGINE_MAX_SCANTIME, limits->time_limit_ms },
		{ CL_ENGINE_DISABLE_CACHE, 1 },
		{ CL_ENGINE_DISABLE_PE_STATS, 1 },
	};

	return set_each(engine, numbers, COUNT(numbers), err);
}

/* ALLMATCHES: a note (limit, macro, encrypted) must not hide a real name. */
static void
set_options(struct cl_scan_options *options)
{
	*options = (struct cl_scan_options){
		.general = CL_SCAN_GENERAL_ALLMATCHES |
		    CL_SCAN_GENERAL_HEURISTICS,
		.parse = ~0U,
		.heuristic = CL_SCAN_HEURISTIC_EXCEEDS_MAX |
		    CL_SCAN_HEURISTIC_ENCRYPTED_ARCHIVE |
		    CL_SCAN_HEURISTIC_ENCRYPTED_DOC |
		    CL_SCAN_HEURISTIC_MACROS,
	};
}

static int
set_scratch(struct engine *engine, const char *scratch, struct err *err)
{
	cl_error_t code;

	if ((size_t)snprintf(engine->scratch, sizeof engine->scratch, "%s",
	    scratch) >= sizeof engine->scratch)
		return err_set(err, "%s: path too long", scratch);
	code = cl_engine_set_str(engine->cl, CL_ENGINE_TMPDIR, scratch);
	if (code != CL_SUCCESS)
		return err_set(err, "libclamav: scratch folder: %s",
		    cl_strerror(code));
	return 0;
}

static void
clamav_free(struct engine **engine)
{
	if (*engine != NULL && (*engine)->cl != NULL)
		cl_engine_free((*engine)->cl);
	free(*engine);
	*engine = NULL;
}

static int
set_up(struct engine *engine, const struct engine_limits *limits,
    const char *scratch, struct err *err)
{
	engine->cl = cl_engine_new();
	if (engine->cl == NULL)
		return err_set(err, "libclamav: no memory for an engine");
	engine->file_max = limits->scan_max < FILE_LIMIT ? limits->scan_max
							 : FILE_LIMIT;
	engine->time_limit_ms = limits->time_limit_ms;
	engine->plain = limits->plain;
	if (limits->scan_max == 0 || limits->recursion == 0 ||
	    limits->files == 0 || limits->time_limit_ms == 0)
		return err_set(err, "a scan limit of 0 is none: refused");
	dl_iterate_phdr(is_unrar, &engine->opens_rar);
	set_options(&engine->options);
	scan_callbacks_install(engine->cl);
	if (set_numbers(engine, limits, err) == -1)
		return -1;
	return set_scratch(engine, scratch, err);
}

static int
clamav_new(struct engine **engine_out, const struct engine_limits *limits,
    const char *scratch, struct err *err)
{
	struct engine *engine;

	/* Else the first signed program would have each worker read the
	 * machine's time zone. */
	setenv("TZ", "UTC0", 1);
	if (library_once(err) == -1)
		return -1;
	engine = calloc(1, sizeof *engine);
	if (engine == NULL)
		return err_sys(err, "engine");
	if (set_up(engine, limits, scratch, err) == -1) {
		clamav_free(&engine);
		return -1;
	}
	*engine_out = engine;
	return 0;
}

static int
clamav_prepare(struct engine *engine, struct err *err)
{
	unsigned char digest[64];
	cl_error_t code = cl_engine_compile(engine->cl);

	if (code != CL_SUCCESS)
		return err_set(err, "libclamav: compiling: %s",
		    cl_strerror(code));
	if (!engine->asks_for_images && !(engine->plain & PLAIN_IMAGES))
		engine->options.parse &=
		    ~(uint32_t)CL_SCAN_PARSE_IMAGE_FUZZY_HASH;
	preload_charsets();
	/* The first digest of each kind reads OpenSSL's configuration. */
	(void)cl_hash_data("md5", "", 0, digest, NULL);
	(void)cl_hash_data("sha1", "", 0, digest, NULL);
	(void)cl_hash_data("sha256", "", 0, digest, NULL);
	if (check_found(engine, err) == -1 || check_clean(engine, err) == -1)
		return -1;
	/* What is free at the top shall not be shared and then copied. */
	malloc_trim(0);
	if (!(engine->plain & PLAIN_PAGES))
		memory_collapse();
	return 0;
}

/* The arrays of each matcher pass stay with the process instead of being given
 * back to the kernel and cleared anew: up to 1.6 times faster (measured). */
static void
keep_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	mallopt(M_TOP_PAD, HEAP_PAD);
}

/* A fork has the generator's state of its keeper: with the same names two
 * workers could get into each other's way, and libclamav says clean then. */
static int
clamav_enter(struct engine *engine, const char *scratch, struct err *err)
{
	unsigned int seed;

	if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
		return err_sys(err, "getrandom");
	srand(seed);
	if (!(engine->plain & PLAIN_HEAP))
		keep_memory();
	if (set_scratch(engine, scratch, err) == -1)
		return -1;
	engine->heap_start = sbrk(0);
	return check_found(engine, err);
}

static void
clamav_listen(struct engine *engine, const struct listener *listener)
{
	engine->listener = listener;
}

/* The sizes that turn a step off without a note stay as they are. */
static int
clamav_limit(struct engine *engine, const struct engine_limits *limits)
{
	engine->file_max = limits->scan_max < FILE_LIMIT ? limits->scan_max
							 : FILE_LIMIT;
	return set_each(engine, (const struct number[]){
		{ CL_ENGINE_MAX_FILESIZE, engine->file_max },
		{ CL_ENGINE_MAX_SCANSIZE, engine->file_max },
		{ CL_ENGINE_MAX_RECURSION, limits->recursion },
		{ CL_ENGINE_MAX_FILES, limits->files },
	}, 4, NULL);
}

/* One large archive shall not keep its memory for the worker's life. */
static void
clamav_scan_and_trim(struct engine *engine, const void *body, size_t len,
    uint32_t time_limit_ms, struct verdict *verdict_out)
{
	clamav_scan(engine, body, len, time_limit_ms, verdict_out);
	if ((char *)sbrk(0) - (char *)engine->heap_start > HEAP_KEPT)
		malloc_trim(HEAP_PAD);
}

const struct engine_ops engine_clamav = {
	.name = "clamav",
	.new = clamav_new,
	.expect = clamav_expect,
	.load = clamav_load,
	.load_builtin = clamav_load_builtin,
	.prepare = clamav_prepare,
	.enter = clamav_enter,
	.listen = clamav_listen,
	.limit = clamav_limit,
	.scan = clamav_scan_and_trim,
	.identify = clamav_identify,
	.free = clamav_free,
};
