/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * keeper_msg - what keeper, worker and supervisor tell each other.
 *
 * keeper -> worker: HANDOVER with the connection. worker -> keeper: DONE (job
 * number; 0: in its cage and ready). keeper -> supervisor: CAGE once, then
 * READY once, or FAILED once; STATS whenever something changed, at most five
 * times a second; RENEW. supervisor -> keeper: LEAVE, BREACH.
 */
#ifndef WIRE_KEEPER_MSG_H
#define WIRE_KEEPER_MSG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "wire/layers.h"

#define SETS_MAX 64		/* signature files that are told apart */
#define WORKERS_MAX 128		/* slots of both lanes together */
#define SERVING_MOST 126	/* of them, without a spare one a lane */
#define DEATHS_MOST 64		/* that a RENEW may tell */
#define KEEPER_PACKET_MAX 16384

enum lane { LANE_SMALL, LANE_BIG, LANE_COUNT };
const char *lane_name(enum lane);			/* "small", "big" */

enum worker_state {
	WORKER_STARTING,
	WORKER_IDLE,
	WORKER_BUSY,
	WORKER_GONE,
	WORKER_SPARE		/* ready, gets no job before another one goes */
};
const char *worker_state_name(enum worker_state);	/* "idle" ... */

/* Why a worker died; one counter each. */
enum death {
	DEATH_SIGNAL,		/* by a signal that was not ours */
	DEATH_EXIT,		/* went away by itself */
	DEATH_DEADLINE,		/* we killed it: overdue */
	DEATH_ABANDONED,	/* we killed it: its client had left */
	DEATH_PROTOCOL,		/* we killed it: it broke protocol */
	DEATH_MEMORY,		/* we killed it: it took too much */
	DEATH_COUNT
};
const char *death_name(enum death);

/* Why a worker in good health was replaced; one counter each. */
enum replaced {
	REPLACED_BODIES, REPLACED_AGE, REPLACED_BREACH, REPLACED_COUNT
};
const char *replaced_name(enum replaced);

struct signature_set {
	char name[64];		/* file name, "daily.cvd"; "built-in" */
	uint32_t version;	/* of a CVD; 0: has none */
	int64_t time;		/* made (CVD) or changed (file), Unix seconds */
	uint32_t count;
	uint8_t builtin;	/* ours: says nothing about protection */
};

struct signature_info {
	char engine[64];	/* "ClamAV 1.4.6" */
	uint64_t count;		/* all signatures loaded */
	uint32_t set_count;
	struct signature_set sets[SETS_MAX];
};

struct worker_info {
	uint8_t lane, state;	/* enum lane, enum worker_state */
	uint32_t pid;
	uint32_t scans;		/* by this process */
};

struct keeper_stats {
	uint32_t worker_count;
	struct worker_info workers[WORKERS_MAX];
	/* since this keeper started */
	uint32_t deaths[DEATH_COUNT];
	uint32_t bad_messages;	/* of clients, workers and the supervisor */
	uint32_t replaced[REPLACED_COUNT];
	uint32_t fork_waits;	/* jobs for which no worker was ready */
};

ssize_t handover_pack(uint64_t job, void *, size_t size, struct err *);
int handover_unpack(uint64_t *job_out, const void *, size_t len, struct err *);
/* bad_job: what the client sent was none. */
ssize_t done_pack(uint64_t job, bool bad_job, void *, size_t, struct err *);
int done_unpack(uint64_t *job_out, bool *bad_job_out, const void *, size_t len,
    struct err *);

ssize_t cage_pack(const struct cage_info *, void *, size_t, struct err *);
int cage_unpack(struct cage_info *info_out, const void *, size_t len,
    struct err *);
ssize_t leave_pack(void *, size_t size, struct err *);
int leave_unpack(const void *, size_t len, struct err *);
/* supervisor -> keeper: a client got a message that was no verdict. */
ssize_t breach_pack(enum lane, void *, size_t size, struct err *);
int breach_unpack(enum lane *, const void *, size_t len, struct err *);
ssize_t ready_pack(const struct signature_info *, void *, size_t, struct err *);
int ready_unpack(struct signature_info *info_out, const void *, size_t len,
    struct err *);
ssize_t failed_pack(const char *reason, void *, size_t size, struct err *);
int failed_unpack(struct err *reason_out, const void *, size_t len,
    struct err *);
ssize_t stats_pack(const struct keeper_stats *, void *, size_t, struct err *);
int stats_unpack(struct keeper_stats *stats_out, const void *, size_t len,
    struct err *);

/* deaths: by a signal, the last ones within so many seconds. */
struct renew {
	uint32_t deaths, seconds;
};
ssize_t renew_pack(const struct renew *, void *, size_t size, struct err *);
int renew_unpack(struct renew *renew_out, const void *, size_t len,
    struct err *);

#endif
