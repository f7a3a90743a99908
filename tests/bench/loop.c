/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loop - scans bodies with an engine and nothing around it: the floor of what a
 * request can cost. Loads once, then does what it is told line by line:
 *
 *	KIND COUNT FIRST	scans so many, from that number on
 *
 * and prints the CPU microseconds of each scan, on average, and how many were
 * judged wrong.
 *
 * usage: loop worker|libclamav SIGNATURES SCRATCH CORPUS
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/loop.h"
#include "bench/sequence.h"

static int64_t
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* One body; what it took of the processor, without the making of it. */
static int64_t
scan_next(const struct loop_engine *engine, struct sequence *s, char *body,
    size_t *in_body, unsigned long *wrong)
{
	struct body next = sequence_next(s);
	const struct template *t = &s->corpus->templates[next.template];
	enum loop_says says;
	int64_t before;

	if (*in_body != next.template)
		memcpy(body, t->bytes, t->len);
	*in_body = next.template;
	corpus_number(t, body, next.number);
	before = cpu_ns();
	says = engine->scan(body, t->len);
	before = cpu_ns() - before;
	*wrong += says != (t->infected ? LOOP_INFECTED : LOOP_CLEAN);
	return before;
}

static size_t
longest(const struct corpus *corpus, const char *kind)
{
	size_t i, most = 1;

	for (i = 0; i < corpus->count; i++)
		if (strcmp(corpus->templates[i].kind, kind) == 0 &&
		    corpus->templates[i].len > most)
			most = corpus->templates[i].len;
	return most;
}

static int
do_line(const struct loop_engine *engine, const struct corpus *corpus,
    const char *line)
{
	unsigned long long count, i, first;
	unsigned long wrong = 0;
	size_t in_body = SIZE_MAX;
	struct sequence sequence;
	int64_t total = 0;
	char kind[32], *body;

	if (sscanf(line, "%31s %llu %llu", kind, &count, &first) != 3 ||
	    count == 0)
		return -1;
	body = malloc(longest(corpus, kind));
	if (body == NULL || corpus_fetch_kind(corpus, kind) == -1 ||
	    sequence_start(&sequence, corpus,
	    &(struct sequence_rules){ .kind = kind, .first = first }) == -1)
		return -1;
	for (i = 0; i < count; i++)
		total += scan_next(engine, &sequence, body, &in_body, &wrong);
	printf("%.3f %lu\n", (double)total / 1e3 / (double)count, wrong);
	sequence_end(&sequence);
	free(body);
	return fflush(stdout);
}

static int
do_lines(const struct loop_engine *engine, const char *folder)
{
	struct corpus corpus;
	char line[256];

	if (corpus_open(&corpus, folder) == -1)
		return -1;
	while (fgets(line, sizeof(line), stdin) != NULL)
		if (do_line(engine, &corpus, line) == -1)
			return -1;
	corpus_close(&corpus);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct loop_engine *engine = NULL;

	if (argc == 5 && strcmp(argv[1], loop_worker.name) == 0)
		engine = &loop_worker;
	if (argc == 5 && strcmp(argv[1], loop_libclamav.name) == 0)
		engine = &loop_libclamav;
	if (engine == NULL) {
		fprintf(stderr, "usage: loop worker|libclamav SIGNATURES "
		    "SCRATCH CORPUS\n");
		return 2;
	}
	if (engine->load(argv[2], argv[3]) == -1)
		return 1;
	printf("loaded\n");
	fflush(stdout);
	return do_lines(engine, argv[4]) == 0 ? 0 : 1;
}
