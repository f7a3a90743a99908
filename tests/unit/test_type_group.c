/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "wire/verdict.h"

/* "Nobody has looked" is no answer of one who did. */
static void
type_group_that_is_none_is_refused(void **state)
{
	static const unsigned bad[] = { GROUP_NONE, GROUP_COUNT, 255 };
	struct verdict verdict = { .outcome = OUTCOME_CLEAN }, back;
	uint8_t packet[VERDICT_PACKET_MAX];
	struct err err;
	ssize_t len;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		verdict.bytes = (enum type_group)bad[i];
		len = verdict_pack(&verdict, packet, sizeof packet, &err);
		assert_int_equal(verdict_unpack(&back, packet, (size_t)len,
		    FROM_WORKER, &err), -1);
		assert_non_null(strstr(err.text, "type group"));
	}
	for (i = GROUP_NONE + 1; i < GROUP_COUNT; i++) {
		verdict.bytes = (enum type_group)i;
		len = verdict_pack(&verdict, packet, sizeof packet, &err);
		assert_int_equal(verdict_unpack(&back, packet, (size_t)len,
		    FROM_WORKER, &err), 0);
		assert_int_equal(back.bytes, i);
	}
}

/* Whoever waits for a verdict is not told of one by it. */
static void
a_type_alone_is_no_verdict(void **state)
{
	uint8_t packet[VERDICT_PACKET_MAX];
	struct verdict back = { .outcome = OUTCOME_CLEAN };
	struct err err;
	ssize_t len = identified_pack(GROUP_MEDIA, packet, sizeof packet, &err);

	(void)state;
	assert_int_equal(verdict_unpack(&back, packet, (size_t)len,
	    FROM_WORKER, &err), 0);
	assert_int_equal(back.outcome, OUTCOME_NONE);
	assert_int_equal(back.bytes, GROUP_MEDIA);
	packet[3]++;
	assert_int_equal(verdict_unpack(&back, packet, (size_t)len + 1,
	    FROM_WORKER, &err), -1);
	len = identified_pack(GROUP_NONE, packet, sizeof packet, &err);
	assert_int_equal(verdict_unpack(&back, packet, (size_t)len,
	    FROM_WORKER, &err), -1);
}

static void
each_type_group_has_a_word_and_the_worse_wins(void **state)
{
	enum type_group back;
	unsigned i;

	(void)state;
	for (i = GROUP_NONE + 1; i < GROUP_COUNT; i++) {
		assert_int_equal(type_group_parse(type_group_name(
		    (enum type_group)i), &back), 0);
		assert_int_equal(back, i);
		assert_int_equal(type_group_worse(GROUP_NONE, back), back);
		assert_int_equal(type_group_worse(back, GROUP_NONE), back);
		assert_int_equal(type_group_worse(back, GROUP_EXECUTABLE),
		    GROUP_EXECUTABLE);
		assert_int_equal(type_group_worse(GROUP_UNKNOWN, back), back);
	}
	assert_int_equal(type_group_parse("-", &back), -1);
	assert_int_equal(type_group_parse("", &back), -1);
	assert_string_equal(type_group_name(GROUP_COUNT), "-");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_group_that_is_none_is_refused),
		cmocka_unit_test(a_type_alone_is_no_verdict),
		cmocka_unit_test(each_type_group_has_a_word_and_the_worse_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
