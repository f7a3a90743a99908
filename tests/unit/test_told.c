/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/frame.h"
#include "wire/job.h"
#include "wire/packet.h"

/* Texts of headers: any bytes, but none that could end a line. */
static void
what_a_worker_is_told_comes_back_as_it_went(void **state)
{
	static char longest[TOLD_TEXT_MAX + 1];
	static uint8_t body[JOB_INLINE_MAX], packet[JOB_PACKET_MAX];
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 1,
		.body_len = JOB_INLINE_MAX, .inline_body = body }, back;
	struct err err;
	ssize_t len;

	(void)state;
	memset(longest, 'x', sizeof longest);
	job.told = (struct told){ TOLD_RAW_TOO | TOLD_TYPE_CUT,
	    { SCAN_MAX_MOST, RECURSION_LEAST, FILES_MOST },
	    { "gzip, \xff\t\"br\"", 12 }, { longest, TOLD_TEXT_MAX } };
	len = job_pack(&job, packet, sizeof packet, &err);
	assert_true(len > 0 && len <= PACKET_MAX);
	assert_int_equal(job_unpack(&back, packet, (size_t)len, 0, &err), 0);
	assert_int_equal(back.told.flags, TOLD_RAW_TOO | TOLD_TYPE_CUT);
	assert_int_equal(back.told.limits.scan_max, SCAN_MAX_MOST);
	assert_int_equal(back.told.limits.recursion, RECURSION_LEAST);
	assert_int_equal(back.told.limits.files, FILES_MOST);
	assert_int_equal(back.told.encodings.len, 12);
	assert_memory_equal(back.told.encodings.at, "gzip, \xff\t\"br\"", 12);
	assert_int_equal(back.told.type.len, TOLD_TEXT_MAX);
	job.told.type.len++;
	assert_int_equal(job_pack(&job, packet, sizeof packet, &err), -1);
}

static void
a_header_with_a_line_end_is_refused(void **state)
{
	static const char *const bad[] = { "a\rb", "a\nb", "a\0b" };
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 1,
		.inline_body = "" }, back;
	uint8_t packet[64];
	struct err err;
	ssize_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		job.told.type = (struct told_text){ bad[i], 3 };
		len = job_pack(&job, packet, sizeof packet, &err);
		assert_int_equal(job_unpack(&back, packet, (size_t)len, 0,
		    &err), -1);
	}
}

static void
a_limit_that_none_can_be_is_refused(void **state)
{
	static const struct {
		struct told_limits limits;
		int good;
	} cases[] = {
		{ { 0, 0, 0 }, 0 },
		{ { SCAN_MAX_LEAST, RECURSION_MOST, FILES_LEAST }, 0 },
		{ { SCAN_MAX_LEAST - 1, 0, 0 }, -1 },
		{ { SCAN_MAX_MOST + 1, 0, 0 }, -1 },
		{ { 0, RECURSION_LEAST - 1, 0 }, -1 },
		{ { 0, RECURSION_MOST + 1, 0 }, -1 },
		{ { 0, 0, FILES_LEAST - 1 }, -1 },
		{ { 0, 0, FILES_MOST + 1 }, -1 },
	};
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 1,
		.inline_body = "" }, back;
	uint8_t packet[64];
	struct err err;
	ssize_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		job.told.limits = cases[i].limits;
		len = job_pack(&job, packet, sizeof packet, &err);
		assert_int_equal(job_unpack(&back, packet, (size_t)len, 0,
		    &err), cases[i].good);
	}
}

/* Kind, then all behind the time up to the body. */
static void
the_key_of_a_job_is_what_its_worker_is_told(void **state)
{
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 77,
		.body_len = 5, .inline_body = "hello", .told = {
		TOLD_RAW_TOO, { SCAN_MAX_LEAST, 4, 5 }, { "gzip", 4 },
		{ "text/html", 9 } } };
	uint8_t packet[256], key[JOB_KEY_MAX];
	struct writer w = writer_on(key, sizeof key);
	struct err err;
	ssize_t len;

	(void)state;
	job_key_put(&w, &job);
	assert_false(w.bad);
	len = job_pack(&job, packet, sizeof packet, &err);
	assert_int_equal(len, FRAME_HEAD + 6 + (writer_len(&w) - 1) + 5);
	assert_int_equal(key[0], packet[FRAME_HEAD]);
	assert_memory_equal(key + 1, packet + FRAME_HEAD + 6,
	    writer_len(&w) - 1);
}

static void
the_longest_texts_have_a_key(void **state)
{
	static char longest[TOLD_TEXT_MAX];
	static uint8_t key[JOB_KEY_MAX];
	struct job job = { .kind = JOB_SCAN, .told = {
		.encodings = { longest, TOLD_TEXT_MAX },
		.type = { longest, TOLD_TEXT_MAX } } };
	struct writer w = writer_on(key, sizeof key);

	(void)state;
	job_key_put(&w, &job);
	assert_false(w.bad);
	assert_int_equal(writer_len(&w), JOB_KEY_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_worker_is_told_comes_back_as_it_went),
		cmocka_unit_test(a_header_with_a_line_end_is_refused),
		cmocka_unit_test(a_limit_that_none_can_be_is_refused),
		cmocka_unit_test(the_key_of_a_job_is_what_its_worker_is_told),
		cmocka_unit_test(the_longest_texts_have_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
