/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sequence.h"

/* Exponents of 0.64 to 0.83 were found in the traces of web proxies (Breslau
 * and others, Web Caching and Zipf-like Distributions, INFOCOM 1999). */
#define ZIPF 0.8

/* The bodies that one template made, in order. */
struct past {
	uint64_t *numbers;
	size_t count, room;
};

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
	s->past = calloc(corpus->count, sizeof(*s->past));
	s->same = calloc(rules->same + 1, sizeof(*s->same));
	if (s->past == NULL || s->same == NULL)
		return -1;
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
remember(struct past *past, uint64_t number)
{
	uint64_t *more;

	if (past->count == past->room) {
		past->room = past->room > 0 ? 2 * past->room : 64;
		more = realloc(past->numbers, past->room * sizeof(*more));
		if (more == NULL)
			abort();
		past->numbers = more;
	}
	past->numbers[past->count++] = number;
}

/* Rank r of n with a chance like r^-ZIPF: by the inverse of the integral of it
 * from 1 to n + 1. */
static uint64_t
one_of_the_past(struct sequence *s, const struct past *past)
{
	double u = (double)(throw(s) >> 11) / (double)(1ULL << 53);
	double most = pow((double)past->count + 1, 1 - ZIPF);
	size_t rank = (size_t)pow(1 + u * (most - 1), 1 / (1 - ZIPF)) - 1;

	return past->numbers[rank < past->count ? rank : past->count - 1];
}

static struct body
new_body(struct sequence *s, size_t template)
{
	struct body body = {
		.template = template, .number = s->rules.first + s->made,
	};

	if (s->made < s->rules.same)
		s->same[s->made] = body;
	s->made++;
	remember(&s->past[template], body.number);
	return body;
}

struct body
sequence_next(struct sequence *s)
{
	bool again = throw(s) % 100 < s->rules.repeats;
	size_t template;

	s->count++;
	if (s->rules.same > 0 && s->made == s->rules.same)
		return s->same[(s->count - 1) % s->rules.same];
	template = any_template(s);
	if (!again || s->past[template].count == 0)
		return new_body(s, template);
	return (struct body){ .template = template,
	    .number = one_of_the_past(s, &s->past[template]) };
}

void
sequence_end(struct sequence *s)
{
	size_t i;

	for (i = 0; i < s->corpus->count; i++)
		free(s->past[i].numbers);
	free(s->past);
	free(s->same);
	memset(s, 0, sizeof(*s));
}
