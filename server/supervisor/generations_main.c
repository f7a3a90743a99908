/* SPDX-License-Identifier: GPL-2.0-only */
/* The main generation has nobody before it who serves on: what it must have
 * before it serves, and what comes in its place when it cannot be loaded. */
#include <inttypes.h>

#include "base/log.h"
#include "supervisor/generations_parts.h"

#define FEWER_PERCENT 5
#define TRIES 2		/* the fault may pass, if the set did serve */

/* One that lost many signatures is more often broken than better; files that
 * went away would be found out by nobody else. */
bool
generations_fits(const struct generations *g, const struct keeper_child *keeper,
    struct err *why)
{
	uint64_t is = keeper->info.count;

	if (!is_main(g, keeper) && (g->ask.use != 0 || g->ask.accept_fewer))
		return true;
	if (is * 100 >= g->good * (100 - FEWER_PERCENT))
		return true;
	err_set(why, "%" PRIu64 " signatures, the last good set has %" PRIu64
	    ": more than %d %% fewer; remedy: mend signatures.folders, or, if "
	    "fewer are meant, %s", is, g->good, FEWER_PERCENT,
	    g->child[g->main].was_ready ? "`glassgate reload --accept-fewer`" :
	    "remove what is in signatures.state_folder");
	return false;
}

void
generations_main_good(struct generations *g)
{
	g->good = main_of(g)->info.count;
	generations_note_engine(g);
	g->failures = 0;
	g->copied_anew = false;
	sets_none_failed(&g->sets);
}

static bool
take_kept(struct generations *g)
{
	uint32_t failed = g->sets.current;

	if (!sets_another(&g->sets))
		return false;
	log_warn("other signatures", "set=%u instead=%u reason=\"it cannot be "
	    "loaded\"", g->sets.current, failed);
	main_of(g)->set = g->sets.current;
	g->failures = 0;
	g->again = true;
	g->next_ask = (struct reload_ask){ .why = "other-set",
		.only_changed = true };
	return true;
}

/* Once: what is there cannot be loaded either, or it would serve now. */
static bool
take_copy(struct generations *g)
{
	const struct reload_ask ask = { .why = "fresh-copy" };

	if (g->copied_anew || g->sets.current == 0)
		return false;
	g->copied_anew = true;
	g->again = false;
	generations_begin(g, &ask, 0);
	return g->second != SECOND_NONE;
}

bool
generations_main_is_failing(const struct generations *g)
{
	return g->failures > 0 &&
	    g->child[g->main].ward.state == WARD_WAITING;
}

void
generations_main_failed(struct generations *g)
{
	g->failures++;
	if (g->closing || g->second != SECOND_NONE)
		return;
	if (g->failures < TRIES && (main_of(g)->was_ready || !g->is_hopeless))
		return;
	if (!take_kept(g) && !take_copy(g) && !main_of(g)->was_ready &&
	    g->is_hopeless)
		g->house->tell(g->house, NEWS_KEEPER_REFUSED);
}
