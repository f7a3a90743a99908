/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>

#include "base/err.h"
#include "bench/loop.h"
#include "engines/engine.h"

#define LIMIT_MS 120000U

/* The defaults of scan.max, scan.recursion and scan.files. */
static const struct engine_limits limits = {
	.scan_max = 400U << 20,
	.recursion = 17,
	.files = 10000,
	.time_limit_ms = LIMIT_MS,
};
static struct engine *engine;

static int
load(const char *signatures, const char *scratch)
{
	static struct signature_info info;
	struct err err;

	if (engine_clamav.new(&engine, &limits, scratch, &err) == 0)
		engine_clamav.expect(engine, signatures);
	if (engine != NULL &&
	    engine_clamav.load(engine, signatures, &info, &err) == 0 &&
	    engine_clamav.load_builtin(engine, &info, &err) == 0 &&
	    engine_clamav.prepare(engine, &err) == 0 &&
	    engine_clamav.enter(engine, scratch, &err) == 0)
		return 0;
	fprintf(stderr, "loop: %s\n", err.text);
	return -1;
}

static enum loop_says
scan(const void *body, size_t len)
{
	struct verdict verdict;

	engine_clamav.scan(engine, body, len, LIMIT_MS, &verdict);
	if (verdict.outcome == OUTCOME_CLEAN)
		return LOOP_CLEAN;
	return verdict.outcome == OUTCOME_INFECTED ? LOOP_INFECTED : LOOP_ELSE;
}

const struct loop_engine loop_worker = {
	.name = "worker",
	.load = load,
	.scan = scan,
};
