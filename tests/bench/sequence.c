/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sequence.h"

/* Exponents of 0.64 to 0.83 were found in the traces of web proxies (Breslau
 * and others, Web Caching and Zipf-like Distributions, INFOCOM 1999). */
#define ZIPF 0.8

/* splitmix64. */
static uint64_t
throw(struct sequence *s)
{
	uint64_t x = s->dice += 0x9e3779b97f4a7c15U;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

static bool
of_kind(const struct sequence *s, size_t i)
{
	return strcmp(s->corpus->templates[i].kind, s->rules.kind) == 0;
}

int
sequence_start(struct sequence *s, const struct corpus *corpus,
    const struct sequence_rules *rules)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	s->corpus = corpus;
	s->rules = *rules;
	for (i = 0; i < corpus->count; i++)
		s->weights += of_kind(s, i) ? corpus->templates[i].weight : 0;
	if (s->weights > 0)
		return 0;
	fprintf(stderr, "%s: no such kind of body\n", rules->kind);
	return -1;
}

static size_t
any_template(struct sequence *s)
{
	unsigned at = (unsigned)(throw(s) % s->weights);
	size_t i;

	for (i = 0;; i++) {
		if (!of_kind(s, i))
			continue;
		if (at < s->corpus->templates[i].weight)
			return i;
		at -= s->corpus->templates[i].weight;
	}
}

static void
remember(struct sequence *s, struct body body)
{
	struct body *more;

	if (s->pasts == s->room) {
		s->room = s->room > 0 ? 2 * s->room : 1024;
		more = realloc(s->past, s->room * sizeof(*more));
		if (more == NULL)
			abort();
		s->past = more;
	}
	s->past[s->pasts++] = body;
}

/* Rank r with a chance like r^-ZIPF, by the inverse of its integral. */
static struct body
one_of_the_past(struct sequence *s)
{
	double u = (double)(throw(s) >> 11) / (double)(1ULL << 53);
	size_t rank = (size_t)((double)s->pasts * pow(u, 1 / (1 - ZIPF)));

	return s->past[rank < s->pasts ? rank : s->pasts - 1];
}

struct body
sequence_next(struct sequence *s)
{
	struct body body;

	s->count++;
	if (s->rules.same > 0 && s->pasts == s->rules.same)
		return s->past[(s->count - 1) % s->pasts];
	if (s->pasts > 0 && throw(s) % 100 < s->rules.repeats)
		return one_of_the_past(s);
	body.template = any_template(s);
	body.number = s->rules.first + s->pasts;
	remember(s, body);
	return body;
}

void
sequence_end(struct sequence *s)
{
	free(s->past);
	memset(s, 0, sizeof(*s));
}
