/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * forbid - what the lists of its policy, then the owner's, and the rules about
 * names and kinds of files say of a request. Runs in c-icap, in the thread of
 * the request.
 *
 * What is forbidden is decided at once, unless it passes all the same (watch
 * mode, an entry that allows, policy.forbidden): then it is scanned first, and
 * decide_by_policy() says the graver of both.
 */
#ifndef ICAP_FORBID_H
#define ICAP_FORBID_H

#include "icap/request.h"

/* Notes what is said of its host, as subject_host() has it. */
void forbid_host(struct request *, const char *host);

/* Notes a name that is made to mislead. */
void forbid_name(struct request *);

/* Notes a kind of file that a rule forbids: by its declared type and its name,
 * and by its bytes once a worker has told them. Before that it says nothing
 * where bodies may be allowed by their digest: each has to come first, as a
 * program that the owner allowed is one that he wants. */
void forbid_type(struct request *);

/* Of what was noted. True: it is decided. */
bool forbid_decided(struct request *);

/* Is some body on a list by its digest, so that this one may be? */
bool forbid_knows_digests(const struct request *);

/* Of a body that is whole, by its digest. True: it is decided. */
bool forbid_body(struct request *);

/* Of what was found. True: it is decided. */
bool forbid_finding(struct request *, const struct verdict *);

/* Was what cut an answer allowed since, or is its rule none for this one? */
bool forbid_forgives(const struct request *, const struct verdict *);

#endif
