/* SPDX-License-Identifier: GPL-2.0-only */
/* What each kind of process put on of its cage, as it told itself; a keeper
 * that serves put on what it told of, or had not come so far. */
#include "tool/report.h"

#define OF_ICAP                                                                \
	(LAYER_BIT(LAYER_SECCOMP) | LAYER_BIT(LAYER_LANDLOCK) |                \
	    LAYER_BIT(LAYER_USER))
#define OF_KEEPER (OF_ICAP | LAYER_BIT(LAYER_NAMESPACES))
#define OF_SUPERVISOR LAYER_BIT(LAYER_SECCOMP)

/* One more of them: the least that all have counts. */
static void
add(struct report_cage *cage, uint32_t layers)
{
	if ((layers & LAYERS_TOLD) == 0)
		return;
	cage->layers &= layers;
	cage->count++;
}

static void
end(struct report_cage *cage, uint32_t wanted)
{
	cage->missing = cage->count > 0 ? wanted & ~cage->layers : 0;
	cage->layers = cage->count > 0 ? wanted & cage->layers : 0;
}

void
report_cages(struct report *report, const struct segment *segment)
{
	struct report_cage *c = report->cages;
	unsigned i;

	c[CAGE_SUPERVISOR] = (struct report_cage){ "supervisor", ~0u, 0, 0 };
	c[CAGE_KEEPER] = (struct report_cage){ "keeper", ~0u, 0, 0 };
	c[CAGE_MONITOR] = (struct report_cage){ "icap", ~0u, 0, 0 };
	c[CAGE_CHILD] = (struct report_cage){ "icap-child", ~0u, 0, 0 };
	add(&c[CAGE_SUPERVISOR], report->status.own_layers);
	if (report->serving != 0)
		add(&c[CAGE_KEEPER], report->status.cage.layers | LAYERS_TOLD);
	if (report->status.icap_pid != 0)
		add(&c[CAGE_MONITOR], atomic_load(&segment->monitor_layers));
	for (i = 0; i < ICAP_CHILDREN_MAX; i++)
		if (atomic_load(&segment->threads[i].pid) != 0)
			add(&c[CAGE_CHILD],
			    atomic_load(&segment->threads[i].layers));
	end(&c[CAGE_SUPERVISOR], OF_SUPERVISOR);
	end(&c[CAGE_KEEPER], OF_KEEPER);
	end(&c[CAGE_MONITOR], OF_ICAP);
	end(&c[CAGE_CHILD], OF_ICAP);
}
