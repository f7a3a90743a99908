/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "engines/clamav.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct {
	const char *name;
	enum outcome outcome;
} names[] = {
	{ "Heuristics.Limits.Exceeded.MaxRecursion", OUTCOME_TOO_DEEP },
	{ "Heuristics.Limits.Exceeded.MaxScanTime", OUTCOME_TIMEOUT },
	{ "Heuristics.Limits.Exceeded.MaxFileSize", OUTCOME_TOO_BIG },
	{ "Heuristics.Limits.Exceeded.MaxScanSize", OUTCOME_TOO_BIG },
	{ "Heuristics.Limits.Exceeded.MaxFiles", OUTCOME_TOO_DEEP },
	{ "Heuristics.Limits.Exceeded.EmailHeaders", OUTCOME_TOO_DEEP },
	{ "Heuristics.Limits.Exceeded.EmailHeaderBytes", OUTCOME_TOO_BIG },
	{ "Heuristics.Limits.Exceeded.OfTomorrow", OUTCOME_TOO_DEEP },
	{ "Heuristics.XZ.DicSizeLimit", OUTCOME_TOO_BIG },
	{ "Heuristics.Encrypted.Zip", OUTCOME_ENCRYPTED },
	{ "Heuristics.Encrypted.PDF", OUTCOME_ENCRYPTED },
	{ "Heuristics.OLE2.ContainsMacros.VBA", OUTCOME_MACRO },
	{ "Heuristics.Broken.Executable", OUTCOME_DAMAGED },
	{ "Heuristics.Phishing.Email.SpoofedDomain", OUTCOME_SUSPICIOUS },
	{ "Heuristics.Zip.OverlappingFiles", OUTCOME_SUSPICIOUS },
	{ "PUA.Win.Packer.Thing", OUTCOME_UNWANTED },
	{ "Win.Test.EICAR_HDB-1", OUTCOME_INFECTED },
	{ "", OUTCOME_INFECTED },
};

static void
each_name_means_its_outcome(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++)
		assert_int_equal(name_outcome(names[i].name),
		    names[i].outcome);
}

/* Most severe first; each pair is tried in both orders. */
static const char *const by_severity[] = {
	"Win.Real-1", "Heuristics.Phishing.URL.Blocked", "PUA.Thing",
	"Heuristics.Limits.Exceeded.MaxScanTime",
	"Heuristics.Limits.Exceeded.MaxRecursion",
	"Heuristics.Broken.Executable",
	"Heuristics.Encrypted.Zip", "Heuristics.OLE2.ContainsMacros.VBA",
};

static void
the_most_severe_finding_is_told_in_any_order(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(by_severity); i++)
		for (j = i + 1; j < COUNT(by_severity); j++) {
			struct verdict a = { 0 }, b = { 0 };

			note_name(&a, by_severity[i], "");
			note_name(&a, by_severity[j], "");
			note_name(&b, by_severity[j], "");
			note_name(&b, by_severity[i], "");
			assert_string_equal(a.name, by_severity[i]);
			assert_string_equal(b.name, by_severity[i]);
			assert_int_equal(a.seen,
			    OUTCOME_BIT(name_outcome(by_severity[i])) |
			    OUTCOME_BIT(name_outcome(by_severity[j])));
			assert_int_equal(b.seen, a.seen);
		}
}

static void
the_first_of_two_real_names_is_told(void **state)
{
	struct verdict verdict = { 0 };

	(void)state;
	note_name(&verdict, "Win.First-1.UNOFFICIAL", "a");
	note_name(&verdict, "Win.Second-1", "b");
	assert_string_equal(verdict.name, "Win.First-1");
	assert_string_equal(verdict.path, "a");
}

static void
an_engine_error_hides_a_limit_and_never_a_name(void **state)
{
	struct verdict verdict = { 0 };

	(void)state;
	note_name(&verdict, "Heuristics.Limits.Exceeded.MaxFiles", "");
	verdict_note(&verdict, OUTCOME_ENGINE_ERROR, "Engine.X", "");
	assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
	verdict_note(&verdict, OUTCOME_CLEAN, "", "");
	assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
	note_name(&verdict, "Win.Real-1", "");
	assert_int_equal(verdict.outcome, OUTCOME_INFECTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_means_its_outcome),
		cmocka_unit_test(the_most_severe_finding_is_told_in_any_order),
		cmocka_unit_test(the_first_of_two_real_names_is_told),
		cmocka_unit_test(
		    an_engine_error_hides_a_limit_and_never_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
