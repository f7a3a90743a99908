/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/generations_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

uint32_t
generations_serving(const struct generations *g)
{
	return g->child[g->main].generation;
}

/* --- what the keepers say --- */

static void
on_started(void *ctx, struct keeper_child *keeper)
{
	(void)keeper;
	generations_show(ctx);
}

static bool
on_loaded(void *ctx, const struct keeper_child *keeper, struct err *why)
{
	return generations_fits(ctx, keeper, why);
}

static void
on_up(void *ctx, struct keeper_child *keeper)
{
	struct generations *g = ctx;
	struct house *house = g->house;

	if (!is_main(g, keeper)) {
		generations_prove(g);
		return;
	}
	generations_show_main(g);
	generations_main_good(g);
	sets_good(&g->sets, &keeper->info);
	atomic_store(&house->segment->serving, keeper->generation);
	house->tell(house, NEWS_KEEPER_UP);
	if (is_more(g) && g->second == SECOND_NONE)
		generations_begin_again(g);
}

static void
on_refused(void *ctx, struct keeper_child *keeper, const char *reason)
{
	struct generations *g = ctx;

	if (!is_main(g, keeper)) {
		if (g->second == SECOND_LOADING)
			generations_drop(g, reason);
		return;
	}
	log_error("signatures not loaded", "generation=%u reason=\"%s\"",
	    keeper->generation, reason);
	g->is_hopeless = true;		/* its death follows */
}

static void
on_stats(void *ctx, struct keeper_child *keeper,
    const struct keeper_stats *stats)
{
	struct generations *g = ctx;

	if (is_main(g, keeper))
		generations_show_stats(g, stats);
}

static bool
may_renew(const struct generations *g)
{
	return g->second == SECOND_NONE && !g->closing &&
	    g->child[g->main].ward.state == WARD_UP;
}

/* Whoever came meanwhile has other addresses already. */
static void
on_renewal_due(void *ctx)
{
	struct generations *g = ctx;

	g->renewal = 0;
	if (may_renew(g) && generations_serving(g) == g->renewal_of &&
	    brake_take(&g->brake, clock_ms()) == 0)
		generations_renew(g);
}

/* The same again, with other addresses. A successor that is under way will do,
 * too. */
static void
on_renew(void *ctx, struct keeper_child *keeper)
{
	struct generations *g = ctx;
	int64_t now = clock_ms(), wait;

	if (!is_main(g, keeper) || !may_renew(g))
		return;
	wait = brake_take(&g->brake, now);
	if (wait == 0) {
		generations_renew(g);
		return;
	}
	if (g->renewal != 0 && g->renewal_of == keeper->generation)
		return;
	log_warn("renewal put off", "generation=%u seconds=%" PRId64
	    " reason=\"the last one is not long ago\"", keeper->generation,
	    wait / 1000);
	loop_cancel(g->house->loop, &g->renewal);
	g->renewal_of = keeper->generation;
	g->renewal = loop_at(g->house->loop, now + wait, on_renewal_due, g);
}

/* A main one that dies while its successor loads is not started again: that
 * would be the third. */
static void
main_down(struct generations *g, bool worked)
{
	static const struct keeper_stats none;

	generations_show_stats(g, &none);
	if (g->second == SECOND_LOADING || g->second == SECOND_PROVING)
		ward_hold(&main_of(g)->ward);
	g->house->tell(g->house, NEWS_KEEPER_DOWN);
	if (!worked)
		generations_main_failed(g);
	g->is_hopeless = false;
}

static void
second_gone(struct generations *g)
{
	struct ward *ward = &main_of(g)->ward;

	generations_set_second(g, SECOND_NONE);
	if (!g->closing)
		ward_unhold(ward);
	if (ward->state == WARD_DOWN && !g->closing)
		ward_start(ward);
	else if (is_more(g) && ward->state == WARD_UP)
		generations_begin_again(g);
}

static void
on_down(void *ctx, struct keeper_child *keeper, bool worked)
{
	struct generations *g = ctx;

	if (is_main(g, keeper)) {
		main_down(g, worked);
		return;
	}
	if (g->second != SECOND_LOADING && g->second != SECOND_PROVING)
		return;			/* ended() follows */
	proof_stop(&g->proof);
	sets_refuse(&g->sets);
	generations_refuse(g, "the new keeper died before it served");
	second_gone(g);
}

static void
on_ended(void *ctx, struct keeper_child *keeper)
{
	struct generations *g = ctx;

	if (g->ending == 0) {
		if (!is_main(g, keeper))
			second_gone(g);
		else if (g->second == SECOND_STALLING && !g->closing)
			generations_start_successor(g);
		return;
	}
	if (--g->ending == 0)
		g->house->tell(g->house, NEWS_KEEPER_ENDED);
}

/* --- life --- */

static const struct keeper_events events = {
	.started = on_started,
	.loaded = on_loaded,
	.up = on_up,
	.refused = on_refused,
	.stats = on_stats,
	.renew = on_renew,
	.down = on_down,
	.ended = on_ended,
};

void
generations_init(struct generations *g, struct house *house)
{
	*g = (struct generations){ .house = house };
	keeper_child_init(&g->child[0], house, &events, g);
	keeper_child_init(&g->child[1], house, &events, g);
	generations_reload_init(g);
}

void
generations_hold(struct generations *g)
{
	g->closing = true;
	ward_hold(&g->child[0].ward);
	ward_hold(&g->child[1].ward);
	g->again = g->redo = false;
	loop_cancel(g->house->loop, &g->retry);
	loop_cancel(g->house->loop, &g->renewal);
	proof_stop(&g->proof);
	sets_stop(&g->sets);
	if (g->second == SECOND_LOADING || g->second == SECOND_PROVING) {
		generations_set_second(g, SECOND_REFUSED);
		ward_stop(&second_of(g)->ward);
	}
}

void
generations_stop(struct generations *g)
{
	g->ending = 2;
	proof_stop(&g->proof);
	ward_stop(&second_of(g)->ward);
	ward_stop(&main_of(g)->ward);
}

bool
generations_reap(struct generations *g, pid_t pid)
{
	return ward_reap(&g->child[0].ward, pid) ||
	    ward_reap(&g->child[1].ward, pid) ||
	    proof_reap(&g->proof, pid) || sets_reap(&g->sets, pid);
}
