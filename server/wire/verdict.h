/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict - what became of a body, and what the worker says of it.
 *
 * The decoder trusts nothing: a name is [A-Za-z0-9._-]{1,128} or absent, a path
 * is printable ASCII, an outcome and a type group are ones that a worker may
 * give.
 */
#ifndef WIRE_VERDICT_H
#define WIRE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "wire/outcome.h"
#include "wire/type_group.h"

#define NAME_MAX_LEN 128
#define PATH_MAX_LEN 1024
#define VERDICT_PACKET_MAX 2048

struct verdict {
	enum outcome outcome;		/* the most severe */
	uint32_t seen;			/* OUTCOME_BITs: all that was noted */
	char name[NAME_MAX_LEN + 1];	/* signature or cause; "" if none */
	char path[PATH_MAX_LEN + 1];	/* in the container; "" if none.
					 * For tool and journal, never a page */
	enum type_group bytes;		/* what it is, as a worker saw it:
					 * never NONE when one did */
	bool lost;			/* the keeper says it: it killed the
					 * worker for this body */
	bool died;			/* so it does: the worker is dead */
	uint32_t worker;		/* its pid, as the kernel says; 0: not
					 * known, or no worker said it */
};

enum refusal {
	REFUSED_NOT_SUPPORTED = 1,	/* this kind of job, by its engine */
	REFUSED_OVERDUE,		/* the worker was killed for it */
	REFUSED_MEMORY,			/* so it was, for what it took */
	REFUSED_DIED			/* the worker died */
};

/* Both answer on one connection; the kernel tells them apart. */
enum sender { FROM_WORKER, FROM_KEEPER };

ssize_t verdict_pack(const struct verdict *, void *, size_t size, struct err *);
ssize_t refusal_pack(enum refusal, void *, size_t size, struct err *);
ssize_t identified_pack(enum type_group, void *, size_t size, struct err *);

/* A FRAME_REFUSED becomes `engine-error` with the name "Job.NotSupported", or
 * `timeout` and lost, or `engine-error` "Worker.Memory" and lost, or
 * `engine-error` and died. Of a FRAME_IDENTIFIED the outcome stays `none`,
 * which blocks. -1: the message breaks protocol; so it does when a
 * worker says what is its keeper's to say. */
int verdict_unpack(struct verdict *verdict_out, const void *packet, size_t len,
    enum sender, struct err *);

/* Any text as a valid name: other characters become '_', cut at the end; ""
 * stays "". */
void verdict_set_name(struct verdict *, const char *text);

/* Adds a path, each byte outside of printable ASCII as \xNN, cut with "...". */
void verdict_set_path(struct verdict *, const char *path);

/* Damaged, because a container in it is not whole. */
bool verdict_is_cut(const struct verdict *);

bool verdict_name_valid(const char *name, size_t len);
bool verdict_path_valid(const char *path, size_t len);

#endif
