/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/keeper.h"

#include "base/clock.h"
#include "base/log.h"
#include "wire/packet.h"

static void
ask(const struct keeper *k, const struct renew *renew)
{
	uint8_t packet[64];
	struct err err;
	ssize_t len = renew_pack(renew, packet, sizeof packet, &err);

	log_warn("workers die by signals", "generation=%u deaths=%u seconds=%u "
	    "action=renew", k->generation, renew->deaths, renew->seconds);
	if (len == -1 || packet_send(k->supervisor, packet, (size_t)len, -1,
	    &err) == -1)
		log_warn("supervisor not reached", "reason=\"%s\"", err.text);
}

/* Forks share a layout: each try of somebody who guesses at addresses costs him
 * a worker, and after some of them the addresses shall be others. */
void
renew_note_death(struct keeper *k)
{
	const struct renew most = {
		.deaths = (uint32_t)k->settings.scan_renew_deaths,
		.seconds = (uint32_t)k->settings.scan_renew_seconds,
	};
	int64_t now = clock_ms(), since = now - (int64_t)most.seconds * 1000;
	unsigned i, n = 0;

	if (most.deaths == 0 || !k->ready)
		return;
	for (i = 0; i < k->signal_deaths; i++)
		if (k->died_at[i] > since)
			k->died_at[n++] = k->died_at[i];
	k->died_at[n++] = now;
	k->signal_deaths = n;
	if (n < most.deaths)
		return;
	k->signal_deaths = 0;
	ask(k, &most);
}
