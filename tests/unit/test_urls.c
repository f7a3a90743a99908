/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cache/urls.h"

#define URL "http://example.test/file?version=1"
#define MANY 20000

static struct url_memory *memory;

static const struct verdict infected = { .outcome = OUTCOME_INFECTED,
	    .name = "Some.Name", .path = "a/b" };

static int
setup(void **state)
{
	(void)state;
	memory = calloc(1, sizeof *memory);
	return memory == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static int
finds(const char *method, const char *url, int64_t now_ms)
{
	struct verdict verdict;

	return urls_find(memory, method, url, now_ms, &verdict);
}

/* The one entry that is in use. */
static struct url_entry *
only_entry(void)
{
	size_t i;

	for (i = 0; i < URLS_MAX; i++)
		if (memory->entries[i].until_ms != 0)
			return &memory->entries[i];
	fail_msg("no entry in use");
	return NULL;
}

static void
remembered_url_comes_back_with_its_verdict(void **state)
{
	struct verdict verdict;

	(void)state;
	urls_remember(memory, "GET", URL, &infected, 1000);
	assert_int_equal(urls_find(memory, "GET", URL, 999, &verdict), 1);
	assert_int_equal(verdict.outcome, OUTCOME_INFECTED);
	assert_string_equal(verdict.name, "Some.Name");
	assert_string_equal(verdict.path, "");
}

/* What a captured child of c-icap leaves there goes into headers. */
static void
forged_name_is_no_entry(void **state)
{
	struct verdict forged = infected;

	(void)state;
	strcpy(forged.name, "x\r\nSet-Cookie: y");
	urls_remember(memory, "GET", URL, &forged, 1000);
	assert_int_equal(finds("GET", URL, 0), 0);
	memset(forged.name, 'x', sizeof forged.name - 1);
	urls_remember(memory, "GET", URL, &forged, 1000);
	assert_int_equal(finds("GET", URL, 0), 1);
}

static void
empty_memory_knows_nothing(void **state)
{
	(void)state;
	assert_int_equal(finds("GET", URL, 0), 0);
	assert_int_equal(finds("GET", URL, -1), 0);
	assert_int_equal(finds("", "", 0), 0);
}

static void
other_method_query_or_case_is_another_url(void **state)
{
	(void)state;
	urls_remember(memory, "GET", URL, &infected, 1000);
	assert_int_equal(finds("POST", URL, 0), 0);
	assert_int_equal(finds("GET", "http://example.test/file?version=2", 0),
	    0);
	assert_int_equal(finds("GET", "http://example.test/file", 0), 0);
	assert_int_equal(finds("GET", "http://example.test/File?version=1", 0),
	    0);
}

static void
url_is_forgotten_when_its_time_is_over(void **state)
{
	(void)state;
	urls_remember(memory, "GET", URL, &infected, 1000);
	assert_int_equal(finds("GET", URL, 999), 1);
	assert_int_equal(finds("GET", URL, 1000), 0);
}

static void
one_that_ends_sooner_takes_no_time_from_others(void **state)
{
	(void)state;
	urls_remember(memory, "GET", URL, &infected, 2000);
	urls_remember(memory, "GET", URL "1", &infected, 1000);
	assert_int_equal(finds("GET", URL, 1500), 1);
	assert_int_equal(finds("GET", URL "1", 1500), 0);
}

static void
same_url_takes_one_place_only(void **state)
{
	struct url_entry *entry;
	int64_t i;

	(void)state;
	for (i = 1; i <= 10; i++)
		urls_remember(memory, "GET", URL, &infected, 1000 * i);
	entry = only_entry();
	assert_int_equal(entry->until_ms, 10000);
	memset(entry, 0, sizeof *entry);
	assert_int_equal(finds("GET", URL, 0), 0);
}

static void
torn_entry_counts_as_empty_whatever_byte_is_torn(void **state)
{
	struct url_entry *entry;
	size_t i;

	(void)state;
	urls_remember(memory, "GET", URL, &infected, 1000);
	entry = only_entry();
	for (i = 0; i < sizeof *entry; i++) {
		((uint8_t *)entry)[i] ^= 0x20;
		assert_int_equal(finds("GET", URL, 0), 0);
		((uint8_t *)entry)[i] ^= 0x20;
	}
	assert_int_equal(finds("GET", URL, 0), 1);
}

static void
torn_place_is_used_again_first(void **state)
{
	struct url_entry *entry;

	(void)state;
	urls_remember(memory, "GET", URL, &infected, 1000);
	entry = only_entry();
	entry->name[0] ^= 1;
	urls_remember(memory, "GET", URL, &infected, 2000);
	assert_int_equal(finds("GET", URL, 1500), 1);
}

/* URLs of one set, told by where an empty memory puts them. */
static void
remember_in_set(size_t set, int wanted, char urls[][64])
{
	struct url_memory *probe = calloc(1, sizeof *probe);
	int found = 0, i;

	assert_non_null(probe);
	for (i = 0; found < wanted; i++) {
		memset(probe, 0, sizeof *probe);
		snprintf(urls[found], 64, "http://example.test/%d", i);
		urls_remember(probe, "GET", urls[found], &infected, 1);
		if (probe->entries[set * URLS_WAYS].until_ms == 1)
			found++;
	}
	free(probe);
}

static void
full_set_loses_the_url_that_ends_first(void **state)
{
	char urls[URLS_WAYS + 1][64];
	int64_t i;

	(void)state;
	remember_in_set(7, URLS_WAYS + 1, urls);
	for (i = 0; i < URLS_WAYS; i++)
		urls_remember(memory, "GET", urls[i], &infected,
		    i == 2 ? 500 : 1000 + i);
	urls_remember(memory, "GET", urls[URLS_WAYS], &infected, 3000);
	for (i = 0; i <= URLS_WAYS; i++)
		assert_int_equal(finds("GET", urls[i], 0), i != 2);
}

static void
memory_stays_bounded_and_keeps_the_last(void **state)
{
	char url[64];
	int i, known = 0;

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(url, sizeof url, "http://example.test/%d", i);
		urls_remember(memory, "GET", url, &infected, i + 1);
		assert_int_equal(finds("GET", url, 0), 1);
	}
	for (i = 0; i < MANY; i++) {
		snprintf(url, sizeof url, "http://example.test/%d", i);
		known += finds("GET", url, 0);
	}
	assert_true(known > URLS_MAX * 9 / 10);
	assert_true(known <= URLS_MAX);
}

static void
all_is_forgotten_at_once(void **state)
{
	(void)state;
	urls_remember(memory, "GET", URL, &infected, 100);
	urls_remember(memory, "GET", URL "1", &infected, 100);
	urls_forget(memory);
	assert_false(finds("GET", URL, 0));
	assert_false(finds("GET", URL "1", 0));
	urls_remember(memory, "GET", URL, &infected, 100);
	assert_true(finds("GET", URL, 0));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(remembered_url_comes_back_with_its_verdict),
		TEST(forged_name_is_no_entry),
		TEST(all_is_forgotten_at_once),
		TEST(empty_memory_knows_nothing),
		TEST(other_method_query_or_case_is_another_url),
		TEST(url_is_forgotten_when_its_time_is_over),
		TEST(one_that_ends_sooner_takes_no_time_from_others),
		TEST(same_url_takes_one_place_only),
		TEST(torn_entry_counts_as_empty_whatever_byte_is_torn),
		TEST(torn_place_is_used_again_first),
		TEST(full_set_loses_the_url_that_ends_first),
		TEST(memory_stays_bounded_and_keeps_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
