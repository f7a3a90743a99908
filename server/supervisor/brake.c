/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/brake.h"

#define MINUTE_MS 60000
#define MOST_MS (60 * (int64_t)MINUTE_MS)
#define CALM_MS (2 * MOST_MS)

int64_t
brake_take(struct brake *brake, int64_t now)
{
	int64_t wait = MOST_MS;

	if (brake->in_a_row > 0 && now < brake->next)
		return brake->next - now;
	if (now - brake->last > CALM_MS)
		brake->in_a_row = 0;
	if (brake->in_a_row < 6)		/* 1 << 6 is past MOST_MS */
		wait = (int64_t)MINUTE_MS << brake->in_a_row;
	brake->in_a_row++;
	brake->last = now;
	brake->next = now + wait;
	return 0;
}
