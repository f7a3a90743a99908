/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * said - what a worker wrote to its standard output and error, as lines that
 * can only be its own. Keeper.
 *
 * Lines of its own log_write() stay as they are, under a head that the keeper
 * puts there. All else (a library, a sanitizer, abort(), whoever captured it)
 * becomes a warning of that worker: worker[80] says text="...". What is not
 * printable ASCII becomes \xNN, long lines are cut, and no more than so many
 * are said in a time: whoever writes without end fills no disk.
 */
#ifndef KEEPER_SAID_H
#define KEEPER_SAID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"

#define SAID_LINE_MAX 1024	/* bytes of a line; longer ones end in "..." */
#define SAID_LINES_MAX 200	/* a report of a sanitizer is about as long */
#define SAID_WINDOW_MS 10000	/* in which so many are said */
#define SAID_ROLE "worker"

/* One line, without its head. text: printable, no longer than a line may be
 * and a few words. */
typedef void said_fn(void *ctx, enum log_level, const char *text);

/* All zero but the first two: nothing was said. */
struct said {
	said_fn *say;
	void *ctx;
	pid_t pid;
	char line[SAID_LINE_MAX];
	size_t len;
	bool cut;
	int64_t since;		/* begin of the window that `lines` counts */
	unsigned lines;
	unsigned long dropped;
	int64_t due;		/* when to tell that */
};

/* Another process speaks. How much may be said goes on: one that dies after
 * each flood gets no more than one that lives. */
void said_begin(struct said *, pid_t);

/* Any piece of what it writes. */
void said_feed(struct said *, const char *, size_t len, int64_t now_ms);

/* No more comes: says what had no end of line. */
void said_end(struct said *, int64_t now_ms);

/* How many lines were dropped since it was asked last; 0 also while it is too
 * early to tell. INT64_MAX is never too early. */
unsigned long said_dropped(struct said *, int64_t now_ms);

#endif
