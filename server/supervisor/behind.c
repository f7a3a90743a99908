/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/behind.h"

#include "base/clock.h"
#include "base/log.h"

#define LOOK_MS 1000
#define LATE_SECONDS 5	/* a child looks each one or two */

static bool
is_behind(const struct house *house, const struct thread_count *child)
{
	return atomic_load(&child->pid) != 0 &&
	    atomic_load(&child->settings) != house->settings_n;
}

static unsigned
count(struct behind *b)
{
	unsigned i, late = 0;

	for (i = 0; i < ICAP_CHILDREN_MAX; i++) {
		if (is_behind(b->house, &b->house->segment->threads[i]))
			b->seconds[i]++;
		else
			b->seconds[i] = 0;
		late += b->seconds[i] >= LATE_SECONDS;
	}
	return late;
}

static void
tell(struct behind *b, unsigned late)
{
	metrics_set(&b->house->segment->metrics, METRIC_SETTINGS_BEHIND, late);
	if (late != 0 && b->told == 0)
		log_warn("c-icap cannot take the settings", "settings=%u "
		    "children=%u remedy=\"see its reason above; mend that, or "
		    "restart glassgated\"", b->house->settings_n, late);
	if (late == 0 && b->told != 0)
		log_info("c-icap has the settings", "settings=%u",
		    b->house->settings_n);
	b->told = late;
}

static void
on_look(void *ctx)
{
	struct behind *b = ctx;

	tell(b, count(b));
	b->timer = loop_at(b->house->loop, clock_ms() + LOOK_MS, on_look, b);
}

void
behind_watch(struct behind *b, struct house *house)
{
	*b = (struct behind){ .house = house };
	on_look(b);
}
