/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * engine_floor - scans bodies in a loop with the engine as a worker has it, and
 * nothing around it: the floor of what a request can cost.
 *
 * usage: engine_floor SIGNATURES SCRATCH COUNT SIZE
 * prints the CPU microseconds per scan of COUNT different HTML pages.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "engines/engine.h"

static const struct engine_limits limits = {
	.scan_max = 400U << 20,
	.recursion = 17,
	.files = 10000,
	.time_limit_ms = 30000,
};

static int64_t
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A page whose words differ with `number`. */
static void
make_page(char *page, size_t size, unsigned number)
{
	size_t used = (size_t)snprintf(page, size,
	    "<!DOCTYPE html><html><head><title>page %u</title></head><body>",
	    number);
	unsigned word = number * 2654435761U;

	while (used + 24 < size) {
		word = word * 1103515245U + 12345U;
		used += (size_t)snprintf(page + used, size - used, "<p>%x %x",
		    word >> 8, word >> 20);
	}
	memset(page + used, ' ', size - used);
}

static int
set_up(struct engine **engine, const char *signatures, const char *scratch,
    struct err *err)
{
	static struct signature_info info;

	if (engine_clamav.new(engine, &limits, scratch, err) == -1)
		return -1;
	engine_clamav.expect(*engine, signatures);
	if (engine_clamav.load_builtin(*engine, &info, err) == -1 ||
	    engine_clamav.load(*engine, signatures, &info, err) == -1 ||
	    engine_clamav.prepare(*engine, err) == -1 ||
	    engine_clamav.enter(*engine, scratch, err) == -1)
		return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	struct engine *engine = NULL;
	struct verdict verdict;
	unsigned i, count;
	int64_t before;
	struct err err;
	size_t size;
	char *page;

	if (argc != 5) {
		fprintf(stderr,
		    "usage: engine_floor SIGNATURES SCRATCH COUNT SIZE\n");
		return 2;
	}
	count = (unsigned)strtoul(argv[3], NULL, 10);
	size = strtoul(argv[4], NULL, 10);
	page = malloc(size);
	if (page == NULL || count == 0 ||
	    set_up(&engine, argv[1], argv[2], &err) == -1) {
		fprintf(stderr, "engine_floor: %s\n", err.text);
		return 1;
	}
	before = cpu_us();
	for (i = 0; i < count; i++) {
		make_page(page, size, i);
		engine_clamav.scan(engine, page, size, 30000, &verdict);
		if (verdict.outcome != OUTCOME_CLEAN) {
			fprintf(stderr, "engine_floor: page %u is %s\n", i,
			    outcome_name(verdict.outcome));
			return 1;
		}
	}
	printf("%.1f\n", (double)(cpu_us() - before) / count);
	engine_clamav.free(&engine);
	free(page);
	return 0;
}
