/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report - what `glassgate status` shows: one copy of the segment's facts, and
 * two ways to print it. report_text.c is for people, report_json.c for
 * programs; neither looks at the segment.
 */
#ifndef TOOL_REPORT_H
#define TOOL_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "segment/segment.h"

enum report_kind {
	CAGE_SUPERVISOR, CAGE_KEEPER, CAGE_MONITOR, CAGE_CHILD, CAGE_KINDS
};

/* Of one kind of process; the workers' is in the status. */
struct report_cage {
	const char *name;
	uint32_t layers, missing;	/* of those that it should have */
	unsigned count;			/* processes that told of theirs */
};

struct report_lane {
	uint32_t workers, idle, busy, spare;	/* the rest is starting */
	uint32_t jobs;			/* of c-icap, without a verdict yet */
	uint32_t waiting;		/* of them, for a worker */
};

struct report_policy {
	char name[POLICY_COUNT_NAME];
	uint64_t value[POLICY_COUNTED];
};

struct report {
	const char *version;
	int64_t now;			/* Unix seconds */
	int64_t clock;			/* the same on clock_ms() */
	uint32_t serving, settings;	/* generation, settings number */
	struct status status;
	uint32_t threads_busy;		/* of c-icap, with a request */
	uint64_t budget[BUDGETS];	/* what bodies may take */
	struct report_cage cages[CAGE_KINDS];
	struct report_lane lanes[LANE_COUNT];
	uint64_t counters[METRIC_COUNT];
	struct report_policy policies[POLICY_COUNTS];
	unsigned policy_count;
};

/* -1: the writer was in the way. */
int report_take(struct report *, const struct segment *);

/* report_cages.c, report_lanes.c, report_policies.c: parts of it. */
void report_cages(struct report *, const struct segment *);
void report_lanes(struct report *, const struct segment *);
void report_policies(struct report *, const struct segment *);

/* `glassgate_policy_requests_total{policy="name"}`. Returns out. */
const char *report_policy_name(char *out, size_t size,
    const struct report_policy *, enum policy_counted);

/* Seconds for which everything passes from now on; 0: all is scanned. */
int64_t report_pass_all(const struct report *);

/* What stays wrong until somebody acts; a gauge says that it is. */
struct warning {
	enum metric gauge;
	const char *name, *text;
};

/* The n-th of those that hold, from 0 on; NULL: no more. */
const struct warning *report_warning(const struct report *, unsigned n);

int report_print_text(const struct report *, FILE *);
int report_print_json(const struct report *, FILE *);	/* -1: no memory */

/* "3 d 4 h", "12 min", "5 s": the two largest units. Returns out. */
const char *report_span(char *out, size_t size, int64_t seconds);

#endif
