/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * headers - the header lines of an answer that blocks, in the form and order
 * that real clients look for: Nextcloud and ownCloud want the text "403
 * Forbidden", rspamd the last semicolon of X-Infection-Found. Pure functions.
 *
 * An answer that passes carries no header of a finding: clients test for
 * presence.
 */
#ifndef ICAP_HEADERS_H
#define ICAP_HEADERS_H

#include <stddef.h>
#include <time.h>

#include "wire/verdict.h"

#define HEADER_LINES 16
#define HEADER_LEN 512

struct header_list {
	size_t count;
	char line[HEADER_LINES][HEADER_LEN];
};

/* The name of what was found, or of why it was not checked; never empty. */
const char *verdict_threat(const struct verdict *);

void headers_icap(struct header_list *list_out, const struct verdict *);

/* Of an ICAP 500: what could not be checked, and why. */
void headers_error(struct header_list *list_out, const struct verdict *);

/* Of what passed unscanned by pass-all: it may be anything. */
void headers_unscanned(struct header_list *list_out);

/* Of what passed in watch mode: a policy would block it. */
void headers_watched(struct header_list *list_out);

/* Of what passed by an entry of a list alone. */
void headers_allowed(struct header_list *list_out);

/* The first line is the status line. */
void headers_page(struct header_list *list_out, const struct verdict *,
    size_t page_len, const char *language, time_t now);

#endif
