/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/keeper.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "wire/doubt.h"
#include "wire/packet.h"

#define AGAIN_MS 20

static int
tell(const struct keeper *k, uint32_t pid)
{
	uint8_t packet[64];
	struct err err;
	ssize_t len = doubt_pack(pid, packet, sizeof packet, &err);

	if (len == -1 || packet_send(k->supervisor, packet, (size_t)len, -1,
	    &err) == 0)
		return 0;
	return errno == EAGAIN || errno == ENOBUFS ? -1 : 0;
}

/* The supervisor may be slow, and may not make the keeper wait; who lost its
 * supervisor ends anyway. */
static void
on_doubts(void *ctx)
{
	struct keeper *k = ctx;
	unsigned told = 0;

	k->doubt = 0;
	while (told < k->doubts && tell(k, k->doubted[told]) == 0)
		told++;
	k->doubts -= told;
	memmove(k->doubted, k->doubted + told,
	    k->doubts * sizeof *k->doubted);
	if (k->doubts > 0)
		k->doubt = loop_at(k->loop, clock_ms() + AGAIN_MS, on_doubts,
		    k);
}

/* None may be forgotten: with another generation all that this one said is. */
void
doubt_tell(struct keeper *k, pid_t pid)
{
	if (k->doubts == DOUBTS_MAX) {
		keeper_fail(k, "the supervisor does not hear of dead workers");
		return;
	}
	k->doubted[k->doubts++] = (uint32_t)pid;
	if (k->doubt == 0)
		on_doubts(k);
}
