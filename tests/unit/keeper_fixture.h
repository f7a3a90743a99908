/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * keeper_fixture - a real glassgate-keeper in a folder of its own; the test is
 * its supervisor and its clients.
 */
#ifndef TESTS_KEEPER_FIXTURE_H
#define TESTS_KEEPER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "config/settings.h"
#include "containers.h"
#include "wire/keeper_msg.h"
#include "wire/verdict.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct world {
	char folder[64];
	struct settings settings;
	bool beside;			/* start it as a successor */
	pid_t keeper;			/* 0: none */
	int channel;			/* to it */
	int listening[LANE_COUNT];
	struct signature_info info;
	struct cage_info cage;	/* of READY */
	struct keeper_stats stats;	/* the last ones */
	struct renew renew;		/* the last one; 0 deaths: none */
	uint32_t doubt;			/* the last one; 0: none */
};

extern struct world world;

int world_make(void **state);	/* folder, settings, sockets; no keeper yet */
int world_end(void **state);
const char *in_world(const char *name);		/* until the next call */
void world_set(const char *key, const char *value);

void keeper_start(void);	/* and READY */
void keeper_start_only(void);
void keeper_failure(char *reason_out, size_t size);	/* waits for FAILED */
int keeper_end_status(void);	/* waits; -1: still there after 10 s */

/* Reads STATS until what() is true of them; fails the test after 10 s. */
/* all_idle: the spare ones, too. */
bool all_idle(const struct keeper_stats *);
void stats_until(bool (*what)(const struct keeper_stats *));
/* The first one of a lane that gets jobs; NULL: there is none. */
const struct worker_info *at_work(const struct keeper_stats *, enum lane);
pid_t worker_of(enum lane);	/* from the last STATS */

/* One connection. A job that is not answered gives -1. */
int client_connect(enum lane);
int client_submit(enum lane, const void *body, size_t len);
int client_answer(int fd, struct verdict *verdict_out);	/* closes */
struct verdict ask(enum lane, const void *body, size_t len);
int sealed_memfd(const void *body, size_t len);

#endif
