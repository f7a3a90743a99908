/* SPDX-License-Identifier: GPL-2.0-only */
#include "cache/trust.h"

struct trust_before
trust_before(const struct trust *trust, enum lane lane)
{
	return (struct trust_before){
		.doubts = atomic_load(&trust->doubts),
		.of_lane = atomic_load(&trust->lane[lane]),
		.lane = lane,
	};
}

static uint32_t
of_worker(const struct trust *trust, uint32_t pid)
{
	return atomic_load(&trust->worker[pid % TRUST_PLACES]);
}

int
trust_vouch(const struct trust *trust, const struct trust_before *before,
    uint32_t worker, struct voucher *voucher_out)
{
	struct voucher voucher = {
		.worker = worker,
		.of_worker = of_worker(trust, worker),
		.of_lane = before->of_lane,
		.lane = (uint8_t)before->lane,
	};

	/* Looked at last: trust_doubt_worker() counts it first, so that nobody
	 * vouches for a dead worker with the number of its successor. */
	if (worker == 0 || atomic_load(&trust->doubts) != before->doubts)
		return -1;
	*voucher_out = voucher;
	return 0;
}

bool
trust_holds(const struct trust *trust, const struct voucher *voucher)
{
	return voucher->worker != 0 && voucher->lane < LANE_COUNT &&
	    voucher->of_worker == of_worker(trust, voucher->worker) &&
	    voucher->of_lane == atomic_load(&trust->lane[voucher->lane]);
}

void
trust_doubt_worker(struct trust *trust, uint32_t pid)
{
	atomic_fetch_add(&trust->doubts, 1);
	atomic_fetch_add(&trust->worker[pid % TRUST_PLACES], 1);
}

void
trust_doubt_lane(struct trust *trust, enum lane lane)
{
	atomic_fetch_add(&trust->lane[lane], 1);
}
