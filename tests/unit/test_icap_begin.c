/* SPDX-License-Identifier: GPL-2.0-only */
#include "request_fixture.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "icap/begin.h"
#include "icap/stall.h"
#include "icap/trickle.h"

#define FIRST 65535		/* where Squid stops first */
#define HELD 65534		/* what it holds */

static int ends[2];		/* ours, Squid's */

static struct begin_view
quiet(void)
{
	return (struct begin_view){ .fd = ends[0] };
}

/* Of a download of so many bytes that is not decided. */
static struct request *
download(uint64_t received)
{
	struct request *request = new_request("GET http://h/a HTTP/1.1", 1);

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	module.settings.proxy_drip = DRIP_ON_STALL;
	request->received = received;
	return request;
}

static void
end(struct request *request)
{
	request->is_over = true;
	request_free(&request);
	close(ends[0]);
	close(ends[1]);
}

static struct request *
begun(uint64_t received)
{
	struct request *request = download(received);

	request->is_begun = request->is_dripping = true;
	return request;
}

/* How many bytes more may be out then. */
static uint64_t
nudge(struct request *request, struct begin_view input)
{
	uint64_t before = request->nudged;

	begin_nudge(request, &input);
	return request->nudged == before ? 0 : request->nudged - request->given;
}

static void
squid_that_stopped_again_gets_one_byte(void **state)
{
	struct request *request = begun(FIRST + HELD);

	(void)state;
	assert_int_equal(nudge(request, quiet()), 1);
	assert_int_equal(trickle_left(request), 1);
	assert_int_equal(metric(METRIC_STALLS), 1);
	request->given++;
	assert_int_equal(nudge(request, quiet()), 0);
	request->received += HELD - 1;
	assert_int_equal(nudge(request, quiet()), 0);
	/* that was a pause */
	request->received += HELD - 1;
	assert_int_equal(nudge(request, quiet()), 0);
	request->received += HELD;
	assert_int_equal(nudge(request, quiet()), 1);
	assert_int_equal(metric(METRIC_STALLS), 2);
	end(request);
}

static void
nobody_waits_for_silence_where_more_comes_or_goes(void **state)
{
	struct request *request = begun(FIRST + HELD);
	struct begin_view more = quiet(), at_end = quiet(), writing = quiet();

	(void)state;
	more.more_here = at_end.at_end = writing.is_writing = true;
	assert_int_equal(nudge(request, more), 0);
	assert_int_equal(nudge(request, at_end), 0);
	assert_int_equal(nudge(request, writing), 0);
	request->facts.content_length = request->received;
	assert_int_equal(nudge(request, quiet()), 0);
	request->facts.content_length = 0;
	request->is_begun = false;
	assert_int_equal(nudge(request, quiet()), 0);
	request->is_begun = true;
	assert_int_equal(write(ends[1], "more", 4), 4);
	assert_int_equal(nudge(request, quiet()), 0);
	/* else it would be known as silent */
	assert_int_equal(request->silent_at, 0);
	end(request);
}

static void
there_are_64_such_bytes_and_none_where_nothing_may_drip(void **state)
{
	struct request *request = begun(FIRST + HELD);

	(void)state;
	request->nudges = STALL_NUDGES - 1;
	assert_int_equal(nudge(request, quiet()), 1);
	request->given++;
	request->received += HELD;
	assert_int_equal(nudge(request, quiet()), 0);
	request->nudges = 0;
	request->received += HELD;
	module.settings.proxy_drip = DRIP_NEVER;
	assert_int_equal(nudge(request, quiet()), 0);
	end(request);
}

static void
what_is_held_back_stays_back(void **state)
{
	struct request *request = begun(FIRST + HELD);

	(void)state;
	module.settings.trickle_hold = 1000;
	module.settings.trickle_delay = 600;
	request->may_trickle = true;
	request->given = request->received - 1000;
	assert_int_equal(nudge(request, quiet()), 0);
	request->received += HELD;
	request->given = request->received - 1001;
	assert_int_equal(nudge(request, quiet()), 1);
	/* and of what only drips the last byte */
	request->may_trickle = false;
	request->received += HELD;
	request->given = request->received - 1;
	assert_int_equal(nudge(request, quiet()), 0);
	end(request);
}

static bool
is_due(struct request *request)
{
	struct begin_view input = quiet();

	return begin_is_due(request, &input);
}

static void
at_the_first_place_a_quarter_of_a_second_is_enough(void **state)
{
	struct request *request = download(FIRST);
	int64_t start = clock_ms();

	(void)state;
	assert_true(is_due(request));
	assert_true(clock_ms() - start >= STALL_SILENCE_MS);
	assert_true(clock_ms() - start < STALL_LATER_MS);
	assert_true(request->is_dripping);
	end(request);
}

static void
later_it_must_have_sent_what_it_holds_since_a_pause(void **state)
{
	struct request *request = download(FIRST + HELD - 1);
	int64_t start = clock_ms();

	(void)state;
	assert_false(is_due(request));
	assert_int_equal(request->silent_at, request->received);
	request->received += HELD - 1;
	assert_false(is_due(request));
	assert_true(clock_ms() - start < STALL_LATER_MS);
	request->received += HELD;
	start = clock_ms();
	assert_true(is_due(request));
	assert_true(clock_ms() - start >= STALL_LATER_MS);
	assert_int_equal(metric(METRIC_STALLS), 1);
	end(request);
}

static void
an_upload_is_not_begun_later(void **state)
{
	struct request *request = download(FIRST + HELD);

	(void)state;
	request->is_upload = true;
	assert_false(is_due(request));
	assert_int_equal(request->silent_at, 0);
	end(request);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(squid_that_stopped_again_gets_one_byte),
		TEST(nobody_waits_for_silence_where_more_comes_or_goes),
		TEST(there_are_64_such_bytes_and_none_where_nothing_may_drip),
		TEST(what_is_held_back_stays_back),
		TEST(at_the_first_place_a_quarter_of_a_second_is_enough),
		TEST(later_it_must_have_sent_what_it_holds_since_a_pause),
		TEST(an_upload_is_not_begun_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
