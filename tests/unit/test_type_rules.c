/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "policy/type_rules.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const enum type_group ruled[] = { GROUP_EXECUTABLE, GROUP_SCRIPT,
	GROUP_ARCHIVE, GROUP_MACRO, GROUP_DISK_IMAGE };

static struct policy
blocking(enum type_rule rule)
{
	struct policy policy;

	policy_defaults(&policy);
	policy.types[rule] = ACTION_BLOCK;
	return policy;
}

static void
nothing_is_forbidden_by_default(void **state)
{
	struct policy policy;
	unsigned i, j;

	(void)state;
	policy_defaults(&policy);
	for (i = 0; i < GROUP_COUNT; i++)
		for (j = 0; j < GROUP_COUNT; j++) {
			struct opinions o = { (enum type_group)i,
				(enum type_group)j, GROUP_EXECUTABLE, false };

			assert_null(type_rules_cause(&policy, &o));
		}
}

static void
each_of_three_opinions_is_enough(void **state)
{
	unsigned rule, group;

	(void)state;
	for (rule = 0; rule < TYPE_MISMATCH; rule++)
		for (group = 0; group < GROUP_COUNT; group++) {
			struct policy policy = blocking((enum type_rule)rule);
			const enum type_group g = (enum type_group)group;
			const struct opinions each[] = {
				{ g, GROUP_NONE, GROUP_NONE, false },
				{ GROUP_TEXT, g, GROUP_UNKNOWN, false },
				{ GROUP_TEXT, GROUP_NONE, g, false },
			};
			size_t i;

			for (i = 0; i < COUNT(each); i++)
				assert_int_equal(type_rules_cause(&policy,
				    &each[i]) != NULL, g == ruled[rule]);
		}
}

/* For each of what is told, what the bytes must not be: e s a m d as in
 * `ruled`. */
static const struct {
	enum type_group told;
	const char *never;
} mismatches[] = {
	{ GROUP_NONE, "" },
	{ GROUP_EXECUTABLE, "" },
	{ GROUP_SCRIPT, "" },
	{ GROUP_ARCHIVE, "" },
	{ GROUP_MACRO, "" },
	{ GROUP_DISK_IMAGE, "" },
	{ GROUP_DOCUMENT, "esad" },
	{ GROUP_IMAGE, "esamd" },
	{ GROUP_MEDIA, "esamd" },
	{ GROUP_TEXT, "eamd" },
	{ GROUP_UNKNOWN, "" },
};

static bool
has(const char *letters, enum type_group group)
{
	size_t i;

	for (i = 0; i < COUNT(ruled); i++)
		if (ruled[i] == group)
			return strchr(letters, "esamd"[i]) != NULL;
	return false;
}

static void
a_mismatch_is_what_can_do_harm_and_no_other_difference(void **state)
{
	struct policy policy = blocking(TYPE_MISMATCH);
	unsigned i, j;

	(void)state;
	assert_int_equal(COUNT(mismatches), GROUP_COUNT);
	for (i = 0; i < COUNT(mismatches); i++)
		for (j = 0; j < GROUP_COUNT; j++) {
			const enum type_group told = mismatches[i].told,
			    bytes = (enum type_group)j;
			struct opinions by_type = { told, GROUP_NONE, bytes,
				false };
			struct opinions by_name = { GROUP_NONE, told, bytes,
				false };
			struct opinions agreed = { bytes, told, bytes, false };
			bool want = has(mismatches[i].never, bytes);

			assert_int_equal(type_rules_cause(&policy,
			    &by_type) != NULL, want);
			assert_int_equal(type_rules_cause(&policy,
			    &by_name) != NULL, want);
			assert_int_equal(type_rules_cause(&policy,
			    &agreed) != NULL, want);
		}
}

static void
each_rule_has_its_name_and_cause_and_holds_while_it_blocks(void **state)
{
	static const char *const causes[TYPE_RULES] = { "Type.Executable",
		"Type.Script", "Type.Archive", "Type.Macro", "Type.DiskImage",
		"Type.Mismatch" };
	struct policy defaults;
	enum type_rule back;
	unsigned i;

	(void)state;
	policy_defaults(&defaults);
	for (i = 0; i < TYPE_RULES; i++) {
		struct policy policy = blocking((enum type_rule)i);
		struct opinions o = { GROUP_IMAGE, GROUP_NONE,
			GROUP_EXECUTABLE, false };

		if (i < TYPE_MISMATCH)
			o.bytes = ruled[i];
		assert_string_equal(type_rules_cause(&policy, &o), causes[i]);
		assert_true(type_rules_hold(&policy, causes[i]));
		assert_false(type_rules_hold(&defaults, causes[i]));
		assert_int_equal(type_rule_parse(type_rule_name(
		    (enum type_rule)i), &back), 0);
		assert_int_equal(back, i);
	}
	assert_int_equal(type_rule_parse("media", &back), -1);
	assert_int_equal(type_rule_parse("", &back), -1);
	assert_true(type_rules_hold(&defaults, ""));
	assert_true(type_rules_hold(&defaults, "Name.RightToLeft"));
}

static void
is_skipped(const struct policy *policy, enum type_group declared,
    enum type_group named, enum type_group bytes, const char *expected)
{
	struct opinions o = { .declared = declared, .named = named,
		.bytes = bytes };

	o.events = declared == GROUP_TEXT;
	if (expected == NULL)
		assert_null(type_rules_skip(policy, &o, GROUP_BIT(named)));
	else
		assert_string_equal(type_rules_skip(policy, &o,
		    GROUP_BIT(named)), expected);
	assert_null(type_rules_skip(policy, &o, GROUP_BIT(named) |
	    GROUP_BIT(GROUP_EXECUTABLE)));
	o.events = !o.events;
	assert_null(type_rules_skip(policy, &o, GROUP_BIT(named)));
}

static void
only_films_and_events_are_skipped_that_all_say_are_such(void **state)
{
	static const struct skipped {
		enum skip_kind kind;
		enum type_group group;
		const char *name;
	} all[] = {
		{ SKIP_MEDIA, GROUP_MEDIA, "media" },
		{ SKIP_EVENTS, GROUP_TEXT, "events" },
	};
	unsigned n, i, j, k;

	(void)state;
	for (n = 0; n < 2; n++)
		for (i = 0; i < GROUP_COUNT; i++)
			for (j = 0; j < GROUP_COUNT; j++)
				for (k = 0; k < GROUP_COUNT; k++) {
	struct policy policy;
	bool agree = i == all[n].group && k == all[n].group &&
	    (j == all[n].group || j == GROUP_NONE);

	policy_defaults(&policy);
	memset(policy.skips, 0, sizeof policy.skips);
	is_skipped(&policy, i, j, k, NULL);
	policy.skips[all[n].kind] = WAY_SKIP;
	is_skipped(&policy, i, j, k, agree ? all[n].name : NULL);
				}
}

static void
several_types_are_not_told_once(void **state)
{
	static const char film[] = "video/mp4", two[] = "video/mp4, text/html";

	(void)state;
	assert_true(type_rules_told_once(film, strlen(film)));
	assert_false(type_rules_told_once(two, strlen(two)));
	assert_true(type_rules_told_once(two, strlen(film)));
	assert_false(type_rules_told_once("", 0));
}

static void
each_kind_that_may_be_skipped_is_called_by_its_name(void **state)
{
	enum skip_kind back;
	unsigned i;

	(void)state;
	for (i = 0; i < SKIP_KINDS; i++) {
		assert_int_equal(skip_kind_parse(skip_kind_name(
		    (enum skip_kind)i), &back), 0);
		assert_int_equal(back, i);
	}
	assert_int_equal(skip_kind_parse("archive", &back), -1);
	assert_int_equal(skip_kind_parse("", &back), -1);
}

/* A setting that memory broke must not open. */
static void
only_pass_passes(void **state)
{
	struct opinions o = { GROUP_SCRIPT, GROUP_NONE, GROUP_NONE, false };
	struct policy policy;

	(void)state;
	policy_defaults(&policy);
	policy.types[TYPE_SCRIPT] = 77;
	assert_string_equal(type_rules_cause(&policy, &o), "Type.Script");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_forbidden_by_default),
		cmocka_unit_test(each_of_three_opinions_is_enough),
		cmocka_unit_test(
		    a_mismatch_is_what_can_do_harm_and_no_other_difference),
		cmocka_unit_test(
		    each_rule_has_its_name_and_cause_and_holds_while_it_blocks),
		cmocka_unit_test(
		    only_films_and_events_are_skipped_that_all_say_are_such),
		cmocka_unit_test(several_types_are_not_told_once),
		cmocka_unit_test(
		    each_kind_that_may_be_skipped_is_called_by_its_name),
		cmocka_unit_test(only_pass_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
