/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * segment - the one piece of shared memory, the file "segment" in the runtime
 * folder. The supervisor makes it; c-icap's children map it for counters,
 * remembered URLs and bodies that killed workers, and behind it the verdicts;
 * `glassgate status` maps it read-only, without these; keeper and workers
 * never. No lock lives in it.
 *
 * Only its maker may open it for writing. c-icap's monitor is handed a
 * descriptor and maps it; its children inherit the map and close the
 * descriptor: whoever captures one cannot cut the file under the others.
 *
 * `status` has one writer, the supervisor, and is read by copying under a
 * sequence number.
 */
#ifndef SEGMENT_SEGMENT_H
#define SEGMENT_SEGMENT_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "cache/poison.h"
#include "cache/trust.h"
#include "cache/urls.h"
#include "metrics/metrics.h"
#include "metrics/policy_counts.h"
#include "segment/status.h"

#define SEGMENT_MAGIC 0x476c617373676174ULL
#define SEGMENT_LAYOUT 17
#define TOKEN_LEN 32
#define ICAP_CHILDREN_MAX 128
#define ICAP_EVENTS "glassgate_events"	/* the service for what has no end */

struct segment {
	/* The head: checked before anything else is touched. */
	uint64_t magic;
	uint32_t layout, size;
	char version[32];			/* PACKAGE_VERSION */

	_Atomic uint32_t serving;		/* generation; 0: loading */
	_Atomic uint32_t settings;		/* n of the file settings-<n> */
	_Atomic uint32_t stop;			/* 1: every wait ends now */
	char token[TOKEN_LEN + 1];		/* of our own self-check */

	struct metrics metrics;
	struct metrics published;		/* what `info` was told */
	struct policy_counts policies;
	struct url_memory urls;

	_Atomic uint32_t status_seq;		/* odd while it is written */
	struct status status;

	struct poison_list poison;
	struct thread_count threads[ICAP_CHILDREN_MAX];
	_Atomic uint64_t budget[BUDGETS];	/* for all bodies together */
	_Atomic uint32_t monitor_beat;		/* c-icap's, as `beat` */
	_Atomic uint32_t monitor_layers;	/* as `layers` */
	_Atomic uint32_t pass_all;		/* 1: look at its file */
	_Atomic uint32_t lists;			/* n-th file of this name */
	_Atomic uint32_t verdicts;		/* 1: they are behind it */
	struct trust trust;			/* in workers */
};

/* Where the verdicts (cache/verdicts.h) begin in the file: at a page, however
 * large those are. */
#define SEGMENT_END ((off_t)((sizeof(struct segment) + 65535) & ~65535UL))

/* Supervisor: makes <runtime>/segment, which gid may read, all zero but the
 * head. Replaces one that is there. */
int segment_create(struct segment **segment_out, const char *runtime, gid_t,
    struct err *);

/* Its maker: the descriptor that c-icap's monitor is handed, the caller's to
 * close; -1 and a reason. */
int segment_open(const char *runtime, struct err *);

/* Refuses, with both versions in the reason, a segment of another version than
 * this program was built with. */
int segment_attach(struct segment **segment_out, const char *runtime,
    struct err *);
int segment_attach_fd(struct segment **segment_out, int fd, struct err *);
int segment_attach_readonly(const struct segment **segment_out,
    const char *runtime, struct err *);
void segment_detach(struct segment **);
void segment_remove(const char *runtime);

/* Supervisor only: change what `edit` returns, then end; it holds what was
 * published last. */
struct status *segment_status_edit(struct segment *);
void segment_status_end(struct segment *);

/* Anybody: a whole copy. -1 if the writer was in the way for a second. */
int segment_status_copy(const struct segment *, struct status *status_out);

#endif
