/* SPDX-License-Identifier: GPL-2.0-only */
/* Who asks for a reload, also while another is under way, and who is told what
 * of its end. Of two who contradict each other the later one is right. */
#include <stdio.h>

#include "base/log.h"
#include "supervisor/generations_parts.h"

void
generations_tell(struct generations *g, uint32_t run, uint32_t use, bool good,
    const char *text)
{
	const struct reload_end end = { run, use, good, text };

	if (g->over != NULL && run != 0)
		g->over(g->over_ctx, &end);
}

uint32_t
generations_next_run(const struct generations *g)
{
	return g->run + 1;
}

/* Who asked for it may have left: it was put off, say. */
static void
drop_use(struct generations *g, uint32_t run, uint32_t set, const char *why)
{
	char text[160];

	snprintf(text, sizeof(text), "set %u is not taken any more: %s", set,
	    why);
	log_warn("asked-for set dropped", "set=%u reason=\"%s\"", set, why);
	generations_tell(g, run, set, false, text);
}

static void
merge(struct generations *g, struct reload_ask *into, uint32_t run,
    const struct reload_ask *later)
{
	if (into->use != 0 && later->use != 0 && into->use != later->use)
		drop_use(g, run, into->use, "another one was asked for");
	if (later->use != 0)
		into->use = later->use;
	if (!later->only_changed)
		into->why = later->why;
	into->only_changed &= later->only_changed;
	into->accept_fewer |= later->accept_fewer;
	into->plain |= later->plain;
}

/* One run for all who ask while another is under way. */
static void
queue(struct generations *g, const struct reload_ask *ask)
{
	if (g->again) {
		merge(g, &g->next_ask, generations_next_run(g), ask);
		return;
	}
	g->next_ask = *ask;
	g->again = true;
}

void
generations_keep_waiting(struct generations *g)
{
	struct reload_ask both = g->ask;

	merge(g, &both, g->ask_run, &g->next_ask);
	g->next_ask = both;
}

void
generations_reload(struct generations *g, const struct reload_ask *ask)
{
	if (g->closing) {
		generations_tell(g, generations_next_run(g), 0, false,
		    "glassgated is stopping");
		return;
	}
	if (g->second == SECOND_NONE && (main_of(g)->ward.state == WARD_UP ||
	    generations_main_is_failing(g))) {
		generations_begin(g, ask, ++g->run);
		return;
	}
	queue(g, ask);
}

/* --- pin and unpin, while a reload is under way --- */

static void
back_from_copying(struct generations *g)
{
	g->turned = true;
	sets_stop(&g->sets);
}

static void
back_from_waiting(struct generations *g)
{
	loop_cancel(g->house->loop, &g->retry);
	sets_refuse(&g->sets);
	generations_set_second(g, SECOND_NONE);
	g->is_put_off = false;
	g->redo = g->ask.plain;
	if (is_more(g))
		generations_begin_again(g);
}

/* Whoever is to come comes with the set that was there. */
static void
back_from_stalling(struct generations *g)
{
	sets_refuse(&g->sets);
}

static void
back_from_loading(struct generations *g)
{
	proof_stop(&g->proof);
	generations_set_second(g, SECOND_REFUSED);
	sets_refuse(&g->sets);
	g->redo = g->ask.plain;
	ward_stop(&second_of(g)->ward);
}

static void (*const back[SECOND_STATES])(struct generations *) = {
	[SECOND_COPYING] = back_from_copying,
	[SECOND_VERIFYING] = back_from_copying,
	[SECOND_WAITING] = back_from_waiting,
	[SECOND_STALLING] = back_from_stalling,
	[SECOND_LOADING] = back_from_loading,
	[SECOND_PROVING] = back_from_loading,
};

/* It may still bring the new settings that a person asked for. */
static void
forget_use(struct generations *g, struct reload_ask *ask, uint32_t run,
    const char *why)
{
	if (ask->use == 0)
		return;
	drop_use(g, run, ask->use, why);
	ask->use = 0;
	ask->only_changed |= !ask->plain;
}

static bool
brings_another_set(const struct generations *g)
{
	return g->second == SECOND_COPYING ||
	    g->sets.next != g->sets.current;
}

bool
generations_pin(struct generations *g, bool on)
{
	const char *why = on ? "the one that serves was pinned" : "unpinned";
	bool was_asked_for;

	if (g->sets.current == 0)
		return false;
	sets_pin(&g->sets, on);
	if (g->again)
		forget_use(g, &g->next_ask, generations_next_run(g), why);
	if (back[g->second] == NULL)
		return true;
	was_asked_for = g->ask.use != 0;
	forget_use(g, &g->ask, g->ask_run, why);
	if (!brings_another_set(g) || (!on && !was_asked_for))
		return true;
	log_info("reload turned back", "why=%s set=%u", g->ask.why,
	    g->sets.next);
	back[g->second](g);
	return true;
}
