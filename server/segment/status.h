/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * status - what the supervisor says of itself and its children; a part of the
 * segment. Written by it alone, copied by everybody else (segment.h).
 */
#ifndef SEGMENT_STATUS_H
#define SEGMENT_STATUS_H

#include <stdint.h>

#include "wire/keeper_msg.h"

#define ISTAG_LEN 24

enum service_state {
	STATE_STARTING,
	STATE_READY,
	STATE_DEGRADED,
	STATE_ENDING,
};
const char *service_state_name(enum service_state);

/* The other keeper beside the one that serves; and the first one, while its
 * signatures are copied or verified. */
enum second_state {
	SECOND_NONE,
	SECOND_LOADING,
	SECOND_PROVING,		/* it is asked about known bodies */
	SECOND_LEAVING,		/* the last one serves its queue */
	SECOND_REFUSED,		/* is being ended */
	SECOND_COPYING,		/* its signatures are being copied */
	SECOND_WAITING,		/* not there yet: no memory for it */
	SECOND_STALLING,	/* the main one ends first, to make room */
	SECOND_VERIFYING,	/* a kept set is compared with its digests */
	SECOND_STATES
};
const char *second_state_name(enum second_state);

struct status {
	int64_t started;			/* Unix seconds */
	int32_t supervisor_pid, keeper_pid, icap_pid;
	uint32_t state;				/* enum service_state */
	char icap_address[64];			/* "127.0.0.1:1344" */
	char istag[ISTAG_LEN + 1];
	struct signature_info signatures;
	struct keeper_stats keeper;
	struct cage_info cage;			/* of the workers */
	uint32_t own_layers;			/* the supervisor's */
	uint32_t queue;				/* places of each lane's */
	int64_t loaded;				/* this generation, Unix s */
	uint32_t first;				/* enum second_state */
	uint32_t second, second_generation;	/* the same */
	int32_t second_pid;
	int64_t refused;	/* Unix seconds; 0: none since a good reload */
	char refused_reason[512];
	int64_t pass_all_until;	/* clock_ms(); 0: off */
	char pass_all_reason[256];
	uint32_t set, pinned;	/* of signatures; 0: the folders; 1: stays */
};

/* What bodies take, of what the settings allow (budget.h). */
enum budget { BUDGET_MEMORY, BUDGET_DISK, BUDGETS };

/* Told by the child itself; given back by c-icap's monitor. */
struct thread_count {
	_Atomic int32_t pid;			/* 0: nobody */
	_Atomic uint32_t busy;			/* threads with a request */
	_Atomic uint32_t jobs[LANE_COUNT];	/* handed in, no verdict yet */
	_Atomic uint32_t waiting;		/* for a scan of another's */
	_Atomic uint32_t beat;			/* goes on while it lives */
	_Atomic uint32_t settings;		/* n of those that it uses */
	_Atomic uint32_t layers;		/* it put on, and LAYERS_TOLD */
	_Atomic uint64_t held[BUDGETS];		/* by its bodies, bytes */
};

#endif
