/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands in the status until it is mended: only a run that looked at the
 * same thing, and found it good, can say so. A set that somebody asked for is
 * no such thing: he was told, and nothing waits to be mended. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "supervisor/generations_parts.h"

static enum refused
what_of(const struct generations *g)
{
	if (g->ask.renewal)
		return REFUSED_RENEWAL;
	if (g->ask.use != 0)
		return REFUSED_USE;
	return g->looked ? REFUSED_SIGNATURES : REFUSED_SETTINGS;
}

/* The first that is not mended; or "". */
static const char *
shown(const struct generations *g)
{
	unsigned i = 0;

	while (i < REFUSED_STAY - 1 && g->refused[i].text[0] == '\0')
		i++;
	return g->refused[i].text;
}

static void
show(struct generations *g)
{
	const char *text = shown(g);

	metrics_set(&g->house->segment->metrics, METRIC_RELOAD_REFUSED,
	    *text != '\0');
	generations_show_refusal(g, text);
}

/* A folder that stays as it is wrong, or is written all day, is refused again
 * and again: who asks hears of it each time, the log once. */
static bool
is_told(const struct generations *g, enum refused what, const char *reason)
{
	struct err err;

	err_set(&err, "%s", reason);
	return g->ask.only_changed && what < REFUSED_STAY &&
	    strcmp(shown(g), err.text) == 0;
}

/* Who came as far as the signatures has found the settings good. */
static void
note(struct generations *g, enum refused what, const char *reason)
{
	err_set(&g->refused[what], "%s", reason);
	if (what == REFUSED_SIGNATURES)
		g->refused[REFUSED_SETTINGS].text[0] = '\0';
}

void
generations_refuse(struct generations *g, const char *reason)
{
	struct metrics *metrics = &g->house->segment->metrics;
	enum refused what = what_of(g);

	metrics_add(metrics, METRIC_RELOADS_REFUSED, 1);
	log_write(is_told(g, what, reason) ? LOG_DEBUG : LOG_ERROR,
	    "reload refused", "generation=%u serves=on reason=\"%s\"",
	    generations_serving(g), reason);
	if (what < REFUSED_STAY) {
		note(g, what, reason);
		show(g);
	}
	generations_tell(g, g->ask_run, 0, false, reason);
}

/* A fresh keeper serves after any of them. */
void
generations_mended(struct generations *g, bool swapped)
{
	if (swapped)
		g->refused[REFUSED_RENEWAL].text[0] = '\0';
	if (!g->ask.renewal)
		g->refused[REFUSED_SETTINGS].text[0] = '\0';
	if (g->looked)
		g->refused[REFUSED_SIGNATURES].text[0] = '\0';
	show(g);
}
