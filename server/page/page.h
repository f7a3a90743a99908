/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page - the block page, from templates/<lang>/blocked.html. The supervisor
 * checks the templates at start; c-icap's children fill them in.
 *
 * A template is UTF-8 text with {{names}}; every value is HTML-escaped, control
 * bytes dropped. An unknown name, or one that is missing, makes a template bad.
 */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include <stddef.h>

#include "base/err.h"

struct page_set;

struct page_values {	/* any may be NULL: shown as "-" */
	const char *title, *text;	/* policy_row() */
	const char *name;		/* signature or cause */
	const char *url, *client, *user;
	const char *when;		/* date for people */
	const char *id;			/* request id, to quote */
	const char *contact;		/* whom to ask */
};

/* Reads every language under `folder`; "en" must be there. Immutable and
 * shareable between threads. The reason names file and line. */
int page_set_load(struct page_set **set_out, const char *folder, struct err *);
void page_set_free(struct page_set **);

/* The page in the best language for an Accept-Language value (NULL: "en").
 * *html_out is the caller's, to free(); *lang_out belongs to the set.
 * -1 only without memory. */
int page_render(const struct page_set *, const char *accept_language,
    const struct page_values *, char **html_out, size_t *len_out,
    const char **lang_out);

#endif
