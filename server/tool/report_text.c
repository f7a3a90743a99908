/* SPDX-License-Identifier: GPL-2.0-only */
#include <inttypes.h>

#include "tool/report.h"
#include "tool/tool.h"

#define LABEL "%-12s"

/* Whole megabytes, up. */
static uint64_t
megabytes(uint64_t bytes)
{
	return (bytes >> 20) + ((bytes & 0xfffff) != 0);
}

static void
print_bodies(const struct report *r, FILE *to)
{
	fprintf(to, LABEL "%" PRIu64 " of %" PRIu64 " MB in memory, %" PRIu64
	    " of %" PRIu64 " MB on disk\n", "bodies",
	    megabytes(r->counters[METRIC_BODY_MEMORY]),
	    megabytes(r->budget[BUDGET_MEMORY]),
	    megabytes(r->counters[METRIC_BODY_DISK]),
	    megabytes(r->budget[BUDGET_DISK]));
}

static void
print_head(const struct report *r, FILE *to)
{
	const struct status *s = &r->status;
	char span[64];

	fprintf(to, "glassgate %s, %s", r->version,
	    service_state_name((enum service_state)s->state));
	if (s->first != SECOND_NONE)
		fprintf(to, ", %s the signatures",
		    second_state_name((enum second_state)s->first));
	fprintf(to, ", up %s\n",
	    report_span(span, sizeof(span), r->now - s->started));
	fprintf(to, LABEL "icap://%s/glassgate  ISTag %s\n", "icap",
	    s->icap_address, s->istag[0] != '\0' ? s->istag : "-");
	fprintf(to, LABEL "supervisor %d, keeper %d, c-icap %d\n", "processes",
	    s->supervisor_pid, s->keeper_pid, s->icap_pid);
	fprintf(to, LABEL "%" PRIu32 " threads of c-icap have a request\n",
	    "busy", r->threads_busy);
	print_bodies(r, to);
}

static void
print_generations(const struct report *r, FILE *to)
{
	const struct status *s = &r->status;
	char reason[4 * sizeof(s->refused_reason)], span[64];

	fprintf(to, LABEL "generation %" PRIu32 ", settings %" PRIu32
	    ", for %s\n", "serving", r->serving, r->settings,
	    report_span(span, sizeof(span), r->now - s->loaded));
	if (s->set != 0)
		fprintf(to, LABEL "signatures set %" PRIu32 "%s\n", "", s->set,
		    s->pinned ? ", pinned" : "");
	if (s->second != SECOND_NONE)
		fprintf(to, LABEL "generation %" PRIu32 " is %s, keeper %d\n",
		    "", s->second_generation,
		    second_state_name((enum second_state)s->second),
		    s->second_pid);
	if (s->refused != 0)
		fprintf(to, LABEL "reload refused %s ago: %s\n", "WARNING",
		    report_span(span, sizeof(span), r->now - s->refused),
		    tool_escape(reason, sizeof(reason), s->refused_reason));
}

static void
print_pass_all(const struct report *r, FILE *to)
{
	char reason[4 * sizeof(r->status.pass_all_reason)], span[64];

	if (report_pass_all(r) == 0)
		return;
	fprintf(to, LABEL "PASS-ALL: nothing is scanned, everything passes, "
	    "for another %s: %s\n", "WARNING",
	    report_span(span, sizeof(span), report_pass_all(r)),
	    tool_escape(reason, sizeof(reason), r->status.pass_all_reason));
}

static void
print_missing(const char *name, uint32_t gone, FILE *to)
{
	uint32_t needed = gone & LAYERS_REQUIRED;
	char text[LAYERS_TEXT];

	if (gone != 0)
		fprintf(to, ", missing: %s", layers_text(gone, text));
	fputc('\n', to);
	if (needed != 0)
		fprintf(to, LABEL "sandbox incomplete: %s without %s\n",
		    "WARNING", name, layers_text(needed, text));
}

static void
print_sandbox(const struct cage_info *cage, FILE *to)
{
	char text[LAYERS_TEXT];

	fprintf(to, LABEL "workers: %s", "sandbox",
	    layers_text(cage->layers, text));
	if (cage->landlock_abi != 0)
		fprintf(to, ", Landlock ABI %" PRIu32, cage->landlock_abi);
	print_missing("workers", LAYERS_ALL & ~cage->layers, to);
}

static void
print_cages(const struct report *r, FILE *to)
{
	char text[LAYERS_TEXT];

	for (unsigned i = 0; i < CAGE_KINDS; i++) {
		const struct report_cage *cage = &r->cages[i];

		if (cage->count == 0)
			continue;
		fprintf(to, LABEL "%s: %s", "", cage->name,
		    layers_text(cage->layers, text));
		print_missing(cage->name, cage->missing, to);
	}
}

static void
print_set(const struct report *r, const struct signature_set *set, FILE *to)
{
	char name[4 * sizeof(set->name)], span[64], version[32] = "";

	if (set->version != 0)
		snprintf(version, sizeof(version), "version %" PRIu32 ", ",
		    set->version);
	fprintf(to, "  %s: %" PRIu32 " signatures, %s",
	    tool_escape(name, sizeof(name), set->name), set->count, version);
	if (set->builtin)
		fprintf(to, "built in, for tests only\n");
	else
		fprintf(to, "%s old\n",
		    report_span(span, sizeof(span), r->now - set->time));
}

static void
print_signatures(const struct report *r, FILE *to)
{
	const struct signature_info *info = &r->status.signatures;
	const struct warning *warning;

	fprintf(to, LABEL "%" PRIu64 " in %" PRIu32 " set%s, engine %s\n",
	    "signatures", info->count, info->set_count,
	    info->set_count == 1 ? "" : "s",
	    info->engine[0] != '\0' ? info->engine : "-");
	for (uint32_t i = 0; i < info->set_count && i < SETS_MAX; i++)
		print_set(r, &info->sets[i], to);
	for (unsigned n = 0; (warning = report_warning(r, n)) != NULL; n++)
		fprintf(to, LABEL "%s: %s\n", "WARNING", warning->name,
		    warning->text);
}

static void
print_workers(const struct keeper_stats *keeper, FILE *to)
{
	fprintf(to, LABEL "%" PRIu32 "\n", "workers", keeper->worker_count);
	for (uint32_t i = 0; i < keeper->worker_count && i < WORKERS_MAX; i++) {
		const struct worker_info *w = &keeper->workers[i];

		fprintf(to, "  %-6s %-9s pid %-8" PRIu32 " scans %" PRIu32
		    "\n", lane_name((enum lane)w->lane),
		    worker_state_name((enum worker_state)w->state), w->pid,
		    w->scans);
	}
}

static void
print_lanes(const struct report *r, FILE *to)
{
	for (unsigned i = 0; i < LANE_COUNT; i++) {
		const struct report_lane *lane = &r->lanes[i];

		fprintf(to, LABEL "%s: %" PRIu32 " workers, %" PRIu32
		    " idle, %" PRIu32 " busy, %" PRIu32 " spare; %" PRIu32
		    " jobs, %" PRIu32 " waiting, queue %" PRIu32 "\n",
		    i == 0 ? "lanes" : "", lane_name((enum lane)i),
		    lane->workers, lane->idle, lane->busy, lane->spare,
		    lane->jobs, lane->waiting, r->status.queue);
	}
}

static void
print_counters(const struct report *r, FILE *to)
{
	fprintf(to, "outcomes\n");
	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		if (r->counters[METRIC_OUTCOMES + i] != 0)
			fprintf(to, "  %-12s %" PRIu64 "\n",
			    outcome_name((enum outcome)i),
			    r->counters[METRIC_OUTCOMES + i]);
	fprintf(to, "counters\n");
	for (unsigned i = 0; i < METRIC_COUNT; i++)
		fprintf(to, "  %s %" PRIu64 "\n", metric_name((enum metric)i),
		    r->counters[i]);
}

static void
print_policies(const struct report *r, FILE *to)
{
	char name[128];

	for (unsigned i = 0; i < r->policy_count; i++)
		for (unsigned n = 0; n < POLICY_COUNTED; n++)
			fprintf(to, "  %s %" PRIu64 "\n",
			    report_policy_name(name, sizeof(name),
			    &r->policies[i], n), r->policies[i].value[n]);
}

int
report_print_text(const struct report *r, FILE *to)
{
	print_head(r, to);
	print_pass_all(r, to);
	print_generations(r, to);
	print_sandbox(&r->status.cage, to);
	print_cages(r, to);
	print_signatures(r, to);
	print_workers(&r->status.keeper, to);
	print_lanes(r, to);
	print_counters(r, to);
	print_policies(r, to);
	return ferror(to) ? -1 : 0;
}
