/* SPDX-License-Identifier: GPL-2.0-only */
/* The matcher's two ways: which is taken, and that both find the same. */
#include "engine_fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engines/clamav.h"

#define MARK "one-test-mark"
#define MARK_HEX "6f6e652d746573742d6d61726b"
#define FEW 65536
#define BODY 300000		/* longer than what is looked at in one go */
#define BORDER 131072

static struct engine *
engine_of(unsigned plain, bool expect)
{
	struct engine_limits chosen = limits;
	struct signature_info info = { .count = 0 };
	struct engine *engine = NULL;
	struct err err = { "" };

	chosen.plain = plain;
	if (ops->new(&engine, &chosen, inside("scratch"), &err) == -1)
		fail_msg("%s", err.text);
	if (expect)
		ops->expect(engine, inside("db"));
	if (ops->load(engine, inside("db"), &info, &err) == -1 ||
	    ops->load_builtin(engine, &info, &err) == -1 ||
	    ops->prepare(engine, &err) == -1)
		fail_msg("%s", err.text);
	return engine;
}

static bool
has_one_pass(const struct engine *engine)
{
	int failed = 0;

	return cl_engine_get_num(engine->cl, CL_ENGINE_AC_ONLY, &failed) == 1;
}

/* A file of that length, with one signature. */
static void
write_signatures(const char *name, size_t len)
{
	static char text[2 * FEW];
	size_t used = (size_t)snprintf(text, sizeof text,
	    "One.Test:0:*:" MARK_HEX "\n");

	memset(text + used, '#', sizeof text - used);
	text[len] = '\0';
	if (len > used)
		text[used] = '#';
	write_file(inside(name), text);
}

static bool
expects_few(const char *name, size_t len, unsigned times, unsigned plain)
{
	struct engine_limits chosen = limits;
	struct engine *engine = NULL;
	struct err err = { "" };
	bool few;

	write_signatures(name, len);
	chosen.plain = plain;
	if (ops->new(&engine, &chosen, inside("scratch"), &err) == -1)
		fail_msg("%s", err.text);
	ops->expect(engine, inside("none"));
	while (times-- > 0)
		ops->expect(engine, inside("db"));
	few = has_one_pass(engine);
	assert_int_equal(unlink(inside(name)), 0);
	ops->free(&engine);
	return few;
}

static const struct {
	const char *file;
	size_t len;
	unsigned times, plain;
	bool few;
} cases[] = {
	{ "db/own.ndb", 100, 1, 0, true },
	{ "db/own.ndb", FEW, 1, 0, true },
	{ "db/own.ndb", FEW + 1, 1, 0, false },
	{ "db/own.ndb", FEW / 2, 2, 0, true },
	{ "db/own.ndb", FEW / 2 + 1, 2, 0, false },
	{ "db/own.cvd", 100, 1, 0, false },
	{ "db/own.CLD", 100, 1, 0, false },
	{ "db/own.cud", 100, 1, 0, false },
	{ "db/own.txt", FEW + 1, 1, 0, true },	/* is not loaded */
	{ "db/own.ndb", 100, 1, PLAIN_MATCHER, false },
	{ "db/own.ndb", 100, 1, PLAIN_REPEATS, true },
};

static void
one_pass_is_for_few_signatures_in_all_folders(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (expects_few(cases[i].file, cases[i].len, cases[i].times,
		    cases[i].plain) != cases[i].few)
			fail_msg("case %zu: %s", i, cases[i].file);
}

static void
who_tells_nothing_gets_both_passes(void **state)
{
	struct engine *engine;

	(void)state;
	write_signatures("db/own.ndb", 100);
	engine = engine_of(0, false);
	assert_false(has_one_pass(engine));
	ops->free(&engine);
}

static const char *const offsets[] = {
	"*", "0", "7", "131066", "4,4", "EOF-13", "EOF-20,9",
};
static const size_t places[] = {
	0, 4, 7, 8, 9, 131066, BORDER - 13, BORDER, 200000, BODY - 21,
	BODY - 20, BODY - 12, BODY - 13, BODY,
};

/* With the mark at that place, as far as there is room for it. */
static bool
finds(struct engine *engine, size_t at)
{
	static char body[BODY];
	struct verdict verdict;
	size_t len = sizeof MARK - 1;

	memset(body, 'x', sizeof body);
	if (len > sizeof body - at)
		len = sizeof body - at;
	memcpy(body + at, MARK, len);
	ops->scan(engine, body, sizeof body, 0, &verdict);
	if (verdict.outcome == OUTCOME_INFECTED)
		assert_string_equal(verdict.name, "One.Test");
	else
		assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	return verdict.outcome == OUTCOME_INFECTED;
}

static size_t
compare_at_each_place(struct engine *one, struct engine *both,
    const char *offset)
{
	size_t i, found = 0;

	for (i = 0; i < COUNT(places); i++) {
		if (finds(one, places[i]) != finds(both, places[i]))
			fail_msg("%s, at %zu", offset, places[i]);
		found += finds(one, places[i]);
	}
	return found;
}

static void
one_pass_finds_what_two_find(void **state)
{
	struct engine *one, *both;
	char text[128];
	size_t i, found;

	(void)state;
	for (i = 0; i < COUNT(offsets); i++) {
		snprintf(text, sizeof text, "One.Test:0:%s:" MARK_HEX "\n",
		    offsets[i]);
		write_file(inside("db/own.ndb"), text);
		one = engine_of(0, true);
		both = engine_of(0, false);
		assert_true(has_one_pass(one));
		assert_false(has_one_pass(both));
		found = compare_at_each_place(one, both, offsets[i]);
		assert_true(found >= 1 && found < COUNT(places));
		ops->free(&both);
		ops->free(&one);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(one_pass_is_for_few_signatures_in_all_folders),
		IN_FOLDER(who_tells_nothing_gets_both_passes),
		IN_FOLDER(one_pass_finds_what_two_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
