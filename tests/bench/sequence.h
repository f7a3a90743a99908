/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sequence - which body comes next. Same rules give the same sequence, so
 * that all servers get the same work in the same order.
 */
#ifndef BENCH_SEQUENCE_H
#define BENCH_SEQUENCE_H

#include "bench/corpus.h"

struct sequence_rules {
	const char *kind;	/* of the templates, which have weights */
	unsigned repeats;	/* percent of bodies that came before: of the
				 * template that the weights chose, so that the
				 * shares stay, by Zipf's law in the order of
				 * their first times */
	unsigned same;		/* 0, or so many bodies over and over */
	uint64_t first;		/* the number of the first body */
};

struct past;

struct body {
	size_t template;	/* in the corpus */
	uint64_t number;
};

struct sequence {
	const struct corpus *corpus;
	struct sequence_rules rules;
	uint64_t dice, count;	/* count: of those asked for */
	uint64_t made;		/* of them, different ones */
	struct past *past;	/* of each template */
	struct body *same;
	unsigned weights;
};

/* -1: no template of that kind. */
int	sequence_start(struct sequence *, const struct corpus *,
	    const struct sequence_rules *);
struct body sequence_next(struct sequence *);
void	sequence_end(struct sequence *);

#endif
