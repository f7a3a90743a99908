/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "wire/doubt.h"
#include "wire/keeper_msg.h"

static uint8_t again[KEEPER_PACKET_MAX];

static void
must_be_same(ssize_t len, const uint8_t *data, size_t size)
{
	if (len != (ssize_t)size || memcmp(again, data, size) != 0)
		abort();
}

static void
try_numbers(const uint8_t *data, size_t size)
{
	uint64_t job;
	bool bad;
	uint32_t pid;
	struct renew renew;
	struct err err;

	if (handover_unpack(&job, data, size, &err) == 0)
		must_be_same(handover_pack(job, again, sizeof again, &err),
		    data, size);
	if (done_unpack(&job, &bad, data, size, &err) == 0)
		must_be_same(done_pack(job, bad, again, sizeof again, &err),
		    data, size);
	if (doubt_unpack(&pid, data, size, &err) == 0)
		must_be_same(doubt_pack(pid, again, sizeof again, &err), data,
		    size);
	if (renew_unpack(&renew, data, size, &err) == 0)
		must_be_same(renew_pack(&renew, again, sizeof again, &err),
		    data, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct signature_info info;
	struct cage_info cage;
	enum lane lane;
	struct keeper_stats stats;
	struct err err, reason;

	try_numbers(data, size);
	if (breach_unpack(&lane, data, size, &err) == 0)
		must_be_same(breach_pack(lane, again, sizeof again, &err),
		    data, size);
	if (leave_unpack(data, size, &err) == 0)
		must_be_same(leave_pack(again, sizeof again, &err), data,
		    size);
	if (cage_unpack(&cage, data, size, &err) == 0)
		must_be_same(cage_pack(&cage, again, sizeof again, &err),
		    data, size);
	if (ready_unpack(&info, data, size, &err) == 0)
		must_be_same(ready_pack(&info, again, sizeof again, &err),
		    data, size);
	if (stats_unpack(&stats, data, size, &err) == 0)
		must_be_same(stats_pack(&stats, again, sizeof again, &err),
		    data, size);
	if (failed_unpack(&reason, data, size, &err) == 0)
		must_be_same(failed_pack(reason.text, again, sizeof again,
		    &err), data, size);
	return 0;
}
