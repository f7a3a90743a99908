/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/keeper.h"

#include <errno.h>

#include "base/clock.h"
#include "base/log.h"
#include "wire/packet.h"

#define PERIOD_MS 200
#define BEAT_MS 1000		/* also when nothing changed: it is alive */

static void
fill_stats(const struct keeper *k, struct keeper_stats *stats)
{
	unsigned i;

	*stats = (struct keeper_stats){ .worker_count = k->slot_count };
	for (i = 0; i < k->slot_count; i++)
		stats->workers[i] = (struct worker_info){
			.lane = (uint8_t)k->slots[i].lane,
			.state = (uint8_t)k->slots[i].state,
			.pid = (uint32_t)k->slots[i].pid,
			.scans = k->slots[i].scans,
		};
	for (i = 0; i < DEATH_COUNT; i++)
		stats->deaths[i] = k->deaths[i];
	for (i = 0; i < REPLACED_COUNT; i++)
		stats->replaced[i] = k->replaced[i];
	stats->bad_messages = k->bad_messages;
	stats->fork_waits = k->fork_waits;
}

/* The supervisor may be slow, and may not make the keeper wait. */
static void
on_report(void *ctx)
{
	struct keeper *k = ctx;
	uint8_t packet[KEEPER_PACKET_MAX];
	struct keeper_stats stats;
	struct err err;
	ssize_t len;

	k->report = 0;
	k->reported = clock_ms();
	fill_stats(k, &stats);
	len = stats_pack(&stats, packet, sizeof packet, &err);
	if (len != -1 && packet_send(k->supervisor, packet, (size_t)len, -1,
	    &err) == 0)
		return;
	if (len != -1 && (errno == EAGAIN || errno == ENOBUFS))
		report_changed(k);
	else
		log_warn("supervisor not reached", "reason=\"%s\"", err.text);
}

void
report_changed(struct keeper *k)
{
	if (k->ready && k->report == 0)
		k->report = loop_at(k->loop, k->reported + PERIOD_MS,
		    on_report, k);
}

static void
on_beat(void *ctx)
{
	struct keeper *k = ctx;

	report_changed(k);
	k->beat = loop_at(k->loop, clock_ms() + BEAT_MS, on_beat, k);
}

void
report_cage(struct keeper *k)
{
	uint8_t packet[64];
	struct err err;
	ssize_t len = cage_pack(&k->cage, packet, sizeof packet, &err);

	if (len == -1 || packet_send(k->supervisor, packet, (size_t)len, -1,
	    &err) == -1)
		keeper_fail(k, err.text);
}

int
report_ready(struct keeper *k, struct err *err)
{
	uint8_t packet[KEEPER_PACKET_MAX];
	ssize_t len;

	if (!staff_suffices(k))
		return 0;
	len = ready_pack(&k->signatures, packet, sizeof packet, err);
	if (len == -1 || packet_send(k->supervisor, packet, (size_t)len, -1,
	    err) == -1) {
		keeper_fail(k, err->text);
		return 0;
	}
	k->ready = true;
	swiftly(0);
	log_info("keeper ready", "generation=%u signatures=%llu", k->generation,
	    (unsigned long long)k->signatures.count);
	staff_update_all(k);
	on_beat(k);
	return 0;
}

void
report_failed(struct keeper *k, const char *reason)
{
	uint8_t packet[KEEPER_PACKET_MAX];
	struct err err;
	ssize_t len = failed_pack(reason, packet, sizeof packet, &err);

	if (len == -1 || packet_send(k->supervisor, packet, (size_t)len, -1,
	    &err) == -1)
		log_warn("supervisor not reached", "reason=\"%s\"", err.text);
}
