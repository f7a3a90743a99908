/* SPDX-License-Identifier: GPL-2.0-only */
#include "tool/report.h"

#include "base/clock.h"

int
report_take(struct report *report, const struct segment *segment)
{
	if (segment_status_copy(segment, &report->status) == -1)
		return -1;
	report->version = segment->version;
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
	return 0;
}

int64_t
report_pass_all(const struct report *report)
{
	int64_t left = report->status.pass_all_until - report->clock;

	return report->status.pass_all_until != 0 && left > 0 ?
	    (left + 999) / 1000 : 0;
}

const char *
report_warning(const struct report *report)
{
	if (report->counters[METRIC_NO_REAL_SIGNATURES] == 0)
		return NULL;
	return "no real signatures";
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
