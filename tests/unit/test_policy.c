/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/policy.h"

static const enum outcome default_pass[] = {
	OUTCOME_CLEAN, OUTCOME_SKIPPED, OUTCOME_MACRO, OUTCOME_ENCRYPTED,
	OUTCOME_PARTIAL,
};

static int
passes_by_default(enum outcome outcome)
{
	size_t i;

	for (i = 0; i < sizeof default_pass / sizeof *default_pass; i++)
		if (default_pass[i] == outcome)
			return 1;
	return 0;
}

static void
defaults_pass_exactly_five_outcomes(void **state)
{
	struct policy policy;
	int i;

	(void)state;
	policy_defaults(&policy);
	for (i = 0; i < OUTCOME_COUNT; i++)
		assert_int_equal(policy_action(&policy, (enum outcome)i),
		    passes_by_default((enum outcome)i) ? ACTION_PASS :
						       ACTION_BLOCK);
}

static const struct {
	enum outcome said, seen, want;
} decisive[] = {
	{ OUTCOME_ENCRYPTED, OUTCOME_MACRO, OUTCOME_MACRO },
	{ OUTCOME_MACRO, OUTCOME_ENCRYPTED, OUTCOME_MACRO },
	{ OUTCOME_ENCRYPTED, OUTCOME_CLEAN, OUTCOME_ENCRYPTED },
	{ OUTCOME_TOO_DEEP, OUTCOME_MACRO, OUTCOME_TOO_DEEP },
	{ OUTCOME_CLEAN, OUTCOME_CLEAN, OUTCOME_CLEAN },
	{ OUTCOME_CLEAN, OUTCOME_NONE, OUTCOME_CLEAN },
};

static void
what_is_to_be_blocked_does_not_hide_behind_what_passes(void **state)
{
	struct policy policy;
	size_t i;

	(void)state;
	policy_defaults(&policy);
	assert_int_equal(policy_set(&policy, OUTCOME_MACRO, ACTION_BLOCK), 0);
	for (i = 0; i < sizeof decisive / sizeof *decisive; i++)
		assert_int_equal(policy_decisive(&policy, decisive[i].said,
		    OUTCOME_BIT(decisive[i].seen)), decisive[i].want);
}

static void
every_row_stands_in_its_place(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < OUTCOME_COUNT; i++)
		assert_int_equal(policy_row((enum outcome)i)->outcome, i);
}

static void
every_outcome_takes_every_action_but_two(void **state)
{
	static const enum action actions[] = { ACTION_PASS, ACTION_BLOCK };
	struct policy policy;
	size_t a;
	int i;

	(void)state;
	for (i = OUTCOME_NONE + 1; i < OUTCOME_COUNT; i++)
		for (a = 0; a < 2 && i != OUTCOME_SKIPPED; a++) {
			memset(&policy, 0, sizeof policy);
			assert_int_equal(policy_set(&policy, (enum outcome)i,
			    actions[a]), 0);
			assert_int_equal(policy_action(&policy,
			    (enum outcome)i), actions[a]);
		}
}

static void
setting_one_outcome_leaves_the_others(void **state)
{
	struct policy policy = { 0 };
	int i;

	(void)state;
	assert_int_equal(policy_set(&policy, OUTCOME_TIMEOUT, ACTION_PASS), 0);
	for (i = 0; i < OUTCOME_COUNT; i++)
		assert_int_equal(policy_action(&policy, (enum outcome)i),
		    i == OUTCOME_TIMEOUT ? ACTION_PASS : ACTION_BLOCK);
}

static void
nothing_decided_blocks_whatever_the_settings(void **state)
{
	struct policy policy;
	int i;

	(void)state;
	policy_defaults(&policy);
	assert_int_equal(policy_set(&policy, OUTCOME_NONE, ACTION_PASS), -1);
	assert_int_equal(policy_set(&policy, OUTCOME_NONE, ACTION_BLOCK), 0);
	for (i = 0; i < OUTCOME_COUNT; i++)
		policy.action[i] = ACTION_PASS;
	assert_int_equal(policy_action(&policy, OUTCOME_NONE), ACTION_BLOCK);
}

static void
what_has_nothing_to_scan_cannot_be_blocked(void **state)
{
	struct policy policy;

	(void)state;
	policy_defaults(&policy);
	assert_int_equal(
	    policy_set(&policy, OUTCOME_SKIPPED, ACTION_BLOCK), -1);
	assert_int_equal(policy_set(&policy, OUTCOME_SKIPPED, ACTION_PASS), 0);
	assert_string_equal(policy_choices(OUTCOME_SKIPPED), "pass");
	assert_string_equal(policy_choices(OUTCOME_NONE), "block");
	assert_string_equal(policy_choices(OUTCOME_TIMEOUT), "block, pass");
}

static void
only_what_is_true_of_the_body_lasts(void **state)
{
	static const enum outcome passing_by[] = { OUTCOME_NONE,
		OUTCOME_TIMEOUT, OUTCOME_ENGINE_ERROR, OUTCOME_OVERLOAD,
		OUTCOME_LOADING, OUTCOME_PARTIAL, OUTCOME_SKIPPED,
		OUTCOME_FORBIDDEN };
	int i, lasting = 0;
	size_t j;

	(void)state;
	for (i = 0; i < OUTCOME_COUNT; i++)
		lasting += policy_row((enum outcome)i)->lasting;
	for (j = 0; j < sizeof passing_by / sizeof *passing_by; j++)
		assert_int_equal(policy_row(passing_by[j])->lasting, 0);
	assert_int_equal(lasting, OUTCOME_COUNT - (int)j);
}

static void
policy_that_was_never_set_blocks_all(void **state)
{
	struct policy policy = { 0 };
	int i;

	(void)state;
	for (i = 0; i < OUTCOME_COUNT; i++)
		assert_int_equal(policy_action(&policy, (enum outcome)i),
		    ACTION_BLOCK);
}

static void
number_that_is_no_outcome_blocks(void **state)
{
	static const int numbers[] = { OUTCOME_COUNT, OUTCOME_COUNT + 1, -1,
		1 << 20 };
	struct policy policy;
	size_t i;

	(void)state;
	policy_defaults(&policy);
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		enum outcome bad = (enum outcome)numbers[i];

		assert_int_equal(policy_action(&policy, bad), ACTION_BLOCK);
		assert_int_equal(policy_set(&policy, bad, ACTION_PASS), -1);
		assert_int_equal(policy_row(bad)->outcome, OUTCOME_NONE);
	}
}

static void
number_that_is_no_action_blocks(void **state)
{
	struct policy policy;

	(void)state;
	policy_defaults(&policy);
	policy.action[OUTCOME_CLEAN] = (enum action)7;
	assert_int_equal(policy_action(&policy, OUTCOME_CLEAN), ACTION_BLOCK);
}

static void
every_threat_is_a_name_that_any_client_can_parse(void **state)
{
	const char *allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
			      "uvwxyz0123456789._-";
	int i, j;

	(void)state;
	for (i = 0; i < OUTCOME_COUNT; i++) {
		const char *threat = policy_row((enum outcome)i)->threat;

		assert_true(strlen(threat) > 0 && strlen(threat) <= 128);
		assert_int_equal(strspn(threat, allowed), strlen(threat));
		for (j = 0; j < i; j++)
			assert_string_not_equal(threat,
			    policy_row((enum outcome)j)->threat);
	}
}

static int
ends_as_a_sentence(const char *text)
{
	size_t len = strlen(text);

	return len > 20 && text[len - 1] == '.' && strpbrk(text, "<>&") == NULL;
}

static void
every_page_has_a_title_and_a_sentence(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < OUTCOME_COUNT; i++) {
		const struct policy_row *row = policy_row((enum outcome)i);

		assert_true(strlen(row->title) > 5);
		assert_true(ends_as_a_sentence(row->text));
	}
}

static void
infection_type_says_found_rule_or_unchecked(void **state)
{
	static const struct {
		enum outcome outcome;
		int type;
	} cases[] = {
		{ OUTCOME_INFECTED, 0 }, { OUTCOME_SUSPICIOUS, 0 },
		{ OUTCOME_UNWANTED, 0 }, { OUTCOME_FORBIDDEN, 1 },
		{ OUTCOME_SKIPPED, 1 }, { OUTCOME_NONE, 2 },
		{ OUTCOME_ENCRYPTED, 2 }, { OUTCOME_DAMAGED, 2 },
		{ OUTCOME_UNSUPPORTED, 2 }, { OUTCOME_TOO_BIG, 2 },
		{ OUTCOME_TOO_DEEP, 2 }, { OUTCOME_TIMEOUT, 2 },
		{ OUTCOME_ENGINE_ERROR, 2 }, { OUTCOME_OVERLOAD, 2 },
		{ OUTCOME_LOADING, 2 }, { OUTCOME_PARTIAL, 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(policy_row(cases[i].outcome)->infection_type,
		    cases[i].type);
}

static void
file_stores_get_the_codes_they_know(void **state)
{
	(void)state;
	assert_string_equal(policy_row(OUTCOME_ENCRYPTED)->error_code,
	    "password_protected");
	assert_string_equal(policy_row(OUTCOME_TOO_DEEP)->error_code,
	    "max_archive_layers_exceeded");
	assert_string_equal(policy_row(OUTCOME_DAMAGED)->error_code,
	    "decode_error");
	assert_string_equal(policy_row(OUTCOME_FORBIDDEN)->error_code,
	    "file_type_blocked");
	assert_null(policy_row(OUTCOME_INFECTED)->error_code);
	assert_null(policy_row(OUTCOME_ENGINE_ERROR)->error_code);
}

static void
watch_mode_is_of_all_but_what_is_undecided(void **state)
{
	struct policy policy;
	int i;

	(void)state;
	policy_defaults(&policy);
	for (i = 0; i < OUTCOME_COUNT; i++)
		assert_false(policy_watches(&policy, (enum outcome)i));
	policy.mode = 7;
	assert_false(policy_watches(&policy, OUTCOME_INFECTED));
	policy.mode = POLICY_WATCH;
	for (i = 0; i < OUTCOME_COUNT; i++)
		assert_int_equal(policy_watches(&policy, (enum outcome)i),
		    i != OUTCOME_NONE);
	assert_false(policy_watches(&policy, (enum outcome)OUTCOME_COUNT));
	assert_int_equal(policy_action(&policy, OUTCOME_INFECTED),
	    ACTION_BLOCK);
}

static void
only_what_could_not_be_checked_is_an_error_of_icap(void **state)
{
	struct policy policy;
	int i;

	(void)state;
	policy_defaults(&policy);
	assert_false(policy_answers_500(&policy, OUTCOME_TIMEOUT));
	policy.unchecked = UNCHECKED_500;
	for (i = 0; i < OUTCOME_COUNT; i++)
		assert_int_equal(policy_answers_500(&policy, (enum outcome)i),
		    policy_row((enum outcome)i)->infection_type == 2);
	assert_false(policy_answers_500(&policy, OUTCOME_INFECTED));
	assert_false(policy_answers_500(&policy, OUTCOME_FORBIDDEN));
	assert_true(policy_answers_500(&policy, OUTCOME_NONE));
}

static void
action_words_come_back_as_they_went(void **state)
{
	enum action action = ACTION_PASS;

	(void)state;
	assert_int_equal(action_parse("block", &action), 0);
	assert_int_equal(action, ACTION_BLOCK);
	assert_int_equal(action_parse("pass", &action), 0);
	assert_int_equal(action, ACTION_PASS);
	assert_string_equal(action_name(ACTION_BLOCK), "block");
	assert_string_equal(action_name(ACTION_PASS), "pass");
	assert_string_equal(action_name((enum action)9), "block");
	assert_int_equal(action_parse("Pass", &action), -1);
	assert_int_equal(action_parse("", &action), -1);
	assert_int_equal(action, ACTION_PASS);
}

static void
only_a_body_outside_of_a_tunnel_is_scanned(void **state)
{
	static const struct {
		struct facts facts;
		enum plan want;
	} cases[] = {
		{ { 0, 1, 0, 0 }, PLAN_SCAN },
		{ { 0, 1, 100, 0 }, PLAN_SCAN },
		{ { 0, 0, 0, 0 }, PLAN_PASS },
		/* HEAD declares a length */
		{ { 0, 0, 100, 0 }, PLAN_PASS },
		{ { 1, 0, 0, 0 }, PLAN_PASS },
		{ { 1, 1, 100, 0 }, PLAN_PASS },
		{ { 0, 1, 100, 1 }, PLAN_PASS_ALL },
		{ { 0, 0, 0, 1 }, PLAN_PASS_ALL },
		{ { 1, 0, 0, 1 }, PLAN_PASS_ALL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(policy_plan(&cases[i].facts), cases[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_pass_exactly_five_outcomes),
		cmocka_unit_test(
		    what_is_to_be_blocked_does_not_hide_behind_what_passes),
		cmocka_unit_test(every_row_stands_in_its_place),
		cmocka_unit_test(every_outcome_takes_every_action_but_two),
		cmocka_unit_test(setting_one_outcome_leaves_the_others),
		cmocka_unit_test(nothing_decided_blocks_whatever_the_settings),
		cmocka_unit_test(what_has_nothing_to_scan_cannot_be_blocked),
		cmocka_unit_test(only_what_is_true_of_the_body_lasts),
		cmocka_unit_test(policy_that_was_never_set_blocks_all),
		cmocka_unit_test(number_that_is_no_outcome_blocks),
		cmocka_unit_test(number_that_is_no_action_blocks),
		cmocka_unit_test(
		    every_threat_is_a_name_that_any_client_can_parse),
		cmocka_unit_test(every_page_has_a_title_and_a_sentence),
		cmocka_unit_test(infection_type_says_found_rule_or_unchecked),
		cmocka_unit_test(file_stores_get_the_codes_they_know),
		cmocka_unit_test(watch_mode_is_of_all_but_what_is_undecided),
		cmocka_unit_test(
		    only_what_could_not_be_checked_is_an_error_of_icap),
		cmocka_unit_test(action_words_come_back_as_they_went),
		cmocka_unit_test(only_a_body_outside_of_a_tunnel_is_scanned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
