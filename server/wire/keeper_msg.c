/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/keeper_msg.h"

#include <stdbool.h>
#include <string.h>

#include "wire/fields.h"

static const char *const lanes[LANE_COUNT] = {
	[LANE_SMALL] = "small",
	[LANE_BIG] = "big",
};

static const char *const states[] = {
	[WORKER_STARTING] = "starting",
	[WORKER_IDLE] = "idle",
	[WORKER_BUSY] = "busy",
	[WORKER_GONE] = "gone",
	[WORKER_SPARE] = "spare",
};
#define STATE_COUNT (sizeof states / sizeof *states)

static const char *const deaths[DEATH_COUNT] = {
	[DEATH_SIGNAL] = "signal",
	[DEATH_EXIT] = "exit",
	[DEATH_DEADLINE] = "deadline",
	[DEATH_ABANDONED] = "abandoned",
	[DEATH_PROTOCOL] = "protocol",
	[DEATH_MEMORY] = "memory",
};

static const char *const replacements[REPLACED_COUNT] = {
	[REPLACED_BODIES] = "bodies",
	[REPLACED_AGE] = "age",
	[REPLACED_BREACH] = "breach",
};

const char *
lane_name(enum lane lane)
{
	return (unsigned)lane < LANE_COUNT ? lanes[lane] : "?";
}

const char *
worker_state_name(enum worker_state state)
{
	return (unsigned)state < STATE_COUNT ? states[state] : "?";
}

const char *
death_name(enum death death)
{
	return (unsigned)death < DEATH_COUNT ? deaths[death] : "?";
}

const char *
replaced_name(enum replaced replaced)
{
	return (unsigned)replaced < REPLACED_COUNT ? replacements[replaced] :
	    "?";
}

ssize_t
handover_pack(uint64_t job, void *memory, size_t size, struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_HANDOVER);

	put_u64(&w, job);
	return frame_finish(&w, err);
}

int
handover_unpack(uint64_t *job_out, const void *packet, size_t len,
    struct err *err)
{
	struct reader r;
	uint64_t job;

	if (open_as(FRAME_HANDOVER, packet, len, &r, err) == -1)
		return -1;
	job = get_u64(&r);
	if (at_end(&r, err) == -1)
		return -1;
	*job_out = job;
	return 0;
}

ssize_t
done_pack(uint64_t job, bool bad_job, void *memory, size_t size,
    struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_DONE);

	put_u64(&w, job);
	put_u8(&w, bad_job);
	return frame_finish(&w, err);
}

int
done_unpack(uint64_t *job_out, bool *bad_job_out, const void *packet,
    size_t len, struct err *err)
{
	struct reader r;
	uint64_t job;
	uint8_t bad;

	if (open_as(FRAME_DONE, packet, len, &r, err) == -1)
		return -1;
	job = get_u64(&r);
	bad = get_u8(&r);
	if (at_end(&r, err) == -1)
		return -1;
	if (bad > 1)
		return err_set(err, "done neither with a good nor a bad job");
	*job_out = job;
	*bad_job_out = bad;
	return 0;
}

ssize_t
leave_pack(void *memory, size_t size, struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_LEAVE);

	return frame_finish(&w, err);
}

int
leave_unpack(const void *packet, size_t len, struct err *err)
{
	struct reader r;

	if (open_as(FRAME_LEAVE, packet, len, &r, err) == -1)
		return -1;
	return at_end(&r, err);
}

ssize_t
breach_pack(enum lane lane, void *memory, size_t size, struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_BREACH);

	put_u8(&w, (uint8_t)lane);
	return frame_finish(&w, err);
}

int
breach_unpack(enum lane *lane_out, const void *packet, size_t len,
    struct err *err)
{
	struct reader r;
	unsigned lane;

	if (open_as(FRAME_BREACH, packet, len, &r, err) == -1)
		return -1;
	lane = get_u8(&r);
	if (at_end(&r, err) == -1)
		return -1;
	if (lane >= LANE_COUNT)
		return err_set(err, "lane %u", lane);
	*lane_out = (enum lane)lane;
	return 0;
}

ssize_t
cage_pack(const struct cage_info *info, void *memory, size_t size,
    struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_CAGE);

	put_u32(&w, info->layers);
	put_u32(&w, info->landlock_abi);
	return frame_finish(&w, err);
}

int
cage_unpack(struct cage_info *info_out, const void *packet, size_t len,
    struct err *err)
{
	struct cage_info info;
	struct reader r;

	if (open_as(FRAME_CAGE, packet, len, &r, err) == -1)
		return -1;
	info.layers = get_u32(&r);
	info.landlock_abi = get_u32(&r);
	if ((info.layers & ~LAYERS_ALL) != 0)
		return err_set(err, "layers %#x", info.layers);
	if (at_end(&r, err) == -1)
		return -1;
	*info_out = info;
	return 0;
}

static void
put_set(struct writer *w, const struct signature_set *set)
{
	put_text(w, set->name);
	put_u32(w, set->version);
	put_u64(w, (uint64_t)set->time);
	put_u32(w, set->count);
	put_u8(w, set->builtin);
}

static void
get_set(struct reader *r, struct signature_set *set)
{
	get_text(r, set->name, sizeof set->name);
	set->version = get_u32(r);
	set->time = (int64_t)get_u64(r);
	set->count = get_u32(r);
	set->builtin = get_u8(r);
	if (set->builtin > 1)
		r->bad = true;
}

ssize_t
ready_pack(const struct signature_info *info, void *memory, size_t size,
    struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_READY);
	uint32_t i;

	if (info->set_count > SETS_MAX)
		return err_set(err, "too many signature sets");
	put_text(&w, info->engine);
	put_u64(&w, info->count);
	put_u32(&w, info->set_count);
	for (i = 0; i < info->set_count; i++)
		put_set(&w, &info->sets[i]);
	return frame_finish(&w, err);
}

int
ready_unpack(struct signature_info *info_out, const void *packet, size_t len,
    struct err *err)
{
	struct signature_info info = { 0 };
	struct reader r;
	uint32_t i;

	if (open_as(FRAME_READY, packet, len, &r, err) == -1)
		return -1;
	get_text(&r, info.engine, sizeof info.engine);
	info.count = get_u64(&r);
	info.set_count = get_u32(&r);
	if (info.set_count > SETS_MAX)
		return err_set(err, "%u signature sets", info.set_count);
	for (i = 0; i < info.set_count; i++)
		get_set(&r, &info.sets[i]);
	if (at_end(&r, err) == -1)
		return -1;
	*info_out = info;
	return 0;
}

ssize_t
failed_pack(const char *reason, void *memory, size_t size, struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_FAILED);

	put_text(&w, reason);
	return frame_finish(&w, err);
}

int
failed_unpack(struct err *reason_out, const void *packet, size_t len,
    struct err *err)
{
	struct reader r;
	struct err reason;

	if (open_as(FRAME_FAILED, packet, len, &r, err) == -1)
		return -1;
	get_text(&r, reason.text, sizeof reason.text);
	if (at_end(&r, err) == -1)
		return -1;
	*reason_out = reason;
	return 0;
}

static void
put_worker(struct writer *w, const struct worker_info *worker)
{
	put_u8(w, worker->lane);
	put_u8(w, worker->state);
	put_u32(w, worker->pid);
	put_u32(w, worker->scans);
}

static void
get_worker(struct reader *r, struct worker_info *worker)
{
	worker->lane = get_u8(r);
	worker->state = get_u8(r);
	worker->pid = get_u32(r);
	worker->scans = get_u32(r);
	if (worker->lane >= LANE_COUNT || worker->state >= STATE_COUNT)
		r->bad = true;
}

ssize_t
stats_pack(const struct keeper_stats *stats, void *memory, size_t size,
    struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_STATS);
	uint32_t i;

	if (stats->worker_count > WORKERS_MAX)
		return err_set(err, "too many workers");
	for (i = 0; i < DEATH_COUNT; i++)
		put_u32(&w, stats->deaths[i]);
	put_u32(&w, stats->bad_messages);
	for (i = 0; i < REPLACED_COUNT; i++)
		put_u32(&w, stats->replaced[i]);
	put_u32(&w, stats->fork_waits);
	put_u32(&w, stats->worker_count);
	for (i = 0; i < stats->worker_count; i++)
		put_worker(&w, &stats->workers[i]);
	return frame_finish(&w, err);
}

int
stats_unpack(struct keeper_stats *stats_out, const void *packet, size_t len,
    struct err *err)
{
	struct keeper_stats stats = { 0 };
	struct reader r;
	uint32_t i;

	if (open_as(FRAME_STATS, packet, len, &r, err) == -1)
		return -1;
	for (i = 0; i < DEATH_COUNT; i++)
		stats.deaths[i] = get_u32(&r);
	stats.bad_messages = get_u32(&r);
	for (i = 0; i < REPLACED_COUNT; i++)
		stats.replaced[i] = get_u32(&r);
	stats.fork_waits = get_u32(&r);
	stats.worker_count = get_u32(&r);
	if (stats.worker_count > WORKERS_MAX)
		return err_set(err, "%u workers", stats.worker_count);
	for (i = 0; i < stats.worker_count; i++)
		get_worker(&r, &stats.workers[i]);
	if (at_end(&r, err) == -1)
		return -1;
	*stats_out = stats;
	return 0;
}

ssize_t
renew_pack(const struct renew *renew, void *memory, size_t size,
    struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_RENEW);

	put_u32(&w, renew->deaths);
	put_u32(&w, renew->seconds);
	return frame_finish(&w, err);
}

int
renew_unpack(struct renew *renew_out, const void *packet, size_t len,
    struct err *err)
{
	struct renew renew;
	struct reader r;

	if (open_as(FRAME_RENEW, packet, len, &r, err) == -1)
		return -1;
	renew.deaths = get_u32(&r);
	renew.seconds = get_u32(&r);
	if (at_end(&r, err) == -1)
		return -1;
	if (renew.deaths == 0 || renew.deaths > DEATHS_MOST)
		return err_set(err, "%u deaths", renew.deaths);
	*renew_out = renew;
	return 0;
}
