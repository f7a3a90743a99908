/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whatever is found in a body and is to be scanned goes through visit(): it
 * alone asks the engine, keeps the budget and merges what was said. Readers
 * (server/unpack) know a sink and nothing else.
 */
#include "worker/judge.h"

#include "base/clock.h"
#include "base/log.h"
#include "unpack/budget.h"
#include "unpack/encodings.h"
#include "unpack/sink.h"
#include "unpack/slice.h"
#include "unpack/upload.h"
#include "wire/merge.h"
#include "worker/identify.h"
#include "worker/inside.h"
#include "worker/scratch.h"
#include "worker/strict.h"

#define VALUES_SHARE 5		/* of a text for each file: 50,000 take three
				 * seconds, and 20,000 keys are honest */
#define ENGINE_SPARE_MS 1000	/* of a lane's limit, at most a quarter */

struct hearing {
	const struct worker_spec *spec;
	const struct told *told;
	struct verdict *best;
	struct budget budget;
	struct inside inside;
	bool is_whole;		/* some reading is, as its type says */
	bool is_value;		/* what is scanned next */
	const char *missing;	/* in the first that is not */
	enum type_group first;	/* what was looked at, without what is in it */
	enum type_group bytes;	/* of the whole: see count_type() */
};

/* What the engine did not find it may not have seen. */
static void
doubt(struct verdict *verdict, const char *name)
{
	if (outcome_is_finding(verdict->outcome))
		return;
	*verdict = (struct verdict){ .outcome = OUTCOME_ENGINE_ERROR,
		.bytes = verdict->bytes };
	verdict_set_name(verdict, name);
}

static void
doubt_calls(struct verdict *verdict)
{
	const char *failure = strict_failure();

	if (failure == NULL)
		return;
	log_warn("call failed in a scan", "call=\"%s\" outcome=%s", failure,
	    outcome_name(verdict->outcome));
	doubt(verdict, "Worker.CallFailed");
}

static bool
has_room(const struct worker_spec *spec, struct scratch_left *left_out,
    struct verdict *verdict)
{
	struct err err;

	if (scratch_room(spec->scratch, left_out, &err) == 0)
		return true;
	*left_out = (struct scratch_left){ 0, 0 };
	log_warn("scratch is short", "reason=\"%s\" outcome=%s", err.text,
	    outcome_name(verdict->outcome));
	doubt(verdict, "Worker.ScratchShort");
	return false;
}

/* We shall end by ourselves before the keeper ends us. */
static uint32_t
limit_ms(const struct worker_spec *spec, const struct job *job)
{
	uint32_t spare = spec->time_limit_ms / 4, most;

	if (spare > ENGINE_SPARE_MS)
		spare = ENGINE_SPARE_MS;
	most = spec->time_limit_ms - spare;
	return job->time_limit_ms < most ? job->time_limit_ms : most;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	struct hearing *hearing = ctx;

	verdict_note(hearing->best, outcome, cause, name);
}

static bool
give_up(struct hearing *hearing, enum outcome outcome, const char *cause,
    const char *name)
{
	note(hearing, outcome, cause, name);
	return false;
}

static bool
spend(void *ctx, size_t len)
{
	struct hearing *hearing = ctx;

	if (budget_late(&hearing->budget))
		return give_up(hearing, OUTCOME_TIMEOUT, "Limits.ScanTime", "");
	if (!budget_take(&hearing->budget, len))
		return give_up(hearing, OUTCOME_TOO_BIG, "Limits.ScanSize",
		    "");
	return true;
}

/* What may be in a value counts as files again. */
static bool
take_one(struct hearing *hearing)
{
	uint32_t *left = hearing->is_value ? &hearing->budget.values :
	    &hearing->budget.members;

	hearing->is_value = false;
	return *left > 0 && (*left)--;
}

/* False: nothing that comes could still matter, or there is no time left. */
static bool
scan(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct hearing *hearing = ctx;
	const struct worker_spec *spec = hearing->spec;
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	int left = clock_left(hearing->budget.deadline);

	if (left == 0)
		return give_up(hearing, OUTCOME_TIMEOUT, "Limits.ScanTime",
		    name);
	if (!take_one(hearing))
		return give_up(hearing, OUTCOME_TOO_DEEP, "Limits.Files",
		    name);
	spec->ops->scan(spec->engine, bytes, len, (uint32_t)left, &verdict);
	if (verdict.outcome == OUTCOME_NONE)
		return give_up(hearing, OUTCOME_ENGINE_ERROR, "Engine.Silent",
		    name);
	if (hearing->first == GROUP_NONE)
		hearing->first = identify(verdict.bytes, bytes, len);
	verdict_merge(hearing->best, &verdict, name);
	return !outcome_is_worst(hearing->best->outcome);
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct hearing *hearing = ctx;

	return inside_look(&hearing->inside, bytes, len, name);
}

static bool
visit_piece(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct hearing *hearing = ctx;

	return inside_look_piece(&hearing->inside, bytes, len, name);
}

static bool
visit_value(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct hearing *hearing = ctx;

	return inside_look_new_value(&hearing->inside, bytes, len, name);
}

static bool
scan_value(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct hearing *hearing = ctx;

	hearing->is_value = true;
	return scan(hearing, bytes, len, name);
}

static void
on_layer(void *ctx, const struct engine_layer *layer)
{
	struct hearing *hearing = ctx;

	inside_layer(&hearing->inside, layer);
}

static void
listen(struct hearing *hearing, const struct listener *listener)
{
	const struct worker_spec *spec = hearing->spec;

	if (spec->ops->listen != NULL)
		spec->ops->listen(spec->engine, listener);
}

/* Of several readings the one that can do most harm; but that a body is packed
 * is not what it is, where it could be unpacked. */
static void
count_type(struct hearing *hearing, const char *reading)
{
	if (*reading == '\0' && hearing->bytes != GROUP_NONE &&
	    hearing->first == GROUP_ARCHIVE)
		return;
	hearing->bytes = type_group_worse(hearing->bytes, hearing->first);
}

/* Of a form: whoever sends a file in one sends that. */
static bool
count_part(struct hearing *hearing, bool more)
{
	hearing->bytes = type_group_worse(hearing->bytes, hearing->first);
	return more;
}

static bool
visit_part(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct hearing *hearing = ctx;

	hearing->first = GROUP_NONE;
	return count_part(hearing, visit(ctx, bytes, len, name));
}

static bool
visit_part_piece(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct hearing *hearing = ctx;

	hearing->first = GROUP_NONE;
	return count_part(hearing, visit_piece(ctx, bytes, len, name));
}

static bool
visit_part_value(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct hearing *hearing = ctx;

	hearing->first = GROUP_NONE;
	return count_part(hearing, inside_look_value(&hearing->inside, bytes,
	    len, name));
}

static bool
has_parts(const struct told_text *type)
{
	struct slice s = slice_on(type->at, type->len);

	return slice_find(s, "multipart/") < s.len;
}

/* A reading of the whole body, and what a server takes out of it. */
static bool
read_body(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct hearing *hearing = ctx;
	const struct told_text *type = &hearing->told->type;
	const bool parts = has_parts(type);
	const struct sink sink = {
		hearing, spend, parts ? visit_part : visit,
		parts ? visit_part_piece : visit_piece,
		parts ? visit_part_value : visit_value, note,
	};
	const char *missing;
	bool more;

	hearing->first = GROUP_NONE;
	more = visit(hearing, bytes, len, name);
	count_type(hearing, name);
	if (!more)
		return false;
	missing = upload_walk(slice_on(type->at, type->len),
	    slice_on(bytes, len), name, &sink);
	if (missing == NULL)
		hearing->is_whole = true;
	else if (hearing->missing == NULL)
		hearing->missing = missing;
	return !outcome_is_worst(hearing->best->outcome);
}

static void
hear(struct hearing *hearing, const struct body *body)
{
	const struct sink sink = { hearing, spend, read_body, read_body,
		read_body, note };

	encodings_read(hearing->told, body->data, body->len, &hearing->budget,
	    &sink);
	if (hearing->best->outcome == OUTCOME_NONE)
		note(hearing, OUTCOME_ENGINE_ERROR, "Worker.NothingSeen", "");
	if (hearing->told->flags & TOLD_TYPE_CUT)
		note(hearing, OUTCOME_DAMAGED, "Headers.ContentType", "");
	/* The packed form has no parts, or half of one, and need not have. */
	if (!hearing->is_whole && hearing->missing != NULL)
		note(hearing, OUTCOME_DAMAGED, hearing->missing, "");
}

static uint64_t
lower(uint64_t own, uint64_t told)
{
	return told != 0 && told < own ? told : own;
}

/* What a job says can only be less. */
static struct engine_limits
limits_of(const struct worker_spec *spec, const struct job *job)
{
	const struct told_limits *told = &job->told.limits;

	return (struct engine_limits){
		.scan_max = lower(spec->scan_max, told->scan_max),
		.recursion = (uint32_t)lower(spec->recursion, told->recursion),
		.files = (uint32_t)lower(spec->files, told->files),
		.time_limit_ms = limit_ms(spec, job),
	};
}

static bool
limit(const struct worker_spec *spec, const struct engine_limits *limits,
    struct verdict *verdict)
{
	if (spec->ops->limit == NULL ||
	    spec->ops->limit(spec->engine, limits) == 0)
		return true;
	doubt(verdict, "Engine.NoLimits");
	return false;
}

static enum type_group
what_it_is(const struct hearing *hearing)
{
	if (hearing->bytes == GROUP_NONE)
		return GROUP_UNKNOWN;
	if (hearing->bytes == GROUP_DOCUMENT &&
	    (hearing->best->seen & OUTCOME_BIT(OUTCOME_MACRO)) != 0)
		return GROUP_MACRO;
	return hearing->bytes;
}

void
judge(const struct worker_spec *spec, const struct job *job,
    const struct body *body, struct scratch_left *left,
    struct verdict *verdict_out)
{
	const struct engine_limits limits = limits_of(spec, job);
	uint64_t most = limits.scan_max;
	struct hearing hearing = {
		.spec = spec,
		.told = &job->told,
		.best = verdict_out,
		.budget = {
			.bytes = most > body->len ? most - body->len : 0,
			.members = limits.files,
			.values = limits.files * VALUES_SHARE,
			.depth = limits.recursion,
			.deadline = clock_ms() + limits.time_limit_ms,
		},
	};
	const struct sink scans = { &hearing, spend, scan, scan, scan_value,
		note };
	const struct listener listener = { &hearing, on_layer };

	verdict_out->bytes = GROUP_UNKNOWN;
	if ((left->inodes == 0 && !has_room(spec, left, verdict_out)) ||
	    !limit(spec, &limits, verdict_out))
		return;
	strict_reset();
	hearing.inside = (struct inside){
		.budget = &hearing.budget,
		.files = limits.files,
		.scan = &scans,
	};
	listen(&hearing, &listener);
	hear(&hearing, body);
	listen(&hearing, NULL);
	inside_free(&hearing.inside);
	verdict_out->bytes = what_it_is(&hearing);
	doubt_calls(verdict_out);
	(void)has_room(spec, left, verdict_out);
}

enum type_group
judge_type(const struct worker_spec *spec, const struct job *job,
    const struct body *body)
{
	enum type_group group;

	strict_reset();
	group = spec->ops->identify(spec->engine, body->data, body->len,
	    limit_ms(spec, job));
	group = identify(group, body->data, body->len);
	return strict_failure() == NULL ? group : GROUP_UNKNOWN;
}
