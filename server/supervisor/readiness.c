/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/readiness.h"

#include <string.h>

#include "base/clock.h"
#include "supervisor/address.h"

void
readiness_init(struct readiness *readiness, struct house *house)
{
	*readiness = (struct readiness){
		.house = house,
		.selfcheck = {
			.address = address_of_self(&house->listen),
		},
		.errand = {
			.name = "self-check",
			.fn = selfcheck_run,
			.account = house->icap,
			.seconds = SELFCHECK_SECONDS,
			.cage = &cage_of_selfcheck,
			.settings = &house->settings,
		},
	};
	memcpy(readiness->selfcheck.token, house->token,
	    sizeof(house->token));
	readiness->errand.ctx = &readiness->selfcheck;
}

/* A reload may have changed it. */
static void
expect(struct readiness *readiness)
{
	const struct policy *policy = &readiness->house->settings.policy;

	readiness->selfcheck.infected_passes =
	    policy_action(policy, OUTCOME_INFECTED) == ACTION_PASS;
	readiness->selfcheck.clean_blocks =
	    policy_action(policy, OUTCOME_CLEAN) == ACTION_BLOCK;
}

static void
on_time(void *ctx)
{
	struct readiness *readiness = ctx;
	struct house *house = readiness->house;

	readiness->timer = 0;
	expect(readiness);
	if (errand_start(&readiness->errand, &readiness->reason) == -1)
		house->tell(house, NEWS_CHECK_WRONG);
}

/* One at a time: while one is on its way, its end decides about the next. */
void
readiness_in(struct readiness *readiness, int ms)
{
	if (readiness->errand.pid != 0)
		return;
	loop_cancel(readiness->house->loop, &readiness->timer);
	readiness->timer = loop_at(readiness->house->loop, clock_ms() + ms,
	    on_time, readiness);
}

void
readiness_void(struct readiness *readiness)
{
	errand_kill(&readiness->errand);
}

void
readiness_stop(struct readiness *readiness)
{
	loop_cancel(readiness->house->loop, &readiness->timer);
	readiness_void(readiness);
}

bool
readiness_reap(struct readiness *readiness, pid_t pid)
{
	struct house *house = readiness->house;
	int result;

	if (!errand_reap(&readiness->errand, pid, &result, &readiness->reason))
		return false;
	house->tell(house, result == -1 ? NEWS_CHECK_WRONG : NEWS_CHECK_RIGHT);
	return true;
}
