/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "encodings_fixture.h"

static void
check_stack(size_t a, size_t b, size_t c)
{
	const char how[] = { ways[a].how, ways[b].how, ways[c].how, '\0' };
	struct packed body = pack_all(how, PLAIN, strlen(PLAIN));
	char header[64];

	snprintf(header, sizeof header, "%s, %s, %s", ways[a].header,
	    ways[b].header, ways[c].header);
	read_as(header, body.data, body.len);
	if (!found_text(PLAIN))
		fail_msg("%s: not seen", header);
	expect(header, OUTCOME_CLEAN, "");
	packed_free(&body);
}

static void
every_coding_and_all_stacks_of_three_are_undone(void **state)
{
	size_t a, b, c;

	(void)state;
	for (a = 0; a < COUNT(ways); a++)
		for (b = 0; b < COUNT(ways); b++)
			for (c = 0; c < COUNT(ways); c++)
				check_stack(a, b, c);
	forget();
}

static void
the_path_names_the_layers_from_outside(void **state)
{
	struct packed body = pack_all("gzb", PLAIN, strlen(PLAIN));

	(void)state;
	read_as("gzip, deflate, br", body.data, body.len);
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.names[0], "br/zlib/gzip");
	packed_free(&body);
	forget();
}

/* The engine would open gzip by itself: each body is scanned once. */
static void
the_raw_body_is_visited_only_when_somebody_may_see_it(void **state)
{
	struct told told = { 0, { 0 }, { "gzip", 4 }, { NULL, 0 } };
	struct packed body = pack('g', PLAIN, strlen(PLAIN));

	(void)state;
	read_told(&told, body.data, body.len);
	assert_int_equal(seen.count, 1);
	told.flags = TOLD_RAW_TOO;
	read_told(&told, body.data, body.len);
	assert_int_equal(seen.count, 2);
	assert_int_not_equal(found(body.data, body.len), -1);
	packed_free(&body);
	forget();
}

static void
an_empty_body_is_clean_in_any_coding(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ways); i++) {
		struct packed body = pack(ways[i].how, "", 0);

		read_as(ways[i].header, "", 0);
		expect("empty", OUTCOME_CLEAN, "");
		read_as(ways[i].header, body.data, body.len);
		expect("packed nothing", OUTCOME_CLEAN, "");
		packed_free(&body);
	}
	forget();
}

/* --- bodies that are not --- */

static void
check_cut(size_t way, const struct packed *text)
{
	struct packed body = pack(ways[way].how, text->data, text->len);
	size_t longest = 0, i;

	read_as(ways[way].header, body.data, body.len / 2);
	assert_int_equal(seen.best.outcome, OUTCOME_DAMAGED);
	for (i = 0; i < seen.count; i++)
		if (seen.list[i].len > longest && memcmp(seen.list[i].data,
		    text->data, seen.list[i].len) == 0)
			longest = seen.list[i].len;
	if (longest < text->len / 4)
		fail_msg("%s: only %zu of %zu bytes", ways[way].header,
		    longest, text->len);
	packed_free(&body);
}

static void
what_is_cut_is_damaged_and_seen_as_far_as_it_goes(void **state)
{
	struct packed text = long_text(1000000);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ways) - 1; i++)
		check_cut(i, &text);
	packed_free(&text);
	forget();
}

/* A "large window", and a dictionary that HTTP does not have: nothing comes
 * out. What only begins so and calls itself otherwise is no such stream. */
static void
a_stream_that_no_client_undoes_is_broken(void **state)
{
	static const char large[] = "\x11\x5e\x8d\x1b\x06\xf8", preset[] =
	    "\x78\xf9\xdf\x0a\xa3\x8b\x20\x52\x5d\x90\x8b";

	(void)state;
	read_as("br", large, sizeof large - 1);
	expect("br", OUTCOME_DAMAGED, "Encoding.Broken.br");
	forget();
	read_as("deflate", preset, sizeof preset - 1);
	expect("deflate", OUTCOME_DAMAGED, "Encoding.Broken.zlib");
	forget();
	read_as("gzip", large, sizeof large - 1);
	expect("gzip", OUTCOME_CLEAN, "");
	forget();
}

/* A whole block, flushed, and then nonsense: a client has seen the block. */
static void
what_stood_before_a_fault_is_seen_to_its_last_byte(void **state)
{
	static const char begin[] = "\x28\xb5\x2f\xfd\x00\x58\x38\x00\x00";
	struct packed body = packed_copy(begin, sizeof begin - 1);

	(void)state;
	packed_add(&body, "seven..", 7);
	packed_add(&body, "\xff\xff\xff\xff\xff\xff", 6);
	read_as("zstd", body.data, body.len);
	expect("zstd", OUTCOME_DAMAGED, "Encoding.Broken.zstd");
	assert_true(found_text("seven.."));
	packed_free(&body);
	forget();
}

static void
a_wrong_check_sum_is_damaged(void **state)
{
	static const char hows[] = "gz";
	static const char *const causes[] = { "Encoding.Broken.gzip",
		"Encoding.Broken.zlib" };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct packed body = pack(hows[i], PLAIN, strlen(PLAIN));

		body.data[body.len - (i == 0 ? 5 : 1)] ^= 1;
		read_as(i == 0 ? "gzip" : "deflate", body.data, body.len);
		expect("check sum", OUTCOME_DAMAGED, causes[i]);
		assert_true(found_text(PLAIN));
		packed_free(&body);
	}
	forget();
}

static void
a_header_that_was_cut_is_damaged(void **state)
{
	const struct told told = { TOLD_ENCODINGS_CUT, { 0 }, { "identity", 8 },
		{ NULL, 0 } };

	(void)state;
	read_told(&told, PLAIN, strlen(PLAIN));
	expect("cut", OUTCOME_DAMAGED, "Encoding.TooLong");
	forget();
}

static void
too_many_layers_are_too_deep(void **state)
{
	char header[8000] = "";
	struct packed body = pack_all("gggggggggggggggg", PLAIN,
	    strlen(PLAIN));
	size_t i;

	(void)state;
	for (i = 0; i < 16; i++)
		strcat(header, "gzip,");
	read_as(header, body.data, body.len);
	expect("16", OUTCOME_CLEAN, "");
	assert_true(found_text(PLAIN));
	for (i = 0; i < 1000; i++)
		strcat(header, "gzip,");
	read_as(header, body.data, body.len);
	expect("1016", OUTCOME_TOO_DEEP, "Encoding.TooDeep");
	packed_free(&body);
	forget();
}

static void
layers_count_as_containers_in_containers(void **state)
{
	struct packed body = pack_all("gzbsrgzbsr", PLAIN, strlen(PLAIN));
	static const char header[] = "gzip, deflate, br, zstd, deflate,"
	    "gzip, deflate, br, zstd, deflate";

	(void)state;
	depth = 10;
	read_as(header, body.data, body.len);
	expect("10 of 10", OUTCOME_CLEAN, "");
	assert_true(found_text(PLAIN));
	depth = 9;
	read_as(header, body.data, body.len);
	expect("10 of 9", OUTCOME_TOO_DEEP, "Encoding.TooDeep");
	assert_int_not_equal(found(body.data, body.len), -1);
	/* What is not there has no depth. */
	read_as(header, PLAIN, strlen(PLAIN));
	expect("none of 9", OUTCOME_CLEAN, "");
	depth = 17;
	packed_free(&body);
	forget();
}

/* --- bombs --- */

static void
a_bomb_is_too_big_and_its_begin_is_seen(void **state)
{
	uint8_t *zeros = calloc(1, 4 * LIMIT);
	size_t i;

	(void)state;
	assert_non_null(zeros);
	for (i = 0; i < COUNT(ways) - 1; i++) {
		struct packed body = pack(ways[i].how, zeros, 4 * LIMIT);

		read_as(ways[i].header, body.data, body.len);
		assert_int_equal(seen.best.outcome, OUTCOME_TOO_BIG);
		assert_non_null(strstr(seen.best.name, "Encoding.TooBig."));
		assert_int_not_equal(found(zeros, LIMIT), -1);
		packed_free(&body);
	}
	free(zeros);
	forget();
}

static void
a_window_over_128_mb_is_too_big(void **state)
{
	static const char huge[] = "\x28\xb5\x2f\xfd\x00\xa8\x09\0\0x";

	(void)state;
	read_as("zstd", huge, sizeof huge - 1);
	expect("window", OUTCOME_TOO_BIG, "Encoding.TooBig.zstd");
	forget();
}

static void
a_body_that_takes_too_long_is_a_timeout(void **state)
{
	const struct told told = { 0, { 0 }, { "gzip", 4 }, { NULL, 0 } };
	struct budget budget = { .bytes = LIMIT, .depth = 1,
		.deadline = clock_ms() };
	struct packed text = long_text(1000000);
	struct packed body = pack('g', text.data, text.len);

	(void)state;
	forget();
	encodings_read(&told, body.data, body.len, &budget, &seeing);
	expect("late", OUTCOME_TIMEOUT, "Limits.ScanTime");
	packed_free(&body);
	packed_free(&text);
	forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_that_no_client_undoes_is_broken),
		cmocka_unit_test(
		    every_coding_and_all_stacks_of_three_are_undone),
		cmocka_unit_test(the_path_names_the_layers_from_outside),
		cmocka_unit_test(
		    the_raw_body_is_visited_only_when_somebody_may_see_it),
		cmocka_unit_test(an_empty_body_is_clean_in_any_coding),
		cmocka_unit_test(
		    what_is_cut_is_damaged_and_seen_as_far_as_it_goes),
		cmocka_unit_test(
		    what_stood_before_a_fault_is_seen_to_its_last_byte),
		cmocka_unit_test(a_wrong_check_sum_is_damaged),
		cmocka_unit_test(a_header_that_was_cut_is_damaged),
		cmocka_unit_test(too_many_layers_are_too_deep),
		cmocka_unit_test(layers_count_as_containers_in_containers),
		cmocka_unit_test(a_bomb_is_too_big_and_its_begin_is_seen),
		cmocka_unit_test(a_window_over_128_mb_is_too_big),
		cmocka_unit_test(a_body_that_takes_too_long_is_a_timeout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
