/* SPDX-License-Identifier: GPL-2.0-only */
#include "verdicts_fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct verdicts *table;
uint8_t *table_bytes;
struct trust table_trust;
const struct voucher by_somebody = { .worker = 100 };
static int fd;

int
table_setup(void **state)
{
	(void)state;
	memset(&table_trust, 0, sizeof table_trust);
	fd = memfd_create("verdicts", MFD_CLOEXEC);
	assert_int_equal(verdicts_make(fd, 0, TABLE_SIZE, NULL), 0);
	assert_int_equal(verdicts_attach(&table, fd, 0, geteuid(), NULL), 0);
	table_bytes = mmap(NULL, TABLE_SIZE, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	return table_bytes == MAP_FAILED ? -1 : 0;
}

int
table_teardown(void **state)
{
	(void)state;
	verdicts_detach(&table);
	munmap(table_bytes, TABLE_SIZE);
	return close(fd);
}

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

struct verdict_key
key_number(uint64_t n)
{
	struct verdict_key key = { .generation = 1 };
	unsigned i;

	for (i = 0; i < 4; i++)
		key.digest[i] = mix(4 * n + i + 1);
	return key;
}

static void
name_number(struct verdict *verdict, uint64_t n)
{
	snprintf(verdict->name, sizeof verdict->name, "Test.%llu",
	    (unsigned long long)n);
}

bool
knows(const struct verdict_key *key, uint64_t n)
{
	struct verdict verdict, want;

	if (!verdicts_get(table, key, &table_trust, &verdict))
		return false;
	name_number(&want, n);
	assert_int_equal(verdict.outcome, OUTCOME_INFECTED);
	assert_string_equal(verdict.name, want.name);
	return true;
}

bool
learn(const struct verdict_key *key, uint64_t n)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED,
		.bytes = GROUP_TEXT };

	name_number(&verdict, n);
	return verdicts_put(table, key, &by_somebody, &verdict);
}
