/* SPDX-License-Identifier: GPL-2.0-only */
#include <jansson.h>

#include "tool/report.h"

/* jansson takes over what is set with _new, and refuses text that is not
 * UTF-8: then, as without memory, a value is missing and json_pack is NULL. */

static json_t *
set_json(const struct report *r, const struct signature_set *set)
{
	return json_pack("{s:s s:I s:I s:I s:I s:b}", "name", set->name,
	    "version", (json_int_t)set->version, "time", (json_int_t)set->time,
	    "age_seconds", (json_int_t)(r->now - set->time), "count",
	    (json_int_t)set->count, "builtin", (int)set->builtin);
}

static json_t *
signatures_json(const struct report *r)
{
	const struct signature_info *info = &r->status.signatures;
	json_t *sets = json_array();

	for (uint32_t i = 0; i < info->set_count && i < SETS_MAX; i++)
		json_array_append_new(sets, set_json(r, &info->sets[i]));
	return json_pack("{s:s s:I s:o}", "engine", info->engine, "count",
	    (json_int_t)info->count, "sets", sets);
}

static json_t *
layers_json(uint32_t layers)
{
	json_t *names = json_array();

	for (unsigned i = 0; i < LAYER_COUNT; i++)
		if ((layers & LAYER_BIT(i)) != 0)
			json_array_append_new(names,
			    json_string(layer_name((enum layer)i)));
	return names;
}

static json_t *
cages_json(const struct report *r)
{
	json_t *cages = json_object();

	for (unsigned i = 0; i < CAGE_KINDS; i++)
		json_object_set_new(cages, r->cages[i].name,
		    json_pack("{s:i s:o s:o}", "count", (int)r->cages[i].count,
			"layers", layers_json(r->cages[i].layers), "missing",
			layers_json(r->cages[i].missing)));
	return cages;
}

/* Its first three: the workers'. */
static json_t *
sandbox_json(const struct report *r)
{
	const struct cage_info *cage = &r->status.cage;

	return json_pack("{s:o s:o s:I s:o}", "layers",
	    layers_json(cage->layers), "missing",
	    layers_json(LAYERS_ALL & ~cage->layers), "landlock_abi",
	    (json_int_t)cage->landlock_abi, "processes", cages_json(r));
}

static json_t *
workers_json(const struct keeper_stats *keeper)
{
	json_t *workers = json_array();

	for (uint32_t i = 0; i < keeper->worker_count && i < WORKERS_MAX; i++) {
		const struct worker_info *w = &keeper->workers[i];

		json_array_append_new(workers,
		    json_pack("{s:s s:s s:I s:I}", "lane",
			lane_name((enum lane)w->lane), "state",
			worker_state_name((enum worker_state)w->state), "pid",
			(json_int_t)w->pid, "scans", (json_int_t)w->scans));
	}
	return workers;
}

static json_t *
lanes_json(const struct report *r)
{
	json_t *lanes = json_object();

	for (unsigned i = 0; i < LANE_COUNT; i++) {
		const struct report_lane *lane = &r->lanes[i];

		json_object_set_new(lanes, lane_name((enum lane)i), json_pack(
		    "{s:I s:I s:I s:I s:I s:I s:I}", "workers",
		    (json_int_t)lane->workers, "idle", (json_int_t)lane->idle,
		    "busy", (json_int_t)lane->busy, "spare",
		    (json_int_t)lane->spare, "jobs", (json_int_t)lane->jobs,
		    "waiting", (json_int_t)lane->waiting, "queue",
		    (json_int_t)r->status.queue));
	}
	return lanes;
}

static json_t *
outcomes_json(const struct report *r)
{
	json_t *outcomes = json_object();

	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		json_object_set_new(outcomes, outcome_name((enum outcome)i),
		    json_integer(
			(json_int_t)r->counters[METRIC_OUTCOMES + i]));
	return outcomes;
}

static void
set_policy(json_t *counters, const struct report_policy *policy)
{
	char name[128];

	for (unsigned n = 0; n < POLICY_COUNTED; n++)
		json_object_set_new(counters, report_policy_name(name,
		    sizeof(name), policy, n),
		    json_integer((json_int_t)policy->value[n]));
}

static json_t *
counters_json(const struct report *r)
{
	json_t *counters = json_object();

	for (unsigned i = 0; i < METRIC_COUNT; i++)
		json_object_set_new(counters, metric_name((enum metric)i),
		    json_integer((json_int_t)r->counters[i]));
	for (unsigned i = 0; i < r->policy_count; i++)
		set_policy(counters, &r->policies[i]);
	return counters;
}

static json_t *
warnings_json(const struct report *r)
{
	json_t *warnings = json_array();
	const struct warning *warning;

	for (unsigned n = 0; (warning = report_warning(r, n)) != NULL; n++)
		json_array_append_new(warnings, json_string(warning->name));
	if (report_pass_all(r) != 0)
		json_array_append_new(warnings, json_string("pass-all"));
	return warnings;
}

static json_t *
head_json(const struct report *r)
{
	const struct status *s = &r->status;

	return json_pack(
	    "{s:s s:s s:s s:I s:I s:s s:s s:I s:I s:I s:{s:i s:i s:i}}",
	    "version", r->version, "state",
	    service_state_name((enum service_state)s->state), "first",
	    second_state_name((enum second_state)s->first), "started",
	    (json_int_t)s->started, "uptime_seconds",
	    (json_int_t)(r->now - s->started), "icap_address", s->icap_address,
	    "istag", s->istag, "generation", (json_int_t)r->serving,
	    "settings", (json_int_t)r->settings, "icap_threads_busy",
	    (json_int_t)r->threads_busy, "pids", "supervisor",
	    (int)s->supervisor_pid, "keeper", (int)s->keeper_pid, "icap",
	    (int)s->icap_pid);
}

static json_t *
second_json(const struct status *s)
{
	return json_pack("{s:s s:I s:i}", "state",
	    second_state_name((enum second_state)s->second), "generation",
	    (json_int_t)s->second_generation, "pid", (int)s->second_pid);
}

static json_t *
refused_json(const struct status *s)
{
	if (s->refused == 0)
		return json_null();
	return json_pack("{s:I s:s}", "time", (json_int_t)s->refused, "reason",
	    s->refused_reason);
}

static json_t *
pass_all_json(const struct report *r)
{
	if (report_pass_all(r) == 0)
		return json_null();
	return json_pack("{s:I s:s}", "seconds_left",
	    (json_int_t)report_pass_all(r), "reason",
	    r->status.pass_all_reason);
}

int
report_print_json(const struct report *r, FILE *to)
{
	json_t *root = head_json(r);
	int failed = root == NULL;

	failed |= json_object_set_new(root, "warnings", warnings_json(r));
	failed |= json_object_set_new(root, "signatures", signatures_json(r));
	failed |= json_object_set_new(root, "second",
	    second_json(&r->status));
	failed |= json_object_set_new(root, "reload_refused",
	    refused_json(&r->status));
	failed |= json_object_set_new(root, "signature_set",
	    json_pack("{s:i s:b}", "number", (int)r->status.set, "pinned",
	    (int)r->status.pinned));
	failed |= json_object_set_new(root, "pass_all", pass_all_json(r));
	failed |= json_object_set_new(root, "sandbox",
	    sandbox_json(r));
	failed |= json_object_set_new(root, "workers",
	    workers_json(&r->status.keeper));
	failed |= json_object_set_new(root, "lanes", lanes_json(r));
	failed |= json_object_set_new(root, "outcomes", outcomes_json(r));
	failed |= json_object_set_new(root, "counters", counters_json(r));
	if (!failed)
		failed |= json_dumpf(root, to, JSON_INDENT(2));
	json_decref(root);
	fputc('\n', to);
	return failed || ferror(to) ? -1 : 0;
}
