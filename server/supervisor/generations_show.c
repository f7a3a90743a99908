/* SPDX-License-Identifier: GPL-2.0-only */
/* What of the generations stands in the segment, for status and module. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/generations_parts.h"

/* A file that finds nothing (an ignore list, say) protects from nothing. */
static bool
none_is_real(const struct signature_info *info)
{
	uint32_t i;

	for (i = 0; i < info->set_count; i++)
		if (!info->sets[i].builtin && info->sets[i].count > 0)
			return false;
	return true;
}

static void
note_signatures(struct house *house, const struct signature_info *info)
{
	bool none = none_is_real(info);

	metrics_set(&house->segment->metrics, METRIC_NO_REAL_SIGNATURES, none);
	if (none)
		log_warn("no real signatures", "signatures=%" PRIu64
		    " remedy=\"install freshclam, or set signatures.folders\"",
		    info->count);
}

void
generations_show(const struct generations *g)
{
	const struct keeper_child *second = &g->child[1 - g->main];
	struct segment *segment = g->house->segment;
	struct status *status = segment_status_edit(segment);

	status->keeper_pid = g->child[g->main].ward.pid;
	status->first = g->first;
	status->second = g->second;
	status->second_pid = second->ward.pid;
	status->second_generation = second->generation;
	segment_status_end(segment);
}

static void
note_layers(struct house *house, const struct cage_info *cage)
{
	metrics_set(&house->segment->metrics, METRIC_LAYERS_MISSING,
	    (uint64_t)__builtin_popcount(LAYERS_ALL & ~cage->layers));
}

/* What killed workers of the old signatures may be harmless to the new, and
 * what was found no finding any more. */
void
generations_forget(const struct generations *g)
{
	poison_next(&g->house->segment->poison);
	urls_forget(&g->house->segment->urls);
}

/* A keeper that died and came back with the same signatures still knows all. */
void
generations_show_main(const struct generations *g)
{
	const struct keeper_child *keeper = &g->child[g->main];
	struct segment *segment = g->house->segment;
	struct status *status = segment_status_edit(segment);

	if (strcmp(g->house->istag, keeper->istag) != 0)
		generations_forget(g);
	status->keeper_pid = keeper->ward.pid;
	status->signatures = keeper->info;
	status->cage = keeper->cage;
	status->queue = (uint32_t)keeper->settings->scan_queue;
	memcpy(g->house->istag, keeper->istag, sizeof(g->house->istag));
	house_show_istag(g->house);
	memset(&status->keeper, 0, sizeof(status->keeper));
	status->loaded = clock_unix();
	segment_status_end(segment);
	metrics_set(&segment->metrics, METRIC_CACHE_ENTRIES, 0);
	note_layers(g->house, &keeper->cage);
	note_signatures(g->house, &keeper->info);
	log_info("signatures loaded", "generation=%u sets=%u signatures=%"
	    PRIu64 " istag=%s", keeper->generation, keeper->info.set_count,
	    keeper->info.count, status->istag);
}

/* The one line of a reload: what serves, what served before it, and why. */
void
generations_log_swap(const struct generations *g, uint32_t set_before)
{
	const struct keeper_child *is = &g->child[g->main];
	const struct keeper_child *was = &g->child[1 - g->main];

	log_info("reloaded", "generation=%u before=%u set=%u set_before=%u "
	    "signatures=%" PRIu64 " signatures_before=%" PRIu64 " why=%s "
	    "istag=%s", is->generation, was->generation, g->sets.current,
	    set_before, is->info.count, was->info.count, g->ask.why,
	    segment_status_edit(g->house->segment)->istag);
}

void
generations_show_stats(const struct generations *g,
    const struct keeper_stats *stats)
{
	struct segment *segment = g->house->segment;
	struct status *status = segment_status_edit(segment);

	status->keeper = *stats;
	if (stats->worker_count == 0)
		status->keeper_pid = 0;
	segment_status_end(segment);
}

/* "": all is mended (generations_refusal.c). */
void
generations_show_refusal(const struct generations *g, const char *reason)
{
	struct segment *segment = g->house->segment;
	struct status *status = segment_status_edit(segment);

	status->refused = *reason != '\0' ? clock_unix() : 0;
	snprintf(status->refused_reason, sizeof(status->refused_reason), "%s",
	    reason);
	segment_status_end(segment);
}
