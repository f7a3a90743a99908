/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "encodings_fixture.h"

/* --- bodies that are not --- */

static void
a_body_that_is_not_packed_at_all_is_what_its_scan_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ways); i++) {
		char header[64];

		read_as(ways[i].header, PLAIN, strlen(PLAIN));
		assert_true(found_text(PLAIN));
		expect(ways[i].header, OUTCOME_CLEAN, "");
		/* one layer of two is there */
		struct packed body = pack('g', PLAIN, strlen(PLAIN));

		snprintf(header, sizeof header, "%s, gzip", ways[i].header);
		read_as(header, body.data, body.len);
		assert_true(found_text(PLAIN));
		expect(header, OUTCOME_CLEAN, "");
		packed_free(&body);
	}
	forget();
}

static void
a_body_in_another_coding_than_it_says_is_seen_unpacked(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(ways) - 1; i++) {
		struct packed body = pack(ways[i].how, PLAIN, strlen(PLAIN));

		for (j = 0; j < COUNT(ways) - 1; j++) {
			read_as(ways[j].header, body.data, body.len);
			if (!found_text(PLAIN) ||
			    seen.best.outcome == OUTCOME_NONE)
				fail_msg("%s, but %c", ways[j].header,
				    ways[i].how);
		}
		packed_free(&body);
	}
	forget();
}

static void
what_follows_the_end_is_a_body_of_its_own(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ways) - 1; i++) {
		struct packed body = pack(ways[i].how, PLAIN, strlen(PLAIN));

		packed_add(&body, "and the rest", 12);
		read_as(ways[i].header, body.data, body.len);
		expect(ways[i].header, OUTCOME_CLEAN, "");
		assert_true(found_text(PLAIN));
		assert_true(found_text("and the rest"));
		assert_int_not_equal(found(body.data, body.len), -1);
		packed_free(&body);
	}
	forget();
}

static void
several_streams_are_seen_together_and_the_first_alone(void **state)
{
	static const char hows[] = "gs";
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct packed body = pack(hows[i], "first", 5);
		struct packed next = pack(hows[i], "second", 6);

		packed_add(&body, next.data, next.len);
		read_as(i == 0 ? "gzip" : "zstd", body.data, body.len);
		expect("several", OUTCOME_CLEAN, "");
		assert_true(found_text("firstsecond"));
		assert_true(found_text("first"));
		packed_free(&body);
		packed_free(&next);
	}
	forget();
}

/* A whole archive in a frame that no decoder shows. */
static void
what_a_skipped_frame_carries_is_seen_raw(void **state)
{
	struct packed body = packed_copy("\x50\x2a\x4d\x18\x04\0\0\0zip!", 12);
	struct packed frame = pack('s', PLAIN, strlen(PLAIN));

	(void)state;
	packed_add(&body, frame.data, frame.len);
	read_as("zstd", body.data, body.len);
	expect("skipped", OUTCOME_CLEAN, "");
	assert_true(found_text(PLAIN));
	assert_int_not_equal(found(body.data, body.len), -1);
	packed_free(&body);
	packed_free(&frame);
	forget();
}

static void
a_deflate_head_that_is_wrong_is_skipped_as_some_do(void **state)
{
	struct packed body = pack('z', PLAIN, strlen(PLAIN));

	(void)state;
	body.data[1] ^= 1;
	read_as("deflate", body.data, body.len);
	assert_true(found_text(PLAIN));
	packed_free(&body);
	forget();
}

static void
an_unknown_coding_is_damaged_and_both_readings_are_seen(void **state)
{
	struct packed body = pack('g', PLAIN, strlen(PLAIN));

	(void)state;
	read_as("rot13", PLAIN, strlen(PLAIN));
	expect("rot13", OUTCOME_DAMAGED, "Encoding.Unknown");
	assert_true(found_text(PLAIN));
	read_as("gzip, rot13", body.data, body.len);
	expect("gzip, rot13", OUTCOME_DAMAGED, "Encoding.Unknown");
	assert_true(found_text(PLAIN));
	assert_int_not_equal(found(body.data, body.len), -1);
	packed_free(&body);
	forget();
}

static void
a_coding_that_we_know_but_cannot_undo_is_named(void **state)
{
	(void)state;
	read_as("aws-chunked,gzip", PLAIN, strlen(PLAIN));
	expect("aws-chunked", OUTCOME_DAMAGED, "Encoding.Unknown.aws-chunked");
	assert_true(found_text(PLAIN));
	forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_body_that_is_not_packed_at_all_is_what_its_scan_says),
		cmocka_unit_test(
		    a_body_in_another_coding_than_it_says_is_seen_unpacked),
		cmocka_unit_test(what_follows_the_end_is_a_body_of_its_own),
		cmocka_unit_test(
		    several_streams_are_seen_together_and_the_first_alone),
		cmocka_unit_test(what_a_skipped_frame_carries_is_seen_raw),
		cmocka_unit_test(
		    a_deflate_head_that_is_wrong_is_skipped_as_some_do),
		cmocka_unit_test(
		    an_unknown_coding_is_damaged_and_both_readings_are_seen),
		cmocka_unit_test(
		    a_coding_that_we_know_but_cannot_undo_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
