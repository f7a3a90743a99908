/* SPDX-License-Identifier: GPL-2.0-only */
/* The first keeper: its signatures, then its start. Both take a while, and
 * nobody serves meanwhile: bodies are `loading`, and whoever asks for a reload
 * is heard after it. */
#include "base/log.h"
#include "supervisor/generations_parts.h"

static void
set_first(struct generations *g, enum second_state first)
{
	g->first = first;
	g->sets.errand.gently = first == SECOND_NONE;
	generations_show(g);
}

static void
copy(struct generations *g)
{
	set_first(g, SECOND_COPYING);
	sets_copy(&g->sets, &g->house->settings.signature_folders);
	if (g->first == SECOND_COPYING)
		log_info("signatures are being copied", "set=%u", g->sets.next);
}

/* What is in the folders by now must prove itself beside a kept one. */
static void
start(struct generations *g, bool is_kept)
{
	static const struct reload_ask newer = { .why = "start",
		.only_changed = true };

	sets_first(&g->sets, is_kept);
	main_of(g)->set = g->sets.current;
	g->good = store_last_good(&g->house->store);
	g->copied_anew = !is_kept;
	if (is_kept)
		generations_reload(g, &newer);
	ward_start(&main_of(g)->ward);
}

/* Until none is left: each look takes one away. */
static void
without_kept(struct generations *g, const char *reason)
{
	log_error("kept signatures not used", "set=%u reason=\"%s\"",
	    g->sets.current, reason);
	sets_failed(&g->sets, g->sets.current);
	generations_start(g);
}

static void
without_copy(struct generations *g, const char *reason)
{
	sets_refuse(&g->sets);
	log_error("signatures not copied", "reason=\"%s\"", reason);
	g->house->tell(g->house, NEWS_KEEPER_REFUSED);
}

void
generations_first_over(struct generations *g, bool good, const char *reason)
{
	enum second_state was = g->first;

	set_first(g, SECOND_NONE);
	if (g->closing)
		sets_refuse(&g->sets);
	else if (good)
		start(g, was == SECOND_VERIFYING);
	else if (was == SECOND_VERIFYING)
		without_kept(g, reason);
	else
		without_copy(g, reason);
}

/* What served last serves first, if it still is what was copied; else another
 * that did serve. */
void
generations_start(struct generations *g)
{
	uint32_t kept = sets_kept(&g->sets);

	g->sets.current = kept;
	if (kept == 0) {
		copy(g);
		return;
	}
	set_first(g, SECOND_VERIFYING);
	log_info("signatures are verified", "set=%u", kept);
	sets_use(&g->sets, kept);
}
