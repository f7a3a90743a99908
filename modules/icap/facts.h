/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts - whose request it is and what for, made harmless. Runs in c-icap, once
 * per request, in its thread. Knows no c-icap: strings in, strings out.
 *
 * Every input comes from a client and may be NULL, empty, endless or garbage.
 */
#ifndef ICAP_FACTS_H
#define ICAP_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define FACT_MAX 256		/* longest value that we keep, with its NUL */

struct origin {
	char method[24];	/* "-" when there was no request line */
	char *url;		/* as in the request line, with query, whole:
				 * to remember it; NULL if there was none */
	char shown_url[2 * FACT_MAX];	/* cleaned and cut: for page and log */
	char client[FACT_MAX];	/* address; "-" */
	char user[FACT_MAX];	/* "" when not known */
};

/* From the line "GET http://host/path?query HTTP/1.1". -1 without memory. */
int origin_line(struct origin *, const char *line, struct err *);

/* X-Client-IP. False: it is no address, and the peer is the client. */
bool origin_client(struct origin *, const char *header);
void origin_peer(struct origin *, const char *peer);

/* X-Authenticated-User, else X-Client-Username. Base64 is undone only when the
 * whole value is base64 of printable text with "://" in it, as the draft wants
 * it ("Local://anna"); all else is a plain name. */
void origin_user(struct origin *, const char *authenticated,
    const char *client_username);

void origin_free(struct origin *);

/* Without control bytes and spaces around it, cut to size. Returns out. */
char *fact_clean(char *out, size_t size, const char *value);

/* A Content-Length: a hint, 0 when it is not a number. */
uint64_t fact_length(const char *value);

/* An answer with a byte range or several (RFC 9110, 15.3.7): by its status
 * line, which may be NULL, or by its type, which has no NUL at its end. */
bool fact_is_partial(const char *status_line, const char *type, size_t len);

/* Sec-Fetch-Dest, which a browser sends through TLS and no page can change: is
 * it for a script of a page, as a stream of events always is? True: it says
 * nothing else. */
bool fact_is_fetched(const char *dest);

/* The same secret? Takes the same time whatever the difference. */
bool fact_token_equal(const char *given, const char *token);

#endif
