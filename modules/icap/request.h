/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * request - one ICAP request from its first byte to its last: body, verdict,
 * what goes back. Runs in c-icap, in the thread of the request. Knows no
 * c-icap: handlers.c calls it from c-icap's callbacks.
 *
 * It is decided once, in one place, where it is counted and logged.
 */
#ifndef ICAP_REQUEST_H
#define ICAP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "icap/beside.h"
#include "icap/body.h"
#include "icap/cached.h"
#include "icap/facts.h"
#include "icap/module.h"
#include "icap/packing.h"
#include "icap/request_id.h"
#include "policy/names.h"
#include "policy/policy.h"
#include "wire/verdict.h"

enum phase {
	PHASE_ARRIVING,		/* nothing decided: the body is stored */
	PHASE_PASS,		/* it goes back as it came */
	PHASE_PAGE,		/* blocked: the rest of the body is dropped */
	PHASE_CUT,		/* blocked too late for a page */
	PHASE_ERROR		/* blocked: ICAP 500 at the end of the body */
};

struct request {
	const struct module *module;
	struct facts facts;
	struct origin origin;
	struct packing packing;
	enum type_group declared;	/* by its Content-Type */
	struct names names;
	enum type_group bytes;	/* by the worker; NONE: none saw it */
	bool is_upload;
	bool is_partial;	/* a byte range of a download... */
	bool is_range_asked;	/* ... that somebody asked for, if we know */
	bool is_asked_by_body;	/* its request has one */
	bool is_fetched;	/* as far as we know: fact_is_fetched() */
	bool has_new_head;	/* so "unchanged" is no answer */
	const char *allowed;	/* by an entry of a list: "host"; or NULL */
	bool is_allowed;	/* passes by that alone */
	bool is_forbidden;	/* by a list or for its name; see forbid.h */
	bool is_listed;		/* by a list: nothing allows it */
	bool is_listed_counted;
	struct verdict forbidden;	/* what is said then */
	const struct err *forbidden_reason;	/* or NULL */
	bool is_watched;	/* passes, and would have been blocked */
	bool is_marked;		/* as having passed so; see answer_marks() */
	char id[REQUEST_ID];
	bool is_refused;	/* no settings to judge it by: live.h */
	bool is_selfcheck;	/* ours: counted as that and nothing else */
	const struct rule *rule;	/* that matches; NULL: the default */
	struct policy policy;		/* what it makes of outcomes */
	int64_t started;

	struct body *body;
	enum phase phase;
	bool is_begun;		/* some of the answer is out already */
	bool is_dripping;	/* as Squid would stall; see stall.h */
	uint64_t silent_at;	/* received when Squid was silent last */
	uint64_t nudged;	/* so much may be out to get it going again */
	unsigned nudges;
	bool may_trickle;	/* see trickle.h */
	bool is_trickling;
	struct beside *beside;	/* all has come, and is being judged; or NULL */
	bool is_over;		/* ended undecided, but not by the client */
	uint64_t received, given;	/* body bytes */
	uint64_t counted;		/* of them, told as metric */
	size_t again;		/* bytes taken that c-icap offers once more */
	int corked_fd;		/* the client's, while its end is held back */
	struct verdict verdict;
	enum cached cached;	/* where that comes from */

	char *page;
	size_t page_len, page_given;
};

int request_new(struct request **request_out, const struct module *,
    struct err *);

/* Counts a client that left when nothing was decided. */
void request_free(struct request **);

/* What is known of it before its body: takes the policy that matches, for our
 * own check the default. */
void request_choose(struct request *, const struct subject *);

/* Before the body, origin and facts are set: decides what needs no body (a
 * tunnel, nothing to scan, a URL that had to be cut, too few threads). */
void request_consider(struct request *);

/* Stores what arrived, or drops it; decides `too-big` (also by what a header
 * says, if that blocks), and `engine-error` if it cannot be stored. -1: it was
 * to pass and is lost; the connection must end. */
int request_add(struct request *, const void *data, size_t len);

/* All has arrived: decides, waits for a worker if need be. -1: no decision, the
 * connection must end. client_fd as in judge(). What trickles may come out of
 * it undecided: then request_await() is to be called before each
 * request_give(). */
int request_judge(struct request *, int client_fd);

/* Until it is decided or some bytes may be given. -1: as above. */
int request_await(struct request *);
/* The next bytes of the answer's body: how many, 0: none for now, -1: end the
 * connection. *end_out: that was all. all_arrived: no request_add() comes. */
ssize_t request_give(struct request *, void *out, size_t len, bool all_arrived,
    bool *end_out, struct err *);

#endif
