/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hostile - an engine that does what a body tells it, as a captured worker
 * would. Linked with the real keeper and worker it becomes hostile_keeper, for
 * tests only: a program of its own, which nobody installs.
 *
 * A body "HOSTILE <word> <argument>\n" is one attempt. If the worker survives,
 * the verdict is `infected` with the name Hostile.<word>.<errno>, or
 * Hostile.<word>.done when nothing stood in its way. EICAR is found as ever;
 * any other body is clean.
 */
#ifndef FAKES_HOSTILE_H
#define FAKES_HOSTILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire/verdict.h"

/* What an attempt knows. */
struct attempt {
	const char *argument;		/* "" if none */
	int channel;			/* to the keeper */
	int connection;			/* to the client of this job */
	int body;			/* its descriptor; -1: came inline */
	const char *earlier;		/* the begin of the body before */
	struct verdict *verdict;	/* to say something else */
};

struct hostile_act {
	const char *word;
	int (*fn)(const struct attempt *);	/* 0: done, else errno */
};

/* hostile_acts.c: what a process can do; hostile_lies.c: what it can say. The
 * word NULL ends each. */
extern const struct hostile_act hostile_acts[], hostile_lies[];

/* It was told to stay so: from then on every body is clean. */
bool hostile_is_captured(void);

#endif
