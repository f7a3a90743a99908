/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * html - text from anywhere, made harmless for a page. Any process, any thread.
 */
#ifndef PAGE_HTML_H
#define PAGE_HTML_H

#include <stdio.h>

/* Longer values are cut, with "..." behind. */
#define HTML_VALUE_MAX 2048

/* & < > " ' become references, broken UTF-8 becomes U+FFFD, characters that
 * cannot be printed are dropped. NULL, and what has nothing to show, become
 * "-". */
void html_put(FILE *, const char *text);

#endif
