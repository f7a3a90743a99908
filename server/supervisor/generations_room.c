/* SPDX-License-Identifier: GPL-2.0-only */
/* A successor needs room beside the main keeper. Where there is none, the
 * reload waits for it, or the main one goes first. */
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/generations_parts.h"
#include "supervisor/memory.h"

#define RETRY_MS 5000
#define MB (1024 * 1024)

void
generations_note_engine(struct generations *g)
{
	struct err err;

	if (memory_of(main_of(g)->ward.pid, &g->engine, &err) == -1)
		log_debug("engine not measured", "reason=\"%s\"", err.text);
}

/* Who is dead stays so while a successor loads, which is then as large as he
 * was. Who came back a moment ago has not loaded all, but will. */
static int
needed(const struct generations *g, uint64_t *bytes_out, struct err *err)
{
	uint64_t now;

	if (memory_of(g->child[g->main].ward.pid, &now, err) == -1) {
		if (g->engine == 0)
			return -1;
		now = g->engine;
	}
	*bytes_out = memory_needed(now, g->engine);
	return 0;
}

/* What cannot be found out is no reason to stay with old signatures. */
static bool
has_room(const struct generations *g, struct err *why)
{
	uint64_t wanted, bytes = g->next.test_memory;
	struct err err;

	if (needed(g, &wanted, &err) == -1 ||
	    (bytes == 0 && memory_free(&bytes, &err) == -1)) {
		log_debug("memory not known", "reason=\"%s\"", err.text);
		return true;
	}
	if (bytes >= wanted)
		return true;
	err_set(why, "no memory for a second engine: %llu MB needed, %llu MB "
	    "free; remedy: more memory, or reload.memory = \"stall\"",
	    (unsigned long long)(wanted / MB),
	    (unsigned long long)(bytes / MB));
	return false;
}

/* What was asked for meanwhile is done in one with what waits. */
static void
on_retry(void *ctx)
{
	struct generations *g = ctx;
	struct err why;

	g->retry = 0;
	if (g->again) {
		g->second = SECOND_NONE;
		g->is_put_off &= g->next_ask.only_changed;
		sets_refuse(&g->sets);
		generations_keep_waiting(g);
		generations_begin_again(g);
	} else if (generations_make_room(g, &why)) {
		generations_start_successor(g);
	}
}

static void
put_off(struct generations *g, const char *why)
{
	struct segment *segment = g->house->segment;

	if (!g->is_put_off) {
		metrics_add(&segment->metrics, METRIC_RELOADS_PUT_OFF, 1);
		log_warn("reload put off", "generation=%u serves=on "
		    "reason=\"%s\"", generations_serving(g), why);
	}
	g->is_put_off = true;
	g->second = SECOND_WAITING;
	g->retry = loop_at(g->house->loop, clock_ms() + RETRY_MS, on_retry, g);
}

/* No request is handed to who goes: the module says `loading` at once. */
static void
stall(struct generations *g, const char *why)
{
	struct keeper_child *keeper = &g->child[g->main];

	log_warn("reload stalls", "generation=%u action=end-first "
	    "reason=\"%s\"", keeper->generation, why);
	g->second = SECOND_STALLING;
	atomic_store(&g->house->segment->serving, 0);
	ward_hold(&keeper->ward);
	keeper_child_leave(keeper,
	    generations_leave_seconds(&g->house->settings));
}

bool
generations_make_room(struct generations *g, struct err *why)
{
	bool nobody = main_of(g)->ward.pid == 0;
	bool stalls = g->next.reload_memory == RELOAD_STALL;

	/* It is alone as it would be after a stall. */
	if (has_room(g, why) || (stalls && nobody)) {
		g->is_put_off = false;
		return true;
	}
	if (stalls)
		stall(g, why->text);
	else
		put_off(g, why->text);
	generations_show(g);
	return false;
}
