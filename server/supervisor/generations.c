/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/generations.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "supervisor/reload_check.h"

static struct keeper_child *
main_of(struct generations *g)
{
	return &g->child[g->main];
}

static struct keeper_child *
second_of(struct generations *g)
{
	return &g->child[1 - g->main];
}

static bool
is_main(const struct generations *g, const struct keeper_child *keeper)
{
	return keeper == &g->child[g->main];
}

uint32_t
generations_serving(const struct generations *g)
{
	return g->child[g->main].generation;
}

static void
set_second(struct generations *g, enum second_state second)
{
	g->second = second;
	generations_show(g);
}

static void
tell_over(struct generations *g, bool good, const char *text)
{
	if (g->over != NULL && !g->again)
		g->over(g->over_ctx, good, text);
}

/* --- a reload: begin, swap, refusal --- */

static void
refuse(struct generations *g, const char *reason)
{
	struct house *house = g->house;

	metrics_add(&house->segment->metrics, METRIC_RELOADS_REFUSED, 1);
	metrics_set(&house->segment->metrics, METRIC_RELOAD_REFUSED, 1);
	generations_show_refusal(g, reason);
	log_error("reload refused", "generation=%u serves=on reason=\"%s\"",
	    generations_serving(g), reason);
	tell_over(g, false, reason);
}

/* With the settings `next`, which are in snapshot n. */
static void
start_second(struct generations *g, uint32_t n, const char *why)
{
	struct keeper_child *second = second_of(g);

	log_info("reload", "why=%s", why);
	second->settings = &g->next;
	second->settings_n = n;
	second->was_ready = false;
	second->ward.held = true;
	memset(&second->ward.throttle, 0, sizeof(second->ward.throttle));
	set_second(g, SECOND_LOADING);
	ward_start(&second->ward);
}

static void
begin(struct generations *g, const char *why)
{
	struct house *house = g->house;
	struct err err;

	g->again = false;
	if (house->load_settings(&g->next, &err) == -1 ||
	    reload_check(&house->settings, &g->next, &err) == -1 ||
	    settings_save(&g->next, house->runtime.path, house->settings_n + 1,
	    &err) == -1) {
		refuse(g, err.text);
		return;
	}
	start_second(g, house->settings_n + 1, why);
}

void
generations_reload(struct generations *g, const char *why)
{
	if (g->closing) {
		tell_over(g, false, "glassgated is stopping");
		return;
	}
	if (g->second != SECOND_NONE || main_of(g)->ward.state != WARD_UP)
		g->again = true;
	else
		begin(g, why);
}

/* The longest that one job may take, and the wait for it. */
static int
leave_seconds(const struct settings *settings)
{
	uint64_t most = settings->scan_big_seconds;

	if (settings->scan_small_seconds > most)
		most = settings->scan_small_seconds;
	return (int)(most + settings->scan_queue_seconds) + 5;
}

static void
take_settings(struct generations *g)
{
	struct house *house = g->house;
	struct keeper_child *keeper = main_of(g);
	int seconds = leave_seconds(&house->settings);

	/* The last ones may be on their way into a child of c-icap. */
	settings_remove(house->runtime.path, house->settings_n - 1);
	house->settings = g->next;
	house->settings_n = keeper->settings_n;
	keeper->settings = &house->settings;
	atomic_store(&house->segment->settings, house->settings_n);
	keeper_child_leave(second_of(g), seconds);
}

/* The successor is the main one from here on. */
static void
swap(struct generations *g)
{
	struct segment *segment = g->house->segment;
	uint32_t old = generations_serving(g);
	char text[128];

	g->main = 1 - g->main;
	ward_unhold(&main_of(g)->ward);
	ward_hold(&second_of(g)->ward);
	generations_show_main(g);
	atomic_store(&segment->serving, generations_serving(g));
	set_second(g, SECOND_LEAVING);
	take_settings(g);
	metrics_add(&segment->metrics, METRIC_RELOADS, 1);
	metrics_set(&segment->metrics, METRIC_RELOAD_REFUSED, 0);
	generations_show_refusal(g, "");
	log_info("reloaded", "generation=%u before=%u signatures=%llu istag=%s",
	    generations_serving(g), old,
	    (unsigned long long)main_of(g)->info.count, main_of(g)->istag);
	g->house->tell(g->house, NEWS_KEEPER_UP);
	snprintf(text, sizeof(text), "generation %u serves, %llu signatures",
	    generations_serving(g),
	    (unsigned long long)main_of(g)->info.count);
	tell_over(g, true, text);
}

/* It goes, and is not started again. */
static void
drop_successor(struct generations *g, const char *reason)
{
	set_second(g, SECOND_REFUSED);
	ward_stop(&second_of(g)->ward);
	refuse(g, reason);
}

static void
on_proved(void *ctx, bool good, const char *reason)
{
	struct generations *g = ctx;

	if (g->second != SECOND_PROVING)
		return;
	if (good)
		swap(g);
	else
		drop_successor(g, reason);
}

static void
prove_successor(struct generations *g)
{
	struct keeper_child *second = second_of(g);

	set_second(g, SECOND_PROVING);
	proof_start(&g->proof, second->settings, second->generation);
}

/* --- what the keepers say --- */

static void
on_started(void *ctx, struct keeper_child *keeper)
{
	(void)keeper;
	generations_show(ctx);
}

static void
on_up(void *ctx, struct keeper_child *keeper)
{
	struct generations *g = ctx;
	struct house *house = g->house;

	if (!is_main(g, keeper)) {
		prove_successor(g);
		return;
	}
	generations_show_main(g);
	atomic_store(&house->segment->serving, keeper->generation);
	house->tell(house, NEWS_KEEPER_UP);
	if (g->again && g->second == SECOND_NONE)
		begin(g, "asked-for");
}

static void
on_refused(void *ctx, struct keeper_child *keeper, const char *reason)
{
	struct generations *g = ctx;

	if (!is_main(g, keeper)) {
		if (g->second == SECOND_LOADING)
			drop_successor(g, reason);
		return;
	}
	log_error("signatures not loaded", "generation=%u reason=\"%s\"",
	    keeper->generation, reason);
	if (!keeper->was_ready)
		g->house->tell(g->house, NEWS_KEEPER_REFUSED);
}

static void
on_stats(void *ctx, struct keeper_child *keeper,
    const struct keeper_stats *stats)
{
	struct generations *g = ctx;

	if (is_main(g, keeper))
		generations_show_stats(g, stats);
}

/* The same again, with other addresses. A successor that is under way will do,
 * too. */
static void
on_renew(void *ctx, struct keeper_child *keeper)
{
	struct generations *g = ctx;

	if (!is_main(g, keeper) || g->second != SECOND_NONE || g->closing)
		return;
	g->next = g->house->settings;
	start_second(g, g->house->settings_n, "renew");
}

/* A main one that dies while its successor loads is not started again: that
 * would be the third. */
static void
main_down(struct generations *g)
{
	static const struct keeper_stats none;

	generations_show_stats(g, &none);
	if (g->second == SECOND_LOADING || g->second == SECOND_PROVING)
		ward_hold(&main_of(g)->ward);
	g->house->tell(g->house, NEWS_KEEPER_DOWN);
}

static void
second_gone(struct generations *g)
{
	bool bring_back = main_of(g)->ward.state == WARD_DOWN && !g->closing;

	set_second(g, SECOND_NONE);
	if (bring_back) {
		ward_unhold(&main_of(g)->ward);
		ward_start(&main_of(g)->ward);
	} else if (g->again && main_of(g)->ward.state == WARD_UP)
		begin(g, "asked-for");
}

static void
on_down(void *ctx, struct keeper_child *keeper)
{
	struct generations *g = ctx;

	if (is_main(g, keeper)) {
		main_down(g);
		return;
	}
	if (g->second != SECOND_LOADING && g->second != SECOND_PROVING)
		return;			/* ended() follows */
	proof_stop(&g->proof);
	refuse(g, "the new keeper died before it served");
	second_gone(g);
}

static void
on_ended(void *ctx, struct keeper_child *keeper)
{
	struct generations *g = ctx;

	if (g->ending == 0) {
		if (!is_main(g, keeper))
			second_gone(g);
		return;
	}
	if (--g->ending == 0)
		g->house->tell(g->house, NEWS_KEEPER_ENDED);
}

/* --- life --- */

static const struct keeper_events events = {
	.started = on_started,
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
	proof_init(&g->proof, house, on_proved, g);
}

void
generations_start(struct generations *g)
{
	ward_start(&main_of(g)->ward);
}

void
generations_hold(struct generations *g)
{
	g->closing = true;
	ward_hold(&g->child[0].ward);
	ward_hold(&g->child[1].ward);
	g->again = false;
	proof_stop(&g->proof);
	if (g->second == SECOND_LOADING || g->second == SECOND_PROVING) {
		set_second(g, SECOND_REFUSED);
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
	    ward_reap(&g->child[1].ward, pid) || proof_reap(&g->proof, pid);
}
