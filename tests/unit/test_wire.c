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

#include "wire/frame.h"
#include "wire/job.h"
#include "wire/keeper_msg.h"
#include "wire/layers.h"
#include "wire/outcome.h"
#include "wire/packet.h"
#include "wire/scan_client.h"
#include "wire/verdict.h"

static void
what_is_missing_of_a_cage_is_told_with_a_remedy_for_each(void **state)
{
	char text[LAYERS_TEXT], remedy[LAYERS_REMEDY];

	(void)state;
	assert_true(strlen(layers_text(LAYERS_ALL, text)) < LAYERS_TEXT - 1);
	assert_true(strlen(layers_remedy(LAYERS_ALL, remedy)) <
	    LAYERS_REMEDY - 1);
	assert_non_null(strstr(remedy, "Landlock"));
	assert_non_null(strstr(remedy, "hidepid"));
	layers_remedy(LAYER_BIT(LAYER_MEMORY), remedy);
	assert_null(strstr(remedy, "Landlock"));
	layers_remedy(LAYER_BIT(LAYER_SECCOMP) | LAYER_BIT(LAYER_LANDLOCK),
	    remedy);
	assert_null(strstr(remedy, "hidepid"));
	assert_string_equal(strstr(remedy, "Linux"), remedy);
	assert_null(strstr(remedy + 1, "Linux"));	/* once is enough */
	assert_string_equal(layers_remedy(0, remedy), "");
}

static void
every_outcome_has_a_name_of_its_own(void **state)
{
	enum outcome back;
	int i;

	(void)state;
	for (i = 0; i < OUTCOME_COUNT; i++) {
		assert_int_equal(
		    outcome_parse(outcome_name((enum outcome)i), &back), 0);
		assert_int_equal(back, i);
	}
	assert_string_equal(outcome_name((enum outcome)99), "none");
	assert_int_equal(outcome_parse("cleanish", &back), -1);
	assert_int_equal(OUTCOME_NONE, 0);
}

static void
job_comes_back_as_it_went(void **state)
{
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 30000,
		.body_len = 5, .inline_body = "hello" }, back;
	uint8_t packet[JOB_PACKET_MAX];
	struct err err;
	ssize_t len;

	(void)state;
	len = job_pack(&job, packet, sizeof packet, &err);
	assert_int_equal(len, FRAME_HEAD + 14 + 21 + 5);
	assert_int_equal(job_unpack(&back, packet, (size_t)len, 0, &err), 0);
	assert_int_equal(back.kind, JOB_SCAN);
	assert_int_equal(back.time_limit_ms, 30000);
	assert_int_equal(back.body_len, 5);
	assert_memory_equal(back.inline_body, "hello", 5);
	job.inline_body = NULL;
	job.body_len = 1ULL << 40;
	len = job_pack(&job, packet, sizeof packet, &err);
	assert_int_equal(job_unpack(&back, packet, (size_t)len, 1, &err), 0);
	assert_null(back.inline_body);
	assert_true(back.body_len == 1ULL << 40);
}

static void
largest_inline_body_fits_and_one_more_is_refused(void **state)
{
	static uint8_t body[JOB_INLINE_MAX + 1], packet[JOB_PACKET_MAX];
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 1,
		.body_len = JOB_INLINE_MAX, .inline_body = body };
	struct err err;

	(void)state;
	assert_int_equal(job_pack(&job, packet, sizeof packet, &err),
	    FRAME_HEAD + 14 + 21 + JOB_INLINE_MAX);
	job.body_len++;
	assert_int_equal(job_pack(&job, packet, sizeof packet, &err), -1);
}

/* One good job, one byte changed (or cut, or added): each must be refused. */
static void
job_that_is_off_by_anything_is_refused(void **state)
{
	static const struct {
		const char *name;
		int at, value, grow, has_fd;
	} cases[] = {
		{ "length too small", 3, 31, 0, 0 },
		{ "length too large", 3, 33, 0, 0 },
		{ "version", 5, 1, 0, 0 },
		{ "type", 7, FRAME_VERDICT, 0, 0 },
		{ "kind zero", 8, 0, 0, 0 },
		{ "kind unknown", 8, 3, 0, 0 },
		{ "place unknown", 9, 2, 0, 0 },
		{ "descriptor missing", 9, 1, 0, 0 },
		{ "descriptor and bytes", 9, 1, 0, 1 },
		{ "descriptor beside inline body", -1, 0, 0, 1 },
		{ "body length over the packet", 21, 6, 0, 0 },
		{ "body length under the packet", 21, 4, 0, 0 },
		{ "body length negative", 14, 0x80, 0, 0 },
		{ "unknown flag", 22, 8, 0, 0 },
		{ "encodings over the end", 23, 1, 0, 0 },
		{ "type over the end", 26, 9, 0, 0 },
		{ "cut by one", -1, 0, -1, 0 },
		{ "one byte more", -1, 0, 1, 0 },
	};
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 1, .body_len = 5,
		.inline_body = "hello" }, back;
	uint8_t packet[64];
	struct err err;
	size_t i;
	ssize_t len;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memset(packet, 0, sizeof packet);
		len = job_pack(&job, packet, sizeof packet, &err);
		if (cases[i].at >= 0)
			packet[cases[i].at] = (uint8_t)cases[i].value;
		if (job_unpack(&back, packet, (size_t)(len + cases[i].grow),
		    cases[i].has_fd, &err) == 0)
			fail_msg("accepted: %s", cases[i].name);
	}
	job.time_limit_ms = 0;
	len = job_pack(&job, packet, sizeof packet, &err);
	assert_int_equal(job_unpack(&back, packet, (size_t)len, 0, &err), -1);
}

static void
verdict_comes_back_as_it_went(void **state)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED,
	    .seen = OUTCOME_BIT(OUTCOME_INFECTED) | OUTCOME_BIT(OUTCOME_CLEAN),
	    .name = "Eicar-Test", .path = "a/b.com",
	    .bytes = GROUP_ARCHIVE };
	uint8_t packet[VERDICT_PACKET_MAX];
	struct verdict back;
	struct err err;
	ssize_t len;

	(void)state;
	len = verdict_pack(&verdict, packet, sizeof packet, &err);
	assert_int_equal(
	    verdict_unpack(&back, packet, (size_t)len,
	    FROM_WORKER, &err), 0);
	assert_int_equal(back.outcome, OUTCOME_INFECTED);
	assert_int_equal(back.seen, verdict.seen);
	assert_string_equal(back.name, "Eicar-Test");
	assert_string_equal(back.path, "a/b.com");
	assert_int_equal(back.bytes, GROUP_ARCHIVE);
	verdict.seen |= OUTCOME_BIT(OUTCOME_OVERLOAD);
	len = verdict_pack(&verdict, packet, sizeof packet, &err);
	assert_int_equal(
	    verdict_unpack(&back, packet, (size_t)len,
	    FROM_WORKER, &err), -1);
}

static void
largest_verdict_fits_in_a_packet(void **state)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED };
	uint8_t packet[VERDICT_PACKET_MAX];
	struct err err;

	(void)state;
	memset(verdict.name, 'n', NAME_MAX_LEN);
	memset(verdict.path, 'p', PATH_MAX_LEN);
	assert_true(verdict_pack(&verdict, packet, sizeof packet, &err) > 0);
}

static void
worker_may_only_say_what_a_worker_can_know(void **state)
{
	static const enum outcome not_his[] = { OUTCOME_NONE, OUTCOME_OVERLOAD,
		OUTCOME_LOADING, OUTCOME_PARTIAL, OUTCOME_SKIPPED,
		OUTCOME_FORBIDDEN, OUTCOME_COUNT, (enum outcome)255 };
	struct verdict verdict = { .bytes = GROUP_UNKNOWN }, back = { 0 };
	uint8_t packet[VERDICT_PACKET_MAX];
	struct err err;
	ssize_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof not_his / sizeof *not_his; i++) {
		verdict.outcome = not_his[i];
		len = verdict_pack(&verdict, packet, sizeof packet, &err);
		assert_int_equal(
		    verdict_unpack(&back, packet, (size_t)len,
	    FROM_WORKER, &err), -1);
		assert_int_equal(back.outcome, OUTCOME_NONE);
	}
}

static void
name_outside_of_its_alphabet_is_refused(void **state)
{
	static const char *const bad[] = { "a b", "a;b", "a\r\nX: y", "<b>",
		"a/b", "\xc3\xa9", "a,b" };
	struct verdict verdict = { .outcome = OUTCOME_INFECTED,
		.bytes = GROUP_UNKNOWN }, back;
	uint8_t packet[VERDICT_PACKET_MAX];
	struct err err;
	ssize_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		strcpy(verdict.name, bad[i]);
		len = verdict_pack(&verdict, packet, sizeof packet, &err);
		assert_int_equal(
		    verdict_unpack(&back, packet, (size_t)len,
	    FROM_WORKER, &err), -1);
	}
	strcpy(verdict.name, "fine");
	strcpy(verdict.path, "a\nb");
	len = verdict_pack(&verdict, packet, sizeof packet, &err);
	assert_int_equal(verdict_unpack(&back, packet, (size_t)len,
	    FROM_WORKER, &err), -1);
}

static void
any_text_becomes_a_valid_name_and_path(void **state)
{
	struct verdict verdict = { 0 };
	char long_text[3000];

	(void)state;
	verdict_set_name(&verdict, "Win.Test/EICAR_HDB-1 (x)\n");
	assert_string_equal(verdict.name, "Win.Test_EICAR_HDB-1__x__");
	verdict_set_name(&verdict, "");
	assert_string_equal(verdict.name, "");
	memset(long_text, '\n', sizeof long_text);
	long_text[sizeof long_text - 1] = '\0';
	verdict_set_name(&verdict, long_text);
	assert_int_equal(strlen(verdict.name), NAME_MAX_LEN);
	assert_true(verdict_name_valid(verdict.name, NAME_MAX_LEN));
	verdict_set_path(&verdict, "a\\b/\xff\n.zip");
	assert_string_equal(verdict.path, "a\\x5cb/\\xff\\x0a.zip");
	verdict_set_path(&verdict, long_text);
	assert_true(strlen(verdict.path) <= PATH_MAX_LEN);
	assert_string_equal(
	    verdict.path + strlen(verdict.path) - 3, "...");
}

static const struct {
	uint8_t reason;
	int result;
	enum outcome outcome;
	const char *name;
	bool lost, died;
} refusals[] = {
	{ 0, -1, OUTCOME_NONE, "", false, false },
	{ REFUSED_NOT_SUPPORTED, 0, OUTCOME_ENGINE_ERROR, "Job.NotSupported",
	    false, false },
	{ REFUSED_OVERDUE, 0, OUTCOME_TIMEOUT, "", true, false },
	{ REFUSED_MEMORY, 0, OUTCOME_ENGINE_ERROR, "Worker.Memory", true,
	    false },
	{ REFUSED_DIED, 0, OUTCOME_ENGINE_ERROR, "", false, true },
	{ 5, -1, OUTCOME_NONE, "", false, false },
};

static void
refusal_is_an_error_or_a_timeout_never_clean(void **state)
{
	uint8_t packet[64];
	struct verdict back;
	struct err err;
	ssize_t len = refusal_pack(REFUSED_NOT_SUPPORTED, packet,
	    sizeof packet, &err);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		packet[9] = refusals[i].reason;
		assert_int_equal(verdict_unpack(&back, packet, (size_t)len,
		    FROM_KEEPER, &err), refusals[i].result);
		if (refusals[i].result == -1)
			continue;
		assert_int_equal(back.outcome, refusals[i].outcome);
		assert_string_equal(back.name, refusals[i].name);
		assert_int_equal(back.lost, refusals[i].lost);
		assert_int_equal(back.died, refusals[i].died);
	}
}

/* Else it could have bodies refused that harm nobody. */
static void
worker_cannot_speak_as_its_keeper(void **state)
{
	uint8_t packet[64];
	struct verdict back;
	struct err err;
	ssize_t len = refusal_pack(REFUSED_NOT_SUPPORTED, packet,
	    sizeof packet, &err);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		packet[9] = refusals[i].reason;
		assert_int_equal(verdict_unpack(&back, packet, (size_t)len,
	    FROM_WORKER, &err), refusals[i].reason ==
		    REFUSED_NOT_SUPPORTED ? 0 : -1);
	}
}

static void
a_renewal_tells_1_to_64_deaths(void **state)
{
	static const uint32_t deaths[] = { 0, 1, 64, 65 };
	struct renew renew = { .seconds = 60 }, back;
	uint8_t packet[64];
	struct err err;
	ssize_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof deaths / sizeof *deaths; i++) {
		bool fine = deaths[i] >= 1 && deaths[i] <= 64;

		renew.deaths = deaths[i];
		len = renew_pack(&renew, packet, sizeof packet, &err);
		assert_int_equal(renew_unpack(&back, packet, (size_t)len,
		    &err), fine ? 0 : -1);
		if (fine)
			assert_memory_equal(&back, &renew, sizeof renew);
		assert_int_equal(renew_unpack(&back, packet, (size_t)len - 1,
		    &err), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_is_missing_of_a_cage_is_told_with_a_remedy_for_each),
		cmocka_unit_test(every_outcome_has_a_name_of_its_own),
		cmocka_unit_test(job_comes_back_as_it_went),
		cmocka_unit_test(
		    largest_inline_body_fits_and_one_more_is_refused),
		cmocka_unit_test(job_that_is_off_by_anything_is_refused),
		cmocka_unit_test(verdict_comes_back_as_it_went),
		cmocka_unit_test(largest_verdict_fits_in_a_packet),
		cmocka_unit_test(worker_may_only_say_what_a_worker_can_know),
		cmocka_unit_test(name_outside_of_its_alphabet_is_refused),
		cmocka_unit_test(any_text_becomes_a_valid_name_and_path),
		cmocka_unit_test(refusal_is_an_error_or_a_timeout_never_clean),
		cmocka_unit_test(worker_cannot_speak_as_its_keeper),
		cmocka_unit_test(a_renewal_tells_1_to_64_deaths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
