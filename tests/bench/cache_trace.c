/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache_trace - how often the table of verdicts knows a body, on a trace of
 * requests: some for popular bodies, by Zipf's law, and some for bodies that
 * come once. Beside it a table of the same shape whose sets are LRU, and the
 * share that the most popular ones have that would fit: no cache can know more
 * than them for long.
 *
 * usage: cache_trace [REQUESTS]
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cache/verdict_set.h"
#include "cache/verdicts.h"

#define SETS 1000
#define PLACES (SETS * SET_WAYS)
#define SIZE (16384 + SETS * sizeof(struct verdict_set))
#define POPULAR 200000

struct lru_set {
	uint64_t name[SET_WAYS];
	uint32_t used[SET_WAYS], clock;
};

static struct lru_set lru[SETS];
static double reach[POPULAR];	/* of the first n, summed up */
static uint64_t seed;

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

static double
chance(void)
{
	return (double)(mix(++seed) >> 11) * 0x1p-53;
}

static void
make_popular(double exponent)
{
	double sum = 0;
	unsigned i;

	for (i = 0; i < POPULAR; i++)
		reach[i] = sum += 1 / pow(i + 1, exponent);
}

/* The n-th most popular one, from 1 on; beyond them: one that comes once. */
static uint64_t
next_body(double once)
{
	unsigned low = 0, high = POPULAR - 1, middle;
	double at;

	if (chance() < once)
		return POPULAR + 1 + (mix(seed) >> 1);
	at = chance() * reach[POPULAR - 1];
	while (low < high) {
		middle = (low + high) / 2;
		if (reach[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low + 1;
}

static bool
ask_lru(uint64_t name)
{
	struct lru_set *set = &lru[mix(name) % SETS];
	unsigned way, oldest = 0;

	set->clock++;
	for (way = 0; way < SET_WAYS && set->name[way] != name; way++)
		if (set->used[way] < set->used[oldest])
			oldest = way;
	if (way < SET_WAYS) {
		set->used[way] = set->clock;
		return true;
	}
	set->name[oldest] = name;
	set->used[oldest] = set->clock;
	return false;
}

static bool
ask_table(struct verdicts *table, uint64_t name)
{
	static const struct verdict clean = { .outcome = OUTCOME_CLEAN,
		.bytes = GROUP_TEXT };
	static const struct voucher voucher = { .worker = 1 };
	static struct trust trust;
	struct verdict_key key = { { mix(name), mix(name + 1), mix(~name),
		name }, 1 };
	struct verdict verdict;

	if (verdicts_get(table, &key, &trust, &verdict))
		return true;
	verdicts_put(table, &key, &voucher, &clean);
	return false;
}

static struct verdicts *
new_table(void)
{
	struct verdicts *table = NULL;
	struct err err;
	int fd = memfd_create("verdicts", MFD_CLOEXEC);

	if (verdicts_make(fd, 0, SIZE, &err) == -1 ||
	    verdicts_attach(&table, fd, 0, geteuid(), &err) == -1) {
		fprintf(stderr, "cache_trace: %s\n", err.text);
		exit(1);
	}
	close(fd);
	return table;
}

/* Of the requests for popular ones, after a tenth of all to warm up. */
static void
run(double exponent, double once, unsigned requests)
{
	struct verdicts *table = new_table();
	uint64_t asked = 0, known = 0, known_lru = 0;
	unsigned i;

	seed = 0;
	memset(lru, 0, sizeof lru);
	make_popular(exponent);
	for (i = 0; i < requests; i++) {
		uint64_t name = next_body(once);
		bool counts = name <= POPULAR && i >= requests / 10;
		bool hit = ask_table(table, name);

		asked += counts;
		known += counts && hit;
		known_lru += counts & ask_lru(name);
	}
	printf("| %.1f | %.0f %% | %.1f %% | %.1f %% | %.1f %% |\n",
	    exponent, 100 * once, 100.0 * (double)known / (double)asked,
	    100.0 * (double)known_lru / (double)asked,
	    100 * reach[PLACES - 1] / reach[POPULAR - 1]);
	verdicts_detach(&table);
}

int
main(int argc, char **argv)
{
	static const double exponents[] = { 0.7, 0.9, 1.1 };
	static const double onces[] = { 0.2, 0.4, 0.8 };
	unsigned requests = argc > 1 ? (unsigned)atoi(argv[1]) : 2000000;
	unsigned i, j;

	printf("%u places, %u popular bodies, %u requests\n\n"
	    "| exponent | come once | known | LRU | at most |\n"
	    "|---|---|---|---|---|\n", PLACES, POPULAR, requests);
	for (i = 0; i < 3; i++)
		for (j = 0; j < 3; j++)
			run(exponents[i], onces[j], requests);
	return 0;
}
