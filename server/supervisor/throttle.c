/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/throttle.h"

#define LONGEST_S 30

int
throttle_after(struct throttle *throttle, int worked)
{
	int seconds = LONGEST_S;

	if (worked) {
		throttle->failures = 0;
		return 0;
	}
	if (throttle->failures < 5)		/* 1 << 5 is past LONGEST_S */
		seconds = 1 << throttle->failures;
	throttle->failures++;
	return seconds * 1000;
}
