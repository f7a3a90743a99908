/* SPDX-License-Identifier: GPL-2.0-only */
/* A reload of the generations: begin, copy, load, prove, swap; or refusal. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/generations_parts.h"
#include "supervisor/bodies.h"
#include "supervisor/policies_told.h"
#include "supervisor/reload_check.h"

#define LOAD_MOST_MS (15 * 60 * 1000)

static void
tell_over(struct generations *g, bool good, const char *text)
{
	generations_tell(g, g->ask_run, 0, good, text);
}

static void
tell_good(struct generations *g, const char *more)
{
	char text[160];

	snprintf(text, sizeof(text), "generation %u serves, %llu signatures%s",
	    generations_serving(g), (unsigned long long)main_of(g)->info.count,
	    more);
	tell_over(g, true, text);
}

void
generations_set_second(struct generations *g, enum second_state second)
{
	g->second = second;
	generations_show(g);
}

static void
on_load_overdue(void *ctx)
{
	struct generations *g = ctx;

	g->load = 0;
	if (g->second == SECOND_LOADING)
		generations_drop(g, "the new keeper did not load within "
		    "15 minutes");
}

/* With the settings `next`, which are in snapshot next_n. */
void
generations_start_successor(struct generations *g)
{
	struct keeper_child *second = second_of(g);

	log_info("reload", "why=%s set=%u", g->ask.why, g->sets.next);
	second->settings = &g->next;
	second->settings_n = g->next_n;
	second->set = g->sets.next;
	second->beside = main_of(g)->ward.state == WARD_UP;
	second->was_ready = false;
	second->ward.held = true;
	if (main_of(g)->ward.state != WARD_UP)
		ward_hold(&main_of(g)->ward);	/* or it were the third */
	memset(&second->ward.throttle, 0, sizeof(second->ward.throttle));
	generations_set_second(g, SECOND_LOADING);
	loop_cancel(g->house->loop, &g->load);
	g->load = loop_at(g->house->loop, clock_ms() + LOAD_MOST_MS,
	    on_load_overdue, g);
	ward_start(&second->ward);
}

/* Beside the main one; without memory for both: later, or after it. */
static void
start_if_room(struct generations *g)
{
	struct err why;

	if (generations_make_room(g, &why)) {
		generations_start_successor(g);
	} else if (g->second == SECOND_WAITING) {
		err_wrap(&why, "put off, and done once there is memory");
		tell_over(g, false, why.text);
	}
}

static void
copy_folders(struct generations *g)
{
	g->looked = !sets_pinned(&g->sets);
	sets_copy(&g->sets, &g->next.signature_folders);
}

/* c-icap would read them, and block every body as it cannot. */
static int
check_templates(const struct house *house, const struct settings *next,
    struct err *err)
{
	if (granted_check(&house->templates, next->page_templates, err) == -1)
		return err_wrap(err, "page.templates");
	return 0;
}

/* The settings first: they name the folders. */
void
generations_begin(struct generations *g, const struct reload_ask *ask,
    uint32_t run)
{
	struct house *house = g->house;
	struct err err;

	g->ask = *ask;
	g->ask_run = run;
	g->looked = false;
	g->next_n = house->settings_n + 1;
	if (house->load_settings(&g->next, &err) == -1 ||
	    reload_check(&house->settings, &g->next, &err) == -1 ||
	    check_templates(house, &g->next, &err) == -1 ||
	    settings_save(&g->next, house->runtime.path, g->next_n, &err) ==
	    -1) {
		generations_refuse(g, err.text);
		return;
	}
	generations_set_second(g,
	    ask->use != 0 ? SECOND_VERIFYING : SECOND_COPYING);
	if (ask->use != 0)
		sets_use(&g->sets, ask->use);
	else
		copy_folders(g);
}

void
generations_begin_again(struct generations *g)
{
	const struct reload_ask ask = g->redo ? g->ask : g->next_ask;

	if (g->redo) {
		g->redo = false;
		generations_begin(g, &ask, g->ask_run);
	} else {
		g->again = false;
		generations_begin(g, &ask, ++g->run);
	}
}

void
generations_renew(struct generations *g)
{
	g->next = g->house->settings;
	g->ask = (struct reload_ask){ .why = "renew", .renewal = true };
	g->ask_run = 0;
	g->looked = false;
	sets_same(&g->sets);
	g->next_n = g->house->settings_n;
	start_if_room(g);
}

/* A set that is not wanted any more: with the one that serves, if there is
 * somebody who wants his new settings. */
static bool
may_go_on(struct generations *g, bool good)
{
	bool same;

	if (g->turned) {
		g->looked = false;
		sets_refuse(&g->sets);
		return g->ask.plain;
	}
	/* One that cannot be loaded may only look the same. */
	same = good && g->failures == 0 && sets_unchanged(&g->sets);
	return good && !(same && g->ask.only_changed);
}

static void
on_copied(void *ctx, bool good, const char *reason)
{
	struct generations *g = ctx;
	bool turned = g->turned;

	if (g->first != SECOND_NONE) {
		generations_first_over(g, good, reason);
		return;
	}
	if (may_go_on(g, good) && !g->closing) {
		g->turned = false;
		start_if_room(g);
		return;
	}
	g->turned = false;
	generations_set_second(g, SECOND_NONE);
	sets_refuse(&g->sets);
	if (!good && !turned && !g->closing)
		generations_refuse(g, reason);
	if (good && !turned) {
		generations_mended(g, false);
		tell_good(g, ", nothing has changed");
	}
	if (is_more(g) && !g->closing)
		generations_begin_again(g);
}

/* The longest that one job may take, and the wait for it. */
int
generations_leave_seconds(const struct settings *settings)
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
	int seconds = generations_leave_seconds(&house->settings);

	/* The last ones may be on their way into a child of c-icap. */
	settings_remove(house->runtime.path, house->settings_n - 1);
	policies_told(house->segment, &g->next, &house->settings);
	bodies_told(house, &g->next);
	house->settings = g->next;
	house->settings_n = keeper->settings_n;
	keeper->settings = &house->settings;
	house_log_level(house);
	atomic_store(&house->segment->settings, house->settings_n);
	keeper_child_leave(second_of(g), seconds);
}

/* The successor is the main one from here on. */
static void
swap(struct generations *g)
{
	struct segment *segment = g->house->segment;
	uint32_t set = g->sets.current;

	g->main = 1 - g->main;
	sets_swap(&g->sets);
	main_of(g)->beside = false;
	ward_unhold(&main_of(g)->ward);
	ward_hold(&second_of(g)->ward);
	generations_show_main(g);
	atomic_store(&segment->serving, generations_serving(g));
	generations_set_second(g, SECOND_LEAVING);
	take_settings(g);
	if (g->ask.use != 0)
		sets_pin(&g->sets, true);
	generations_main_good(g);
	sets_good(&g->sets, &main_of(g)->info);
	metrics_add(&segment->metrics, METRIC_RELOADS, 1);
	if (!g->ask.renewal)
		generations_forget(g);
	generations_mended(g, true);
	generations_log_swap(g, set);
	g->house->tell(g->house, NEWS_KEEPER_UP);
	tell_good(g, "");
}

/* It goes, and is not started again. */
void
generations_drop(struct generations *g, const char *reason)
{
	generations_set_second(g, SECOND_REFUSED);
	sets_refuse(&g->sets);
	generations_refuse(g, reason);
	ward_stop(&second_of(g)->ward);
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
		generations_drop(g, reason);
}

void
generations_prove(struct generations *g)
{
	const struct keeper_child *second = second_of(g);

	generations_set_second(g, SECOND_PROVING);
	proof_start(&g->proof, second->settings, second->generation);
}

void
generations_reload_init(struct generations *g)
{
	proof_init(&g->proof, g->house, on_proved, g);
	sets_init(&g->sets, g->house, on_copied, g);
}
