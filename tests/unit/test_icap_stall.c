/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "icap/stall.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	struct stall_view view;	/* drip, received, declared, end, more,
				 * upload, silent at */
	enum stall_step want;
} cases[] = {
	{ "before it", { DRIP_ON_STALL, 65533, 0, 0, 0, 0, 0 }, STALL_HOLD },
	{ "one byte of room is none", { DRIP_ON_STALL, 65534, 0, 0, 0, 0, 0 },
	    STALL_LISTEN },
	{ "that is all", { DRIP_ON_STALL, 65534, 65534, 0, 0, 0, 0 },
	    STALL_HOLD },
	{ "exactly where Squid stops", { DRIP_ON_STALL, 65535, 0, 0, 0, 0, 0 },
	    STALL_LISTEN },
	{ "known to be longer", { DRIP_ON_STALL, 65535, 65536, 0, 0, 0, 0 },
	    STALL_LISTEN },
	{ "a length that lies", { DRIP_ON_STALL, 65535, 1, 0, 0, 0, 0 },
	    STALL_LISTEN },
	{ "no longer than that", { DRIP_ON_STALL, 65535, 65535, 0, 0, 0, 0 },
	    STALL_HOLD },
	{ "the end is here", { DRIP_ON_STALL, 65535, 0, 1, 0, 0, 0 },
	    STALL_HOLD },
	{ "more is here already", { DRIP_ON_STALL, 65535, 300000, 0, 1, 0, 0 },
	    STALL_HOLD },
	{ "one byte later", { DRIP_ON_STALL, 65536, 300000, 0, 0, 0, 0 },
	    STALL_LISTEN_LONG },
	{ "one byte of an upload later",
	    { DRIP_ON_STALL, 65536, 0, 0, 0, 1, 0 },
	    STALL_HOLD },
	{ "an upload", { DRIP_ON_STALL, 65535, 300000, 0, 0, 1, 0 },
	    STALL_LISTEN },
	{ "much later, all of it",
	    { DRIP_ON_STALL, 300000, 300000, 0, 0, 0, 0 },
	    STALL_HOLD },
	{ "much later, more is here", { DRIP_ON_STALL, 300000, 0, 0, 1, 0, 0 },
	    STALL_HOLD },
	{ "always, small", { DRIP_ALWAYS, 65533, 0, 0, 0, 0, 0 }, STALL_HOLD },
	{ "always", { DRIP_ALWAYS, 65535, 65535, 0, 1, 0, 0 }, STALL_LET_GO },
	{ "always, past it", { DRIP_ALWAYS, 70000, 0, 0, 1, 0, 0 },
	    STALL_LET_GO },
	{ "always, all is here", { DRIP_ALWAYS, 70000, 0, 1, 0, 0, 0 },
	    STALL_HOLD },
	{ "never", { DRIP_NEVER, 65535, 300000, 0, 0, 0, 0 }, STALL_HOLD },
};

static void
a_stall_is_suspected_only_where_squid_stops(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (stall_step(&cases[i].view) != cases[i].want)
			fail_msg("%s", cases[i].name);
}

static const struct {
	uint64_t received, silent_at;
	bool want;
} later[] = {
	{ 65535 + 65533, 0, false },	/* it holds that only once it has gone
					 * on at the first place */
	{ 65535 + 65534, 0, true },
	{ 65535 + 65534, 65534, true },
	{ 200000, 200000 - 65533, false },
	{ 200000, 200000 - 65534, true },
	{ 200000, 200000, false },
	{ 65535, 0, false },
	{ 0, 0, false },
};

static void
it_stops_again_only_when_it_has_sent_what_it_holds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(later); i++)
		if (stall_is_likely(&(struct stall_view){
		    .received = later[i].received,
		    .silent_at = later[i].silent_at }) != later[i].want)
			fail_msg("row %zu", i);
}

static void
what_goes_out_is_one_byte_in_a_million(void **state)
{
	(void)state;
	assert_int_equal(stall_allowance(0), 0);
	assert_int_equal(stall_allowance(999999), 0);
	assert_int_equal(stall_allowance(1000000), 1);
	assert_int_equal(stall_allowance(60000000), 60);
}

static atomic_bool not_ending;

static bool
hears_nothing(int fd, size_t due, const atomic_bool *ending)
{
	return stall_silent(fd, due, clock_ms() + STALL_SILENCE_MS, ending);
}

static void
silence_is_heard_only_after_a_quarter_of_a_second(void **state)
{
	int64_t start = clock_ms();
	int sp[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sp), 0);
	assert_true(hears_nothing(sp[0], 0, &not_ending));
	assert_true(clock_ms() - start >= STALL_SILENCE_MS);
	assert_true(clock_ms() - start < STALL_SILENCE_MS + 1000);
	close(sp[0]);
	close(sp[1]);
}

struct writer {
	int fd;
	int64_t wrote;		/* when, in ms */
};

static void *
write_later(void *arg)
{
	struct writer *w = arg;

	usleep(50000);
	assert_int_equal(write(w->fd, "abcd", 4), 4);
	w->wrote = clock_ms();
	return NULL;
}

/* How long the data took; silent: whether that was too long for it. */
static int64_t
data_comes(bool *silent)
{
	int64_t start = clock_ms();
	struct writer w;
	pthread_t thread;
	int sp[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sp), 0);
	w.fd = sp[1];
	pthread_create(&thread, NULL, write_later, &w);
	*silent = hears_nothing(sp[0], 2, &not_ending);
	pthread_join(thread, NULL);
	close(sp[0]);
	close(sp[1]);
	return w.wrote - start;
}

static void
data_that_comes_in_time_is_no_silence(void **state)
{
	bool silent = true;

	(void)state;
	/* On a machine with much to do it may come late. */
	while (data_comes(&silent) >= STALL_SILENCE_MS)
		;
	assert_false(silent);
}

static void
the_line_end_of_the_chunk_does_not_count(void **state)
{
	char left[8];
	int sp[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sp), 0);
	assert_int_equal(write(sp[1], "\r\n", 2), 2);
	assert_true(hears_nothing(sp[0], 2, &not_ending));
	assert_false(hears_nothing(sp[0], 1, &not_ending));
	assert_int_equal(read(sp[0], left, sizeof left), 2);
	close(sp[0]);
	close(sp[1]);
}

static void
a_client_that_left_or_our_end_is_no_silence(void **state)
{
	atomic_bool ending = true;
	int sp[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sp), 0);
	assert_false(hears_nothing(sp[0], 0, &ending));
	close(sp[1]);
	assert_false(hears_nothing(sp[0], 0, &not_ending));
	close(sp[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stall_is_suspected_only_where_squid_stops),
		cmocka_unit_test(
		    it_stops_again_only_when_it_has_sent_what_it_holds),
		cmocka_unit_test(what_goes_out_is_one_byte_in_a_million),
		cmocka_unit_test(
		    silence_is_heard_only_after_a_quarter_of_a_second),
		cmocka_unit_test(data_that_comes_in_time_is_no_silence),
		cmocka_unit_test(the_line_end_of_the_chunk_does_not_count),
		cmocka_unit_test(a_client_that_left_or_our_end_is_no_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
