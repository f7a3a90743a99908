/* SPDX-License-Identifier: GPL-2.0-only */
/* What the supervisor tells a keeper. */
#include "base/log.h"
#include "supervisor/keeper_child.h"
#include "wire/keeper_msg.h"
#include "wire/packet.h"

void
keeper_child_leave(struct keeper_child *keeper, int seconds)
{
	uint8_t packet[64];
	struct err err = { "it has no channel" };
	ssize_t len = leave_pack(packet, sizeof(packet), &err);

	if (keeper->ward.pid == 0) {
		ward_stop(&keeper->ward);
		return;
	}
	runtime_close_generation(&keeper->house->runtime, keeper->generation);
	ward_leave(&keeper->ward, seconds);
	if (keeper->control == -1 || len == -1 ||
	    packet_send(keeper->control, packet, (size_t)len, -1, &err) == -1) {
		log_warn("keeper not reached", "generation=%u action=stop "
		    "reason=\"%s\"", keeper->generation, err.text);
		ward_stop(&keeper->ward);
	}
}

void
keeper_child_breach(struct keeper_child *keeper, enum lane lane)
{
	uint8_t packet[64];
	struct err err;
	ssize_t len = breach_pack(lane, packet, sizeof(packet), &err);

	if (keeper->control == -1)
		return;
	if (len == -1 || packet_send(keeper->control, packet, (size_t)len, -1,
	    &err) == -1)
		log_warn("keeper not reached", "generation=%u reason=\"%s\"",
		    keeper->generation, err.text);
}
