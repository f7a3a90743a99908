/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * match - what a policy asks of a request, one word at a time. Pure functions,
 * any process. Whatever a request does not tell, no word matches.
 */
#ifndef POLICY_MATCH_H
#define POLICY_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define SUBJECT_HOST 256
#define SUBJECT_TYPE 128

/* What policies look at; "" or NULL: not known. */
struct subject {
	const char *client;		/* an address */
	const char *user;
	const char *method;		/* "GET" */
	bool is_upload;
	char host[SUBJECT_HOST];	/* by subject_host() */
	char type[SUBJECT_TYPE];	/* by subject_type() */
};

/* Lower case, without user, port, brackets and a dot at its end. header: the
 * Host line, which counts where the URL names none. What is no name and no
 * address becomes "". */
void subject_host(struct subject *, const char *url, const char *header);

/* Of a Content-Type as it came, without a NUL: "text/html" in lower case; ""
 * when there are several, or none that can be read. */
void subject_type(struct subject *, const char *text, size_t len);

bool subject_is_address(const char *text);
bool subject_is_url(const char *text);	/* or "name:443", as CONNECT */

struct match {
	const char *name;		/* "clients" */
	const char *allowed;		/* for people */
	const char *help;
	/* Is the word one? It may be changed in place, never made longer. */
	int (*check)(char *word, struct err *);
	bool (*holds)(const char *word, const struct subject *);
};

enum { MATCH_COUNT = 6 };

const struct match *match_row(size_t);		/* up to MATCH_COUNT */
const struct match *match_find(const char *name);	/* NULL: none */

#endif
