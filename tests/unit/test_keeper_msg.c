/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/doubt.h"
#include "wire/frame.h"
#include "wire/job.h"
#include "wire/keeper_msg.h"
#include "wire/layers.h"
#include "wire/outcome.h"
#include "wire/packet.h"
#include "wire/scan_client.h"
#include "wire/verdict.h"

static void
keeper_messages_come_back_as_they_went(void **state)
{
	static struct signature_info info = { "ClamAV 1.4.6", 12, 1,
		{ { "d\xc3ily.cvd", 27000, -1, 10, 0 } } };
	static struct keeper_stats stats = {
		.worker_count = 1,
		.workers = { { LANE_BIG, WORKER_SPARE, 77, 9 } },
		.deaths = { 1, 2, 3, 4, 5, 7 },
		.bad_messages = 6,
		.replaced = { 7, 8, 6 },
		.fork_waits = 9,
	};
	static uint8_t packet[KEEPER_PACKET_MAX];
	static struct signature_info info_back;
	static struct keeper_stats stats_back;
	struct err err, reason;
	uint64_t job;
	bool bad;
	ssize_t len;

	(void)state;
	len = ready_pack(&info, packet, sizeof packet, &err);
	assert_int_equal(
	    ready_unpack(&info_back, packet, (size_t)len, &err), 0);
	assert_string_equal(info_back.sets[0].name, "d?ily.cvd");
	assert_true(info_back.sets[0].time == -1);
	assert_int_equal(
	    stats_unpack(&stats_back, packet, (size_t)len, &err), -1);
	len = stats_pack(&stats, packet, sizeof packet, &err);
	assert_int_equal(
	    stats_unpack(&stats_back, packet, (size_t)len, &err), 0);
	assert_memory_equal(&stats, &stats_back, sizeof stats);
	len = failed_pack("x.ndb: bad\nline", packet, sizeof packet, &err);
	assert_int_equal(
	    failed_unpack(&reason, packet, (size_t)len, &err), 0);
	assert_string_equal(reason.text, "x.ndb: bad?line");
	len = handover_pack(7, packet, sizeof packet, &err);
	assert_int_equal(handover_unpack(&job, packet, (size_t)len, &err), 0);
	assert_true(job == 7);
	assert_int_equal(
	    done_unpack(&job, &bad, packet, (size_t)len, &err), -1);
	len = done_pack(8, true, packet, sizeof packet, &err);
	assert_int_equal(
	    done_unpack(&job, &bad, packet, (size_t)len, &err), 0);
	assert_true(job == 8 && bad);
	packet[len - 1] = 2;
	assert_int_equal(
	    done_unpack(&job, &bad, packet, (size_t)len, &err), -1);
}

static void
largest_keeper_messages_fit_in_a_packet(void **state)
{
	static struct signature_info info = { .set_count = SETS_MAX };
	static struct keeper_stats stats = { .worker_count = WORKERS_MAX };
	static uint8_t packet[KEEPER_PACKET_MAX];
	struct err err;
	int i;

	(void)state;
	for (i = 0; i < SETS_MAX; i++)
		memset(info.sets[i].name, 'x', sizeof info.sets[i].name - 1);
	assert_true(ready_pack(&info, packet, sizeof packet, &err) > 0);
	assert_true(stats_pack(&stats, packet, sizeof packet, &err) > 0);
}

static void
a_doubt_is_about_a_process(void **state)
{
	static const struct {
		uint32_t pid;
		int good;
	} cases[] = { { 0, -1 }, { 1, 0 }, { INT32_MAX, 0 },
		{ (uint32_t)INT32_MAX + 1, -1 } };
	uint8_t packet[64];
	struct err err;
	uint32_t back;
	ssize_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		len = doubt_pack(cases[i].pid, packet, sizeof packet, &err);
		assert_int_equal(doubt_unpack(&back, packet, (size_t)len,
		    &err), cases[i].good);
		if (cases[i].good == 0)
			assert_int_equal(back, cases[i].pid);
		assert_int_equal(doubt_unpack(&back, packet, (size_t)len - 1,
		    &err), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeper_messages_come_back_as_they_went),
		cmocka_unit_test(a_doubt_is_about_a_process),
		cmocka_unit_test(largest_keeper_messages_fit_in_a_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
