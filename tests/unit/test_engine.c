/* SPDX-License-Identifier: GPL-2.0-only */
#include "engine_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "containers.h"
#include "engines/clamav.h"
#include "wire/samples.h"

/* --- what a body becomes --- */

static struct bytes
make_text(const char *text)
{
	struct bytes b = { NULL, 0 };

	bytes_add(&b, text, strlen(text));
	return b;
}

static struct bytes
make_empty(void)
{
	return make_text("");
}

static struct bytes
make_5(void)
{
	return make_text("12345");
}

static struct bytes
make_6(void)
{
	return make_text("123456");
}

static struct bytes
make_eicar_with_space_after(void)
{
	struct bytes b = eicar_bytes();

	bytes_add(&b, " \r\n", 3);
	return b;
}

static struct bytes
make_eicar_quoted(void)
{
	struct bytes b = make_text("it reads "), e = eicar_bytes();

	bytes_add(&b, e.data, e.len);
	bytes_free(&e);
	return b;
}

static struct bytes
make_glassgate_test(void)
{
	struct bytes b = { NULL, 0 };

	bytes_add(&b, samples_found()[1].bytes, samples_found()[1].len);
	return b;
}

static struct bytes
make_zip(void)
{
	struct bytes b = eicar_bytes();

	return zip_of("eicar.com", &b);
}

static struct bytes
make_zip_in_zip(void)
{
	struct bytes b = make_zip();

	return zip_of("inner.zip", &b);
}

/* The second member's path does not begin with the first one's. */
static struct bytes
make_zip_with_two_zips(void)
{
	struct zip z = { .members = 0 };
	struct bytes clean = make_text("clean enough"), b = make_zip();

	clean = zip_of("clean.txt", &clean);
	zip_add(&z, "first.zip", clean.data, clean.len);
	zip_add(&z, "second.zip", b.data, b.len);
	bytes_free(&clean);
	bytes_free(&b);
	return zip_close(&z);
}

static struct bytes
make_deep(unsigned levels)
{
	struct bytes b = eicar_bytes();

	return zip_nested(&b, levels);
}

static struct bytes
make_16_deep(void)
{
	return make_deep(16);
}

static struct bytes
make_17_deep(void)
{
	return make_deep(17);
}

static struct bytes
make_gzip(void)
{
	struct bytes b = eicar_bytes();

	return gzip_of(&b);
}

static struct bytes
make_encrypted(void)
{
	struct zip z = { .members = 0 };

	zip_add_encrypted(&z, "secret.txt", "whatever it is", 14);
	return zip_close(&z);
}

static struct bytes
make_encrypted_and_infected(void)
{
	struct zip z = { .members = 0 };
	struct bytes b = eicar_bytes();

	zip_add_encrypted(&z, "secret.txt", "whatever it is", 14);
	zip_add(&z, "eicar.com", b.data, b.len);
	bytes_free(&b);
	return zip_close(&z);
}

static struct bytes
make_too_deep_and_encrypted(void)
{
	struct zip z = { .members = 0 };
	struct bytes b = make_deep(17);

	zip_add_encrypted(&z, "secret.txt", "whatever it is", 14);
	zip_add(&z, "deep.zip", b.data, b.len);
	bytes_free(&b);
	return zip_close(&z);
}

/* libclamav cuts this member at the limit and calls the rest clean. */
static struct bytes
make_large_member(void)
{
	struct zip z = { .members = 0 };
	struct bytes b = eicar_bytes(), inner = zip_of("eicar.com", &b);

	zip_add_large(&z, "large.bin", SCAN_MAX + 1, inner.data, inner.len);
	bytes_free(&inner);
	return zip_close(&z);
}

static struct bytes
make_large_sum(void)
{
	struct zip z = { .members = 0 };

	zip_add_large(&z, "a.bin", SCAN_MAX / 3 * 2, "a", 1);
	zip_add_large(&z, "b.bin", SCAN_MAX / 3 * 2, "b", 1);
	return zip_close(&z);
}

static struct bytes
make_many_members(void)
{
	struct zip z = { .members = 0 };
	char name[16];
	int i;

	for (i = 0; i < 60; i++) {
		snprintf(name, sizeof name, "%d.txt", i);
		zip_add(&z, name, "text of a member", 16);
	}
	return zip_close(&z);
}

static struct bytes
make_large(void)
{
	struct bytes b = { calloc(1, SCAN_MAX + 1), SCAN_MAX + 1 };

	return b;
}

static struct bytes
make_at_limit(void)
{
	struct bytes b = { calloc(1, SCAN_MAX), SCAN_MAX };

	return b;
}

static const struct {
	const char *what;
	struct bytes (*make)(void);
	enum outcome outcome;
	const char *name, *path;	/* NULL: any */
} bodies[] = {
	{ "nothing", make_empty, OUTCOME_CLEAN, "", "" },
	{ "5 bytes", make_5, OUTCOME_CLEAN, "", "" },
	{ "6 bytes", make_6, OUTCOME_CLEAN, "", "" },
	{ "EICAR", eicar_bytes, OUTCOME_INFECTED, "Eicar-Test-Signature", "" },
	{ "EICAR and white space", make_eicar_with_space_after,
	    OUTCOME_INFECTED, "Eicar-Test-Signature", "" },
	{ "EICAR quoted", make_eicar_quoted, OUTCOME_CLEAN, "", "" },
	{ "our test file", make_glassgate_test, OUTCOME_INFECTED,
	    "Glassgate.Test", "" },
	{ "zip", make_zip, OUTCOME_INFECTED, "Eicar-Test-Signature",
	    "eicar.com" },
	{ "zip in zip", make_zip_in_zip, OUTCOME_INFECTED,
	    "Eicar-Test-Signature", "inner.zip/eicar.com" },
	{ "two zips in a zip", make_zip_with_two_zips, OUTCOME_INFECTED,
	    "Eicar-Test-Signature", "second.zip/eicar.com" },
	{ "16 zips", make_16_deep, OUTCOME_INFECTED, "Eicar-Test-Signature",
	    NULL },
	{ "17 zips", make_17_deep, OUTCOME_TOO_DEEP, NULL, NULL },
	{ "gzip", make_gzip, OUTCOME_INFECTED, "Eicar-Test-Signature", NULL },
	{ "encrypted zip", make_encrypted, OUTCOME_ENCRYPTED, NULL, NULL },
	{ "encrypted and infected", make_encrypted_and_infected,
	    OUTCOME_INFECTED, "Eicar-Test-Signature", "eicar.com" },
	{ "too deep and encrypted", make_too_deep_and_encrypted,
	    OUTCOME_TOO_DEEP, NULL, NULL },
	{ "zip member over the limit", make_large_member, OUTCOME_TOO_BIG,
	    NULL, NULL },
	{ "members over the limit together", make_large_sum, OUTCOME_TOO_BIG,
	    NULL, NULL },
	{ "too many members", make_many_members, OUTCOME_TOO_DEEP, NULL, NULL },
	{ "over the limit", make_large, OUTCOME_TOO_BIG, NULL, "" },
	{ "at the limit", make_at_limit, OUTCOME_CLEAN, "", "" },
};

static void
each_body_gets_its_outcome(void **state)
{
	struct engine *engine = ready();
	struct verdict verdict;
	struct bytes body;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bodies); i++) {
		body = bodies[i].make();
		ops->scan(engine, body.data, body.len, 0, &verdict);
		bytes_free(&body);
		if (verdict.outcome != bodies[i].outcome ||
		    (bodies[i].name && strcmp(bodies[i].name, verdict.name)) ||
		    (bodies[i].path && strcmp(bodies[i].path, verdict.path)))
			fail_msg("%s: %s, \"%s\" in \"%s\"", bodies[i].what,
			    outcome_name(verdict.outcome), verdict.name,
			    verdict.path);
	}
	ops->free(&engine);
	assert_null(engine);
}

/* And those of one body are not those of the next. */
static void
lower_limits_hold_until_the_next_ones(void **state)
{
	struct engine *engine = ready();
	struct engine_limits lower = limits;
	struct bytes body;
	struct zip z = { .members = 0 };
	struct verdict verdict;

	(void)state;
	zip_add_large(&z, "a.bin", SCAN_MAX / 2, "a", 1);
	body = zip_close(&z);
	lower.scan_max = SCAN_MAX / 4;
	assert_int_equal(ops->limit(engine, &lower), 0);
	ops->scan(engine, body.data, body.len, 0, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_TOO_BIG);
	assert_int_equal(ops->limit(engine, &limits), 0);
	ops->scan(engine, body.data, body.len, 0, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	bytes_free(&body);
	ops->free(&engine);
}

static void
a_rar_that_nobody_opens_is_not_clean(void **state)
{
	static const char rar[] = "Rar!\x1a\x07\x00\xcf\x90\x73\x00\x00\x0d"
	    "\x00\x00\x00\x00\x00\x00\x00";
	struct engine *engine = ready();
	struct verdict verdict;

	(void)state;
	if (engine->opens_rar)
		skip();
	ops->scan(engine, rar, sizeof rar - 1, 0, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_UNSUPPORTED);
	ops->free(&engine);
}

static void
a_scan_over_its_time_is_a_timeout(void **state)
{
	struct engine *engine = ready();
	struct bytes body = make_at_limit();
	struct zip z = { .members = 0 };
	struct verdict verdict;

	(void)state;
	bytes_free(&body);
	zip_add_large(&z, "a.bin", SCAN_MAX - 8192, "a", 1);
	body = zip_close(&z);
	ops->scan(engine, body.data, body.len, 1, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_TIMEOUT);
	/* and the limit of one body is not that of the next */
	ops->scan(engine, body.data, body.len, 0, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	bytes_free(&body);
	ops->free(&engine);
}

/* What libclamav makes its temporary names of, in a worker that entered. */
static int
first_number_of_a_worker(struct engine *engine)
{
	struct err err = { "" };
	int ends[2], number = -1;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		if (ops->enter(engine, inside("scratch"), &err) == 0)
			number = rand();
		_exit(write(ends[1], &number, sizeof number) == -1);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &number, sizeof number),
	    sizeof number);
	close(ends[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_not_equal(number, -1);
	return number;
}

static void
no_two_workers_draw_the_same_numbers(void **state)
{
	struct engine *engine = ready();
	int number[4];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(number); i++) {
		number[i] = first_number_of_a_worker(engine);
		for (j = 0; j < i; j++)
			assert_int_not_equal(number[i], number[j]);
	}
	ops->free(&engine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(each_body_gets_its_outcome),
		IN_FOLDER(lower_limits_hold_until_the_next_ones),
		IN_FOLDER(a_rar_that_nobody_opens_is_not_clean),
		IN_FOLDER(a_scan_over_its_time_is_a_timeout),
		IN_FOLDER(no_two_workers_draw_the_same_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
