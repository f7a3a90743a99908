/* SPDX-License-Identifier: GPL-2.0-only */
#include "tool/report.h"

#include "base/clock.h"
#include "segment/budget.h"

static void
tame(char *text, size_t size)
{
	text[size - 1] = '\0';
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text >= 0x7f)
			*text = '?';
}

/* So that what is counted from it fits. */
static void
tame_time(int64_t *time)
{
	if (*time < 0 || *time > INT64_C(1) << 60)
		*time = 0;
}

/* The supervisor writes nothing else; but c-icap's children can write to the
 * segment, and one may be captured. */
static void
tame_status(struct status *s)
{
	uint32_t i;

	tame(s->icap_address, sizeof(s->icap_address));
	tame(s->istag, sizeof(s->istag));
	tame(s->refused_reason, sizeof(s->refused_reason));
	tame(s->pass_all_reason, sizeof(s->pass_all_reason));
	tame(s->signatures.engine, sizeof(s->signatures.engine));
	tame_time(&s->started);
	tame_time(&s->loaded);
	tame_time(&s->refused);
	tame_time(&s->pass_all_until);
	if (s->signatures.set_count > SETS_MAX)
		s->signatures.set_count = SETS_MAX;
	for (i = 0; i < s->signatures.set_count; i++) {
		tame(s->signatures.sets[i].name,
		    sizeof(s->signatures.sets[i].name));
		tame_time(&s->signatures.sets[i].time);
	}
	if (s->keeper.worker_count > WORKERS_MAX)
		s->keeper.worker_count = WORKERS_MAX;
}

int
report_take(struct report *report, const struct segment *segment)
{
	if (segment_status_copy(segment, &report->status) == -1)
		return -1;
	tame_status(&report->status);
	report->version = PACKAGE_VERSION;	/* or none attaches */
	report->now = clock_unix();
	report->clock = clock_ms();
	report->serving = atomic_load(&segment->serving);
	report->settings = atomic_load(&segment->settings);
	report->threads_busy = 0;
	for (unsigned i = 0; i < ICAP_CHILDREN_MAX; i++)
		report->threads_busy +=
		    atomic_load(&segment->threads[i].busy);
	for (unsigned i = 0; i < METRIC_COUNT; i++)
		report->counters[i] =
		    metrics_get(&segment->metrics, (enum metric)i);
	for (unsigned i = 0; i < BUDGETS; i++)
		report->budget[i] = atomic_load(&segment->budget[i]);
	report->counters[METRIC_BODY_MEMORY] =
	    budget_held(segment, BUDGET_MEMORY);
	report->counters[METRIC_BODY_DISK] =
	    budget_held(segment, BUDGET_DISK);
	report_cages(report, segment);
	report_lanes(report, segment);
	report_policies(report, segment);
	return 0;
}

int64_t
report_pass_all(const struct report *report)
{
	int64_t left = report->status.pass_all_until - report->clock;

	return report->status.pass_all_until != 0 && left > 0 ?
	    (left + 999) / 1000 : 0;
}

const struct warning *
report_warning(const struct report *report, unsigned n)
{
	static const struct warning warnings[] = {
		{ METRIC_NO_REAL_SIGNATURES, "no real signatures",
		    "only our own test samples are found" },
		{ METRIC_SETTINGS_BEHIND, "c-icap cannot take the settings",
		    "it blocks every body; mend page.templates, or restart" },
		{ METRIC_WATCH_MODE, "watch mode is on",
		    "what its policies block passes; see glassgate policy "
		    "show" },
		{ METRIC_SETS_NOT_KEPT, "signature sets are not kept",
		    "no way back to the one before; set "
		    "signatures.state_folder" },
		{ METRIC_NO_BODY_DISK, "no body goes to disk",
		    "what body.memory cannot keep is overload; set "
		    "body.folder" },
	};
	size_t i;

	for (i = 0; i < sizeof(warnings) / sizeof(*warnings); i++)
		if (report->counters[warnings[i].gauge] != 0 && n-- == 0)
			return &warnings[i];
	return NULL;
}

const char *
report_span(char *out, size_t size, int64_t seconds)
{
	static const struct unit {
		int64_t seconds;
		const char *name;
	} units[] = {
		{ 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" },
	};
	size_t i = 0;

	if (seconds < 0)
		seconds = 0;
	while (i < 3 && seconds < units[i].seconds)
		i++;
	if (i == 3 || seconds % units[i].seconds / units[i + 1].seconds == 0)
		snprintf(out, size, "%lld %s",
		    (long long)(seconds / units[i].seconds), units[i].name);
	else
		snprintf(out, size, "%lld %s %lld %s",
		    (long long)(seconds / units[i].seconds), units[i].name,
		    (long long)(seconds % units[i].seconds /
			units[i + 1].seconds),
		    units[i + 1].name);
	return out;
}
